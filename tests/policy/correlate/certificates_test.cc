#include "policy/correlate/certificates.h"

#include <gtest/gtest.h>

#include "dissectors/tls/certificates.h"
#include "dissectors/tls/facts.h"
#include "tests/policy/correlate/authority.h"

namespace uptake::certificates {
namespace certificates_test {

using namespace test;

/// What a join found, in order.
struct Found final : Findings {
  void note(std::uint16_t fact, std::uint64_t value, const About&, std::uint32_t) noexcept override {
    (fact == kConnection ? connections : chains).push_back(Bits::unpack(value));
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&) noexcept override {}
  std::vector<Bits> connections;
  std::vector<Bits> chains;
};

/// Filing: Exhibits of connections, filed as the worker notes them.
class Filing {
 public:
  explicit Filing(const std::string& pem) : join_(digests_, JoinFiles{.trust_anchors = pem}) {}

  void chain(std::uint16_t port, const Octets& body, std::string_view name = {}) {
    file(tls::kChain, port, 0, body, name);
  }
  void lose(std::uint16_t port, Ending why) { file(tls::kChainLost, port, static_cast<std::uint64_t>(why)); }
  void end(std::uint16_t port, const tls::SessionBits& session) { file(tls::kEnd, port, session.pack()); }
  /// The join's answer to a connection.
  Bits answer(std::uint16_t port, const tls::SessionBits& session) {
    end(port, session);
    return found.connections.back();
  }

  Found found;
  std::int64_t seconds = kNow;

 private:
  void file(std::uint16_t which, std::uint16_t port, std::uint64_t value, const Octets& bytes = {},
            std::string_view name = {}) {
    Filed filed;
    filed.about.packet_ns = static_cast<std::uint64_t>(seconds) * 1'000'000'000;
    filed.about.subject.client_port = port;
    filed.about.subject.server_port = 443;
    filed.about.subject.name = {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
    filed.value = value;
    filed.bytes = bytes;
    join_.file(which, filed, found);
  }
  Digests digests_ = Digests::published();
  Join join_;
};

tls::SessionBits tls12() {
  return {.suite = 0xc02b, .version_minor = 3, .sight = tls::Sight::complete, .client_hello = true, .full = true};
}

TEST(CertificatesJoin, JudgesAChainOnceAndEachConnection) {
  const Authority authority;
  Filing filing(authority.pem());
  const OwnCertificate leaf = authority.issue({.name = "a", .alt = "DNS:www.example.org"});
  const Octets body = message({leaf.get(), authority.root.get()});
  for (std::uint16_t port = 1; port <= 3; ++port) filing.chain(port, body, "www.example.org");
  filing.chain(4, body, "www.example.net");
  filing.chain(5, body);
  for (std::uint16_t port = 1; port <= 5; ++port) {
    const Bits bits = filing.answer(port, tls12());
    EXPECT_EQ(bits.sight, Sight::seen);
    EXPECT_EQ(bits.trust, Trust::trusted);
    EXPECT_EQ(bits.name, port <= 3 ? NameMatch::match : port == 4 ? NameMatch::mismatch : NameMatch::not_asked);
  }
  // Without the client's hello nobody knows for what it asked.
  filing.chain(6, body);
  tls::SessionBits server_alone = tls12();
  server_alone.client_hello = false;
  EXPECT_EQ(filing.answer(6, server_alone).name, NameMatch::unknown);
  ASSERT_EQ(filing.found.chains.size(), 1U);
  EXPECT_EQ(filing.found.chains[0].name, NameMatch::not_asked);
  // What was answered is not answered again.
  EXPECT_EQ(filing.answer(1, tls12()).sight, Sight::none);
}

TEST(CertificatesJoin, AsksAgainWhenTheTimeComes) {
  const Authority authority;
  Filing filing(authority.pem());
  const OwnCertificate leaf = authority.issue({.name = "a"});
  const Octets body = message({leaf.get()});
  filing.chain(1, body);
  EXPECT_EQ(filing.answer(1, tls12()).validity, Validity::current);
  filing.seconds = kNow + kDay - 1;
  filing.chain(1, body);
  EXPECT_EQ(filing.answer(1, tls12()).validity, Validity::current);
  filing.seconds = kNow + kDay + 1;
  filing.chain(1, body);
  EXPECT_EQ(filing.answer(1, tls12()).validity, Validity::expired);
}

TEST(CertificatesJoin, SaysWhyNoneWasSeen) {
  Filing filing("");
  const auto why = [&filing](const tls::SessionBits& session) { return filing.answer(1, session).sight; };
  tls::SessionBits session = tls12();
  session.version_minor = 4;
  EXPECT_EQ(why(session), Sight::tls13);
  session.carrier = Carrier::quic;
  EXPECT_EQ(why(session), Sight::quic);
  session = tls12();
  session.full = false;
  EXPECT_EQ(why(session), Sight::gap);
  session.resumed = true;
  EXPECT_EQ(why(session), Sight::resumed);
  EXPECT_EQ(why(tls12()), Sight::none);
  session = tls12();
  session.version_minor = 15;
  for (const auto& [sight, reason] : {std::pair{tls::Sight::no_hello, Sight::no_hello},
                                      {tls::Sight::no_server_hello, Sight::no_hello},
                                      {tls::Sight::gap, Sight::gap},
                                      {tls::Sight::truncated, Sight::truncated},
                                      {tls::Sight::malformed, Sight::malformed},
                                      {tls::Sight::limit, Sight::limit},
                                      {tls::Sight::refused, Sight::refused},
                                      {tls::Sight::midstream, Sight::midstream}}) {
    session.sight = sight;
    EXPECT_EQ(why(session), reason);
  }
  for (const auto& [ending, reason] : {std::pair{Ending::limit, Sight::limit},
                                       {Ending::truncated, Sight::truncated},
                                       {Ending::malformed, Sight::malformed}}) {
    filing.lose(1, ending);
    EXPECT_EQ(why(tls12()), reason);
  }
}

TEST(CertificatesJoin, AChainThatCannotBeOpenedIsMalformed) {
  Filing filing("");
  for (int i = 0; i < 2; ++i) {
    filing.chain(1, {0, 0, 4, 0, 0, 1, 7});
    EXPECT_EQ(filing.answer(1, tls12()).sight, Sight::malformed);
  }
  EXPECT_TRUE(filing.found.chains.empty());
}

}  // namespace certificates_test
}  // namespace uptake::certificates
