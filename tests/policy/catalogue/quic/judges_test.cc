#include "dissectors/quic/facts.h"
#include "dissectors/tls/facts.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace quic_judges_test {

using quic::Answer;
using quic::ConnectionBits;
using quic::Hello;
using quic::Version;

std::string judged_of(std::string_view id, const ConnectionBits& c) {
  return judged(id, Unit::connections, c.pack());
}

/// A whole handshake of HTTP/3 with X25519MLKEM768.
ConnectionBits whole() {
  return {.offered = Version::v1,
          .negotiated = Version::v1,
          .hello = Hello::read,
          .went_on = true,
          .ech = true,
          .pq_offered = true,
          .alpn = tls::Alpn::h3,
          .suite = 0x1301,
          .group = 0x11ec,
          .answer = Answer::read};
}

TEST(QuicJudges, NameVersions) {
  const std::pair<Version, std::string_view> own[] = {{Version::v1, "quic.version.1"},
                                                      {Version::v2, "quic.version.2"},
                                                      {Version::draft_29, "quic.version.draft_29"},
                                                      {Version::draft_28, "quic.version.draft"},
                                                      {Version::v2_draft, "quic.version.draft"},
                                                      {Version::meta_2, "quic.version.other"},
                                                      {Version::greased, "quic.version.other"},
                                                      {Version::google, "quic.version.other"},
                                                      {Version::other, "quic.version.other"}};
  for (const auto& [version, id] : own) {
    ConnectionBits c = whole();
    c.offered = version;
    for (const auto& [unused, other] : own) EXPECT_EQ(judged_of(other, c), other == id ? "pass" : "fail") << other;
  }
}

TEST(QuicJudges, TellAnswersFromSilence) {
  ConnectionBits c = whole();
  EXPECT_EQ(judged_of("quic.accepted", c), "pass");
  EXPECT_EQ(judged_of("quic.version.kept", c), "pass");
  EXPECT_EQ(judged_of("quic.retry.absent", c), "pass");
  c.negotiated = Version::v2;
  EXPECT_EQ(judged_of("quic.version.kept", c), "fail");
  EXPECT_EQ(judged_of("quic.accepted", c), "pass");
  c.answer = Answer::refused;
  c.went_on = false;
  EXPECT_EQ(judged_of("quic.accepted", c), "fail");
  EXPECT_EQ(judged_of("quic.pq", c), "not_applicable");
  ConnectionBits silent = whole();
  silent.negotiated = Version::none;
  silent.answer = Answer::unseen;
  silent.went_on = false;
  for (const std::string_view id : {"quic.accepted", "quic.version.kept", "quic.retry.absent", "quic.h3.answered"})
    EXPECT_EQ(judged_of(id, silent), "no_answer") << id;
  ConnectionBits flooded = silent;
  flooded.hello = Hello::overload;
  EXPECT_EQ(judged_of("quic.accepted", flooded), "overload_quic") << "nothing more was read of it";
  silent.version_negotiation = true;
  EXPECT_EQ(judged_of("quic.accepted", silent), "fail");
  EXPECT_EQ(judged_of("quic.version.kept", silent), "fail");
  EXPECT_EQ(judged_of("quic.retry.absent", silent), "pass");
  silent.retry = true;
  EXPECT_EQ(judged_of("quic.retry.absent", silent), "fail");
}

TEST(QuicJudges, SayWhyAnAnswerIsUnknown) {
  const std::pair<Answer, std::string_view> reasons[] = {
      {Answer::unseen, "no_answer"},      {Answer::partial, "partial"},     {Answer::sealed, "sealed"},
      {Answer::truncated, "truncated"},   {Answer::malformed, "malformed"}, {Answer::limit, "limit"},
      {Answer::overload, "overload_quic"}};
  for (const auto& [answer, reason] : reasons) {
    ConnectionBits c = whole();
    c.answer = answer;
    EXPECT_EQ(judged_of("quic.pq", c), reason);
    EXPECT_EQ(judged_of("quic.accepted", c), "pass") << "a Handshake packet was seen";
    c.went_on = false;
    for (const std::string_view id : {"quic.accepted", "quic.h3.answered", "quic.pq"})
      EXPECT_EQ(judged_of(id, c), reason) << id;
  }
  ConnectionBits foreign = whole();
  foreign.hello = Hello::foreign;
  foreign.answer = Answer::sealed;
  EXPECT_EQ(judged_of("quic.pq", foreign), "unknown_version");
}

TEST(QuicJudges, SayWhyAHelloIsUnknown) {
  const std::pair<Hello, std::string_view> reasons[] = {
      {Hello::sealed, "sealed"},          {Hello::partial, "partial"}, {Hello::truncated, "truncated"},
      {Hello::overload, "overload_quic"}, {Hello::limit, "limit"},     {Hello::foreign, "unknown_version"}};
  for (const auto& [hello, reason] : reasons) {
    ConnectionBits c = whole();
    c.hello = hello;
    for (const std::string_view id : {"quic.hello", "quic.offer.ech", "quic.offer.pq", "quic.h3.offered"})
      EXPECT_EQ(judged_of(id, c), reason) << id;
    EXPECT_EQ(judged_of("quic.version.1", c), "pass") << "it stands in the clear";
  }
  ConnectionBits broken = whole();
  broken.hello = Hello::malformed;
  EXPECT_EQ(judged_of("quic.hello", broken), "fail");
  EXPECT_EQ(judged_of("quic.offer.ech", broken), "malformed");
}

TEST(QuicJudges, OffersAndWhatBecomesOfThem) {
  ConnectionBits c = whole();
  for (const std::string_view id :
       {"quic.hello", "quic.offer.ech", "quic.offer.pq", "quic.h3.offered", "quic.h3.answered", "quic.pq"})
    EXPECT_EQ(judged_of(id, c), "pass") << id;
  EXPECT_EQ(judged_of("quic.0rtt", c), "fail");
  EXPECT_EQ(judged_of("dns.doq", c), "fail");
  c.alpn = tls::Alpn::other;
  c.group = 0x001d;
  c.ech = false;
  c.zero_rtt = c.doq = true;
  EXPECT_EQ(judged_of("quic.h3.answered", c), "not_applicable");
  for (const std::string_view id : {"quic.offer.ech", "quic.h3.offered", "quic.pq"})
    EXPECT_EQ(judged_of(id, c), "fail");
  EXPECT_EQ(judged_of("quic.0rtt", c), "pass");
  EXPECT_EQ(judged_of("dns.doq", c), "pass");
}

TEST(QuicJudges, TheShareIsOfWhatBeginsWithTls) {
  const auto share = [](tls::SessionBits s) { return judged("quic.share", Unit::bytes, s.pack()); };
  tls::SessionBits s{.version_minor = 4, .sight = tls::Sight::complete};
  EXPECT_EQ(share(s), "fail");
  s.carrier = Carrier::quic;
  EXPECT_EQ(share(s), "pass");
  s.carrier = Carrier::smtp;
  EXPECT_EQ(share(s), "not_applicable");
  s.carrier = Carrier::transport;
  s.sight = tls::Sight::midstream;
  EXPECT_EQ(share(s), "ignored");
}

TEST(QuicFacts, EveryFieldSurvivesItsPacking) {
  ConnectionBits c = whole();
  c.offered = Version::other;
  c.negotiated = Version::greased;
  c.hello_octets = 32767;
  c.hello_initials = 7;
  c.hello_shuffled = c.doq = c.retry = true;
  const ConnectionBits back = ConnectionBits::unpack(c.pack());
  EXPECT_EQ(back.offered, c.offered);
  EXPECT_EQ(back.negotiated, c.negotiated);
  EXPECT_EQ(back.hello_octets, c.hello_octets);
  EXPECT_EQ(back.suite, c.suite);
  EXPECT_EQ(back.group, c.group);
  EXPECT_EQ(back.pack(), c.pack());
  c.suite = 0xc02f;
  EXPECT_EQ(ConnectionBits::unpack(c.pack()).suite, tls::kOtherCodePoint);
}

}  // namespace quic_judges_test
}  // namespace uptake
