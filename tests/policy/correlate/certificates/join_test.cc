#include "policy/correlate/certificates/join.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>
#include <string_view>
#include <vector>

#include "dissectors/tls/certificates.h"
#include "dissectors/tls/facts.h"
#include "tests/policy/correlate/certificates/authority.h"

namespace uptake::certificates {
namespace join_test {

using namespace test;

/// What a join found, in order.
struct Found final : Findings {
  void note(std::uint16_t fact, std::uint64_t value, const About&, std::uint32_t) noexcept override {
    (fact == kConnection ? connections : chains).push_back(Bits::unpack(value));
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}
  std::vector<Bits> connections;
  std::vector<Bits> chains;
};

/// Filing: Exhibits of connections, filed as the worker notes them.
class Filing {
 public:
  explicit Filing(const std::string& pem, const Join::Bounds& bounds = {})
      : join_(digests_, JoinFiles{.trust_anchors = pem}, bounds) {}

  void chain(std::uint16_t port, const Octets& body, std::string_view name = {}) {
    file(tls::kChain, port, 0, body, name);
  }
  void lose(std::uint16_t port, Ending why) { file(tls::kChainLost, port, static_cast<std::uint64_t>(why)); }
  void staple(std::uint16_t port, const Octets& body) { file(tls::kStaple, port, 0, body); }
  void lose_staple(std::uint16_t port, Ending why) { file(tls::kStapleLost, port, static_cast<std::uint64_t>(why)); }
  void end(std::uint16_t port, const tls::SessionBits& session) { file(tls::kEnd, port, session.pack()); }
  /// The join's answer to a connection.
  Bits answer(std::uint16_t port, const tls::SessionBits& session) {
    end(port, session);
    return found.connections.back();
  }
  [[nodiscard]] std::uint64_t forgotten() const { return join_.forgotten(); }

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
  EXPECT_EQ(filing.answer(1, tls12()).sight, Sight::limit);
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
  EXPECT_EQ(why(tls12()), Sight::limit) << "it showed one, and nobody kept it";
  session = tls12();
  for (const unsigned suite : {0x00a7U, 0x00a8U, 0x00aaU, 0xc035U}) {
    session.suite = static_cast<std::uint16_t>(suite);
    EXPECT_EQ(why(session), Sight::none) << suite;
  }
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
                                       {Ending::gap, Sight::gap},
                                       {Ending::malformed, Sight::malformed}}) {
    filing.lose(1, ending);
    EXPECT_EQ(why(tls12()), reason);
  }
}

TEST(CertificatesJoin, AStapleIsJudgedWhetherOrNotTheCertificateNamesAResponder) {
  const Authority authority;
  Filing filing(authority.pem());
  for (const bool names : {false, true}) {
    std::vector<std::pair<int, std::string>> more;
    if (names) more.emplace_back(NID_info_access, "OCSP;URI:http://ocsp.example");
    const OwnCertificate leaf = authority.issue({.name = "a", .alt = "DNS:www.example.org", .more = more});
    filing.chain(1, message({leaf.get()}), "www.example.org");
    filing.staple(1, {1, 0, 0, 1, 0});
    const Bits bits = filing.answer(1, tls12());
    EXPECT_EQ(bits.has_responder, names);
    EXPECT_EQ(bits.staple, Staple::bad);
  }
}

TEST(CertificatesJoin, AStapleThatWasNotSeenIsNotNone) {
  const Authority authority;
  Filing filing(authority.pem());
  const OwnCertificate leaf = authority.issue({.name = "a"});
  for (const auto& [ending, staple] : {std::pair{Ending::gap, Staple::gap},
                                       {Ending::truncated, Staple::truncated},
                                       {Ending::limit, Staple::not_judged},
                                       {Ending::malformed, Staple::bad}}) {
    filing.chain(1, message({leaf.get()}));
    filing.lose_staple(1, ending);
    EXPECT_EQ(filing.answer(1, tls12()).staple, staple);
  }
  filing.chain(1, message({leaf.get()}));
  EXPECT_EQ(filing.answer(1, tls12()).staple, Staple::none);
}

TEST(CertificatesJoin, AChainThatCannotBeOpenedIsMalformed) {
  Filing filing("");
  for (int i = 0; i < 2; ++i) {
    filing.chain(1, {0, 0, 4, 0, 0, 1, 7});
    EXPECT_EQ(filing.answer(1, tls12()).sight, Sight::malformed);
  }
  EXPECT_TRUE(filing.found.chains.empty());
}

/// What chains of all kinds come to for clients that ask for a name, or none; with tables of any size.
class Crowd {
 public:
  Crowd() {
    const OwnKey other = p256();
    const OwnCertificate foreign = certificate({.name = "foreign", .ca = true}, other.get(), nullptr, nullptr);
    const OwnCertificate good = authority_.issue({.name = "a", .alt = "DNS:www.example.org"});
    const OwnCertificate old = authority_.issue({.name = "b", .from = kNow - 9 * kDay, .until = kNow - kDay});
    const OwnCertificate self =
        certificate({.name = "c", .alt = "DNS:www.example.org"}, other.get(), nullptr, nullptr);
    const OwnCertificate stray = certificate({.name = "d"}, other.get(), foreign.get(), other.get());
    for (X509* const leaf : {good.get(), old.get(), self.get(), stray.get()}) bodies_.push_back(message({leaf}));
    bodies_.push_back({0, 0, 4, 0, 0, 1, 7});
  }
  /// Connections of which `open` are under way at a time.
  [[nodiscard]] std::vector<std::uint64_t> run(unsigned seed, const Join::Bounds& bounds, std::size_t open,
                                               std::uint64_t& forgotten) const {
    Filing filing(authority_.pem(), bounds);
    std::mt19937 random(seed);
    std::vector<std::uint64_t> out(kConnections);
    for (std::size_t i = 0; i < kConnections + open; ++i) {
      if (i < kConnections) filing.chain(port_of(i), bodies_[random() % bodies_.size()], names_[random() % 3]);
      if (i >= open) out[i - open] = filing.answer(port_of(i - open), tls12()).pack();
    }
    forgotten = filing.forgotten();
    return out;
  }
  static constexpr std::size_t kConnections = 60;

 private:
  static std::uint16_t port_of(std::size_t i) { return static_cast<std::uint16_t>(1 + i); }
  Authority authority_;
  std::vector<Octets> bodies_;
  std::array<std::string_view, 3> names_ = {"", "www.example.org", "www.example.net"};
};

/// UPTAKE_CASES: how many.
TEST(CertificatesJoin, StarvedItSaysNothingThatIsWrong) {
  const Crowd crowd;
  const char* const wanted = std::getenv("UPTAKE_CASES");
  const int cases = wanted != nullptr ? std::atoi(wanted) : 200;
  std::mt19937 random(11);
  std::uint64_t starved = 0;
  for (int i = 0; i < cases; ++i) {
    const auto few = [&random](unsigned most) { return std::size_t{4} << random() % most; };
    const auto seed = static_cast<unsigned>(i);
    const std::size_t open = 1 + random() % 40;
    std::uint64_t forgotten = 0;
    const std::vector<std::uint64_t> whole = crowd.run(seed, {}, open, forgotten);
    ASSERT_EQ(forgotten, 0U);
    const Join::Bounds bounds{.pending = few(4), .known = few(2), .names = few(3), .staples = few(2)};
    const std::vector<std::uint64_t> found = crowd.run(seed, bounds, open, forgotten);
    for (std::size_t k = 0; k < Crowd::kConnections; ++k) {
      const bool is_limit = Bits::unpack(found[k]).sight == Sight::limit;
      starved += is_limit ? 1 : 0;
      if (is_limit)
        EXPECT_GT(forgotten, 0U);
      else
        ASSERT_EQ(found[k], whole[k]) << i << ", " << k;
    }
  }
  EXPECT_GT(starved, 0U);
}

}  // namespace join_test
}  // namespace uptake::certificates
