#include "policy/correlate/certificates/verifier.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/policy/correlate/certificates/authority.h"

// What was kept of an issuer must come to what verifying the whole chain does. Each test verifies both ways.
namespace uptake::certificates {
namespace verifier_test {

using namespace test;

constexpr std::string_view kAlt = "DNS:www.example.org";

/// BothWays: a verifier that has seen a chain of the issuer, and the whole verification beside it.
class BothWays {
 public:
  explicit BothWays(const std::string& pem) : verifier_(pem), anchors_(pem) {}

  /// Judges both ways, and says whether the kept issuer answered.
  bool is_body_kept(const Octets& body, std::int64_t seconds = kNow) {
    const std::uint64_t before = verifier_.wholes();
    const std::optional<Judged> judged = verifier_.judge(body, verifier_.leaf_of(body), seconds);
    const Chain chain(body);
    EXPECT_EQ(judged.has_value(), chain.ok());
    if (!judged || !chain.ok()) return false;
    const Judged whole = chain.judge(anchors_.store(), seconds);
    EXPECT_EQ(judged->bits.pack(), whole.bits.pack())
        << "verify_code " << int{judged->bits.verify_code} << ", whole " << int{whole.bits.verify_code};
    EXPECT_EQ(judged->from, whole.from);
    EXPECT_EQ(judged->until, whole.until);
    last = whole.bits;
    return verifier_.wholes() == before;
  }
  bool is_kept(const std::vector<X509*>& chain, std::int64_t seconds = kNow) {
    return is_body_kept(message(chain), seconds);
  }

  Bits last;

 private:
  Verifier verifier_;
  TrustAnchors anchors_;
};

/// Two: a root, an authority below it, and what that issues.
struct Two {
  explicit Two(Says middle_says = {.name = "middle", .ca = true}, OwnKey middle_of = p256())
      : middle_key(std::move(middle_of)),
        middle(certificate(middle_says, middle_key.get(), top.root.get(), top.root_key.get())) {}
  [[nodiscard]] OwnCertificate issue(const Says& says, EVP_PKEY* key = nullptr) const {
    return certificate(says, key != nullptr ? key : top.key.get(), middle.get(), middle_key.get());
  }

  Authority top;
  OwnKey middle_key;
  OwnCertificate middle;
};

Says server(std::string name) { return {.name = std::move(name), .alt = std::string(kAlt)}; }

TEST(Verifier, KeepsAnIssuerThatIsTrusted) {
  for (const bool is_rsa : {false, true}) {
    const Two two({.name = "middle", .ca = true}, is_rsa ? rsa(2048) : p256());
    BothWays ways(two.top.pem());
    EXPECT_FALSE(ways.is_kept({two.issue(server("a")).get(), two.middle.get()}));
    EXPECT_TRUE(ways.is_kept({two.issue(server("b")).get(), two.middle.get()}));
    EXPECT_EQ(ways.last.trust, Trust::trusted);
    for (const char* const curve : {"P-256", "P-384", "P-521"})
      EXPECT_TRUE(ways.is_kept({two.issue(server("c"), OwnKey(EVP_EC_gen(curve)).get()).get(), two.middle.get()}));
    EXPECT_EQ(ways.last.curve, 0x19);
    EXPECT_TRUE(ways.is_kept({two.issue(server("d"), rsa(1024).get()).get(), two.middle.get()}));
    EXPECT_EQ(ways.last.key_bits, 1024);
    // A key of another kind is looked at whole.
    const OwnKey edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    EXPECT_FALSE(ways.is_kept({two.issue(server("e"), edwards.get()).get(), two.middle.get()}));
  }
}

TEST(Verifier, KeepsAnIssuerThatNobodyKnows) {
  const Authority known;
  const Authority strange("strange");
  BothWays ways(known.pem());
  EXPECT_FALSE(ways.is_kept({strange.issue(server("a")).get()}));
  EXPECT_TRUE(ways.is_kept({strange.issue(server("b")).get()}));
  EXPECT_EQ(ways.last.verify_code, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_FALSE(ways.is_kept({strange.issue(server("a")).get(), strange.root.get()}));
  EXPECT_TRUE(ways.is_kept({strange.issue(server("b")).get(), strange.root.get()}));
  EXPECT_EQ(ways.last.verify_code, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
  BothWays without("");
  EXPECT_FALSE(without.is_kept({strange.issue(server("a")).get(), strange.root.get()}));
  EXPECT_TRUE(without.is_kept({strange.issue(server("b")).get(), strange.root.get()}));
  EXPECT_EQ(without.last.trust, Trust::not_judged);
}

TEST(Verifier, TheTimesOfTheLeafAndOfTheIssuer) {
  const Two two({.name = "middle", .from = kNow - 2 * kDay, .until = kNow + 2 * kDay, .ca = true});
  BothWays ways(two.top.pem());
  const OwnCertificate first = two.issue(server("a"));
  EXPECT_FALSE(ways.is_kept({first.get(), two.middle.get()}));
  const OwnCertificate leaf = two.issue(server("b"));
  for (const std::int64_t bound : {kNow - kDay, kNow + kDay})
    for (const std::int64_t seconds : {bound - 1, bound, bound + 1})
      EXPECT_EQ(ways.is_kept({leaf.get(), two.middle.get()}, seconds), seconds >= kNow - kDay) << seconds - bound;
  EXPECT_EQ(ways.last.verify_code, X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(ways.last.trust, Trust::trusted);
  // The root is valid for a day before, so what stands above the leaf is not known before that; nor behind the
  // middle.
  for (const std::int64_t seconds : {kNow - kDay - 1, kNow + 2 * kDay, kNow + 2 * kDay + 1})
    EXPECT_FALSE(ways.is_kept({leaf.get(), two.middle.get()}, seconds));
}

TEST(Verifier, WhatOnlyTheWholeChainCanSay) {
  const Two two;
  const Two constrained(
      {.name = "middle", .ca = true, .more = {{NID_name_constraints, "permitted;DNS:example.org"}}});
  const Authority other("another root");
  BothWays ways(two.top.pem());
  EXPECT_FALSE(ways.is_kept({two.issue(server("a")).get(), two.middle.get()}));
  const auto whole = [&](const Says& says) { return !ways.is_kept({two.issue(says).get(), two.middle.get()}); };
  Says says = server("b");
  says.more = {{NID_ext_key_usage, "clientAuth"}};
  EXPECT_TRUE(whole(says));
  EXPECT_EQ(ways.last.trust, Trust::broken);
  says.more = {{NID_key_usage, "critical,keyCertSign"}};
  EXPECT_TRUE(whole(says));
  says.more = {{NID_netscape_cert_type, "client"}};
  EXPECT_TRUE(whole(says));
  says.more = {{NID_ext_key_usage, "serverAuth"}, {NID_key_usage, "critical,digitalSignature"}};
  EXPECT_FALSE(whole(says));
  EXPECT_FALSE(whole({.name = "c", .ca = true}));
  // Signed by another key than the issuer's.
  const OwnCertificate forged = certificate(server("a"), two.top.key.get(), two.middle.get(), other.root_key.get());
  EXPECT_FALSE(ways.is_kept({forged.get(), two.middle.get()}));
  EXPECT_EQ(ways.last.verify_code, X509_V_ERR_CERT_SIGNATURE_FAILURE);
  // The names that an issuer may sign.
  BothWays narrow(constrained.top.pem());
  for (const char* const alt : {"DNS:www.example.org", "DNS:www.example.net"}) {
    says = {.name = "a", .alt = alt};
    for (int i = 0; i < 2; ++i)
      EXPECT_FALSE(narrow.is_kept({constrained.issue(says).get(), constrained.middle.get()}));
  }
  EXPECT_EQ(narrow.last.verify_code, X509_V_ERR_PERMITTED_VIOLATION);
}

TEST(Verifier, EveryChangedOctetOfALeafIsJudgedAsTheWholeChainIs) {
  for (const bool is_rsa : {false, true}) {
    const Two two;
    for (const std::string& pem : {two.top.pem(), Authority("strange").pem()}) {
      BothWays ways(pem);
      const OwnKey key = is_rsa ? rsa(1024) : p256();
      const OwnCertificate leaf = two.issue(server("a"), key.get());
      const Octets body = message({leaf.get(), two.middle.get()});
      const std::size_t size = Sent::read(body).leaf.size();
      (void)ways.is_body_kept(body);
      EXPECT_TRUE(ways.is_body_kept(body));
      constexpr std::size_t kBefore = 6;  // two lengths
      for (std::size_t at = kBefore; at < kBefore + size; ++at) {
        Octets changed = body;
        changed[at] ^= static_cast<std::uint8_t>(1U << at % 8);
        (void)ways.is_body_kept(changed);
      }
    }
  }
}

}  // namespace verifier_test
}  // namespace uptake::certificates
