#include "policy/correlate/dane/matcher.h"

#include <gtest/gtest.h>

#include "policy/correlate/certificates/der.h"
#include "tests/policy/correlate/dane/handshake.h"

namespace uptake::dane {
namespace matcher_test {

using namespace certificates::test;
using certificates::CertificateField;
using certificates::take_field;
using test::Record;
using test::record_of;

constexpr std::string_view kHost = "mx.example.test";

Bytes bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// Case: what a host publishes, what it shows, and what comes of it.
struct Case {
  std::string_view words;
  std::vector<Record> records;
  std::vector<X509*> chain;
  Match match = Match::valid;
  int error = X509_V_OK;  ///< of OpenSSL
  Usage usage = Usage::dane_ee;
};

/// World: certificates to make cases of. All leaves have the same key, but `next`.
class World {
 public:
  [[nodiscard]] std::vector<Case> cases() const;
  [[nodiscard]] const Authority& authority() const { return authority_; }
  [[nodiscard]] X509* leaf() const { return leaf_.get(); }
  [[nodiscard]] X509* root() const { return authority_.root.get(); }
  [[nodiscard]] X509* next() const { return next_.get(); }

 private:
  Authority authority_;
  Authority stranger_{"stranger"};
  OwnKey next_key_ = p256();
  OwnCertificate leaf_ = authority_.issue({.name = "leaf", .alt = "DNS:mx.example.test"});
  OwnCertificate next_ = authority_.issue({.name = "next", .alt = "DNS:mx.example.test"}, next_key_.get());
  OwnCertificate late_ = authority_.issue({.name = "late", .alt = "DNS:mx.example.test", .until = kNow - 1});
  OwnCertificate early_ = authority_.issue({.name = "early", .alt = "DNS:mx.example.test", .from = kNow + 10});
  OwnCertificate other_ = authority_.issue({.name = "other", .alt = "DNS:elsewhere.example.test"});
};

std::vector<Case> World::cases() const {
  X509* const ca = root();
  const Octets digest(32, 7);
  const auto of = record_of;
  constexpr int kNoMatch = X509_V_ERR_DANE_NO_MATCH;
  return {
      {"3 1 1", {of(3, 1, 1, leaf())}, {leaf(), ca}},
      {"3 1 2", {of(3, 1, 2, leaf())}, {leaf(), ca}},
      {"3 1 0", {of(3, 1, 0, leaf())}, {leaf(), ca}},
      {"3 0 1", {of(3, 0, 1, leaf())}, {leaf(), ca}},
      {"3 0 2", {of(3, 0, 2, leaf())}, {leaf(), ca}},
      {"3 0 0", {of(3, 0, 0, leaf())}, {leaf(), ca}},
      {"3 1 1 of another key", {of(3, 1, 1, next())}, {leaf(), ca}, Match::mismatch, kNoMatch},
      {"3 1 1, expired", {of(3, 1, 1, late_.get())}, {late_.get(), ca}},
      {"3 1 1, not yet valid", {of(3, 1, 1, early_.get())}, {early_.get(), ca}},
      {"3 1 1, wrong name", {of(3, 1, 1, other_.get())}, {other_.get(), ca}},
      {"3 0 1 of the authority", {of(3, 0, 1, ca)}, {leaf(), ca}, Match::mismatch, kNoMatch},
      {"2 0 1", {of(2, 0, 1, ca)}, {leaf(), ca}, Match::valid, X509_V_OK, Usage::dane_ta},
      {"2 1 1", {of(2, 1, 1, ca)}, {leaf(), ca}, Match::valid, X509_V_OK, Usage::dane_ta},
      {"2 1 2", {of(2, 1, 2, ca)}, {leaf(), ca}, Match::valid, X509_V_OK, Usage::dane_ta},
      {"2 0 1, wrong name", {of(2, 0, 1, ca)}, {other_.get(), ca}, Match::wrong_name, X509_V_ERR_HOSTNAME_MISMATCH},
      {"2 0 1, expired", {of(2, 0, 1, ca)}, {late_.get(), ca}, Match::expired, X509_V_ERR_CERT_HAS_EXPIRED},
      {"2 0 1, not yet valid", {of(2, 0, 1, ca)}, {early_.get(), ca}, Match::expired, X509_V_ERR_CERT_NOT_YET_VALID},
      {"2 0 1, the authority is not sent", {of(2, 0, 1, ca)}, {leaf()}, Match::mismatch, kNoMatch},
      {"2 0 0, it is not sent", {of(2, 0, 0, ca)}, {leaf()}, Match::valid, X509_V_OK, Usage::dane_ta},
      {"2 1 0, it is not sent", {of(2, 1, 0, ca)}, {leaf()}, Match::valid, X509_V_OK, Usage::dane_ta},
      {"2 0 1 of another", {of(2, 0, 1, stranger_.root.get())}, {leaf(), ca}, Match::mismatch, kNoMatch},
      {"roll-over, 3 1 1 of the next key", {of(3, 1, 1, next()), of(3, 1, 1, leaf())}, {leaf(), ca}},
      {"roll-over, 3 1 1 of the last key", {of(3, 1, 1, next()), of(3, 1, 1, leaf())}, {next(), ca}},
      {"roll-over with 2 1 1",
       {of(3, 1, 1, next()), of(2, 1, 1, ca)},
       {leaf(), ca},
       Match::valid,
       X509_V_OK,
       Usage::dane_ta},
      {"the stronger digest counts",
       {of(3, 1, 1, leaf()), of(3, 1, 2, next())},
       {leaf(), ca},
       Match::mismatch,
       kNoMatch},
      {"of the same selector", {of(3, 1, 1, leaf()), of(3, 0, 2, next())}, {leaf(), ca}},
      {"3 1 1 too short", {{3, 1, 1, Octets(31, 7)}}, {leaf(), ca}, Match::unusable},
      {"unknown usage", {{4, 1, 1, digest}}, {leaf(), ca}, Match::unusable},
      {"unknown selector", {{3, 2, 1, digest}}, {leaf(), ca}, Match::unusable},
      {"unknown matching type", {{3, 1, 3, digest}}, {leaf(), ca}, Match::unusable},
      {"3 0 0 that is no certificate", {{3, 0, 0, digest}}, {leaf(), ca}, Match::unusable},
      {"3 1 0 that is no key", {{3, 1, 0, digest}}, {leaf(), ca}, Match::unusable},
      {"an unusable one beside 3 1 1", {{3, 1, 1, Octets(31, 7)}, of(3, 1, 1, leaf())}, {leaf(), ca}},
  };
}

TEST(DaneMatcher, SaysWhatOpensslSaysInAConnection) {
  const World world;
  Matcher matcher("");
  for (const Case& one : world.cases()) {
    SCOPED_TRACE(one.words);
    EVP_PKEY* const key = X509_get0_pubkey(one.chain[0]);
    const test::Said said = test::shake_hands(one.chain, key, one.records, std::string(kHost), kNow);
    EXPECT_EQ(said.any_usable, one.match != Match::unusable);
    EXPECT_EQ(said.any_usable ? said.error : X509_V_OK, one.error);
    const Octets body = message(one.chain);
    const Octets records = test::rrset_of(one.records);
    for (int i = 0; i < 2; ++i) {
      const Matched matched =
          matcher.match(body, {.records = records, .name = bytes_of(kHost), .mail = true, .seconds = kNow});
      EXPECT_EQ(matched.match, one.match);
      EXPECT_TRUE(matched.from <= kNow && kNow < matched.until);
      if (one.match != Match::valid) continue;
      EXPECT_EQ(matched.usage, one.usage);
      EXPECT_EQ(static_cast<int>(matched.usage), said.usage);
    }
    EXPECT_EQ(any_usable(records, true), one.match != Match::unusable);
  }
}

TEST(DaneMatcher, UsagesOfPkixAreNotForMail) {
  const World world;
  const Octets body = message({world.leaf(), world.root()});
  for (const Record& one : {record_of(0, 1, 1, world.root()), record_of(1, 1, 1, world.leaf())}) {
    const Octets alone = test::rrset_of({one});
    const Octets beside = test::rrset_of({one, record_of(3, 1, 1, world.leaf())});
    const Octets wrong = test::rrset_of({one, record_of(2, 1, 1, world.next())});
    const auto match = [&body](const std::string& anchors, const Octets& records, bool mail) {
      Matcher matcher(anchors);
      return matcher.match(body, {.records = records, .name = bytes_of(kHost), .mail = mail, .seconds = kNow}).match;
    };
    EXPECT_EQ(match("", alone, true), Match::unusable);
    EXPECT_EQ(match("", beside, true), Match::valid);
    EXPECT_EQ(match(world.authority().pem(), wrong, true), Match::mismatch);
    // Elsewhere they need trust anchors.
    EXPECT_EQ(match("", alone, false), Match::no_anchors);
    EXPECT_EQ(match("", beside, false), Match::valid);
    EXPECT_EQ(match("", wrong, false), Match::no_anchors);
    EXPECT_EQ(match(world.authority().pem(), alone, false), Match::valid);
    EXPECT_EQ(match(Authority("stranger").pem(), alone, false), Match::untrusted);
  }
}

TEST(DaneMatcher, KeepsWhatOpensslSaysForAsLongAsItHolds) {
  const World world;
  Matcher matcher("");
  const Octets body = message({world.leaf(), world.root()});
  const Octets records = test::rrset_of({record_of(2, 1, 1, world.root())});
  const auto match = [&](std::int64_t seconds, std::string_view name) {
    return matcher.match(body, {.records = records, .name = bytes_of(name), .mail = true, .seconds = seconds}).match;
  };
  EXPECT_EQ(match(kNow, kHost), Match::valid);
  EXPECT_EQ(match(kNow + kDay - 1, kHost), Match::valid);
  EXPECT_EQ(matcher.verified(), 1U);
  EXPECT_EQ(match(kNow, "elsewhere.example.test"), Match::wrong_name);
  EXPECT_EQ(match(kNow + kDay, kHost), Match::expired);
  EXPECT_EQ(match(kNow + kDay + 10, kHost), Match::expired);
  EXPECT_EQ(matcher.verified(), 3U);
}

TEST(DaneMatcher, AChainThatIsNoneIsMalformed) {
  const World world;
  Matcher matcher("");
  const Octets records = test::rrset_of({record_of(2, 1, 1, world.root())});
  Octets body = message({world.leaf(), world.root()});
  for (const Octets& broken : {Octets{}, Octets{0, 0, 0}, Octets{0, 0, 4, 0, 0, 1, 7}, Octets{0, 0, 3, 0, 0, 0}})
    EXPECT_EQ(
        matcher.match(broken, {.records = records, .name = bytes_of(kHost), .mail = true, .seconds = kNow}).match,
        Match::malformed);
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_EQ(matcher
                  .match(Bytes{body.data(), size},
                         {.records = records, .name = bytes_of(kHost), .mail = true, .seconds = kNow})
                  .match,
              Match::malformed);
}

TEST(DaneMatcher, FindsTheKeyOfACertificate) {
  const World world;
  for (X509* const one : {world.leaf(), world.root()}) {
    const Octets der = test::der_of(one);
    const Octets key = test::key_der_of(one);
    EXPECT_TRUE(std::ranges::equal(take_field(der, CertificateField::key), key));
    for (std::size_t size = 0; size < 60; ++size)
      EXPECT_TRUE(take_field({der.data(), size}, CertificateField::key).empty());
  }
}

}  // namespace matcher_test
}  // namespace uptake::dane
