#include "policy/correlate/certificates/chain.h"

#include <gtest/gtest.h>

#include "policy/correlate/certificates/trust_anchors.h"
#include "tests/policy/correlate/certificates/authority.h"

namespace uptake::certificates {
namespace chain_test {

using namespace test;

Judged judged(const std::vector<X509*>& chain, TrustAnchors& anchors, std::int64_t seconds = kNow) {
  const Octets body = message(chain);
  const Chain opened(body);
  EXPECT_TRUE(opened.ok());
  return opened.ok() ? opened.judge(anchors.store(), seconds) : Judged{};
}
Bytes bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
bool is_for(X509* certificate, std::string_view name) {
  const Octets body = message({certificate});
  return Chain(body).is_for(bytes_of(name));
}

TEST(Chain, IsTrustedWhereItLeadsToAnAnchor) {
  const Authority authority;
  TrustAnchors anchors(authority.pem());
  const OwnCertificate leaf = authority.issue({.name = "a", .alt = "DNS:a.example"});
  const Judged alone = judged({leaf.get()}, anchors);
  EXPECT_EQ(alone.bits.trust, Trust::trusted);
  EXPECT_EQ(alone.bits.verify_code, 0);
  EXPECT_EQ(alone.bits.validity, Validity::current);
  EXPECT_EQ(alone.bits.key, Key::ecdsa);
  EXPECT_EQ(alone.bits.curve, 0x17);
  EXPECT_EQ(alone.bits.key_bits, 256);
  EXPECT_EQ(alone.bits.hash, 4);
  EXPECT_FALSE(alone.bits.has_responder);
  EXPECT_EQ(alone.bits.scts, 0);
  EXPECT_EQ(judged({leaf.get(), authority.root.get()}, anchors).bits.trust, Trust::trusted);
}

TEST(Chain, SaysWhyItIsNotTrusted) {
  const Authority authority;
  const Authority other("another root");
  TrustAnchors anchors(authority.pem());
  const OwnCertificate strange = other.issue({.name = "a"});
  EXPECT_EQ(judged({strange.get()}, anchors).bits.trust, Trust::unknown_issuer);
  EXPECT_EQ(judged({strange.get()}, anchors).bits.verify_code, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_EQ(judged({strange.get(), other.root.get()}, anchors).bits.verify_code,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
  const OwnCertificate self = certificate({.name = "self"}, authority.key.get(), nullptr, nullptr);
  EXPECT_EQ(judged({self.get()}, anchors).bits.trust, Trust::self_signed);
  EXPECT_EQ(judged({self.get()}, anchors).bits.verify_code, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
  // A name that is known, and a signature that is not its key's.
  const OwnCertificate forged =
      certificate({.name = "a"}, authority.key.get(), authority.root.get(), other.root_key.get());
  EXPECT_EQ(judged({forged.get()}, anchors).bits.trust, Trust::broken);
  EXPECT_EQ(judged({forged.get()}, anchors).bits.verify_code, X509_V_ERR_CERT_SIGNATURE_FAILURE);
  TrustAnchors none("");
  EXPECT_EQ(judged({forged.get()}, none).bits.trust, Trust::not_judged);
}

TEST(Chain, TimeIsJudgedApartAndSaysHowLongThatHolds) {
  const Authority authority;
  TrustAnchors anchors(authority.pem());
  TrustAnchors none("");
  const OwnCertificate leaf = authority.issue({.name = "a"});
  for (TrustAnchors* const store : {&anchors, &none}) {
    const Judged now = judged({leaf.get()}, *store);
    EXPECT_EQ(now.from, kNow - kDay);
    EXPECT_EQ(now.until, kNow + kDay);
    const Judged later = judged({leaf.get()}, *store, kNow + 2 * kDay);
    EXPECT_EQ(later.bits.validity, Validity::expired);
    EXPECT_EQ(later.from, kNow + kDay);
    const Judged before = judged({leaf.get()}, *store, kNow - 2 * kDay);
    EXPECT_EQ(before.bits.validity, Validity::not_yet_valid);
    EXPECT_EQ(before.until, kNow - kDay);
  }
  const Judged expired = judged({leaf.get()}, anchors, kNow + 2 * kDay);
  EXPECT_EQ(expired.bits.trust, Trust::trusted);
  EXPECT_EQ(expired.bits.verify_code, X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(judged({leaf.get()}, anchors, kNow - 2 * kDay).bits.verify_code, X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST(Chain, KeysAndHashes) {
  const Authority authority;
  TrustAnchors anchors(authority.pem());
  const OwnKey big = rsa(2048);
  const OwnCertificate by_rsa = authority.issue({.name = "a"}, big.get());
  EXPECT_EQ(judged({by_rsa.get()}, anchors).bits.key, Key::rsa);
  EXPECT_EQ(judged({by_rsa.get()}, anchors).bits.key_bits, 2048);
  const OwnKey edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const OwnCertificate self = certificate({.name = "a", .hash = nullptr}, edwards.get(), nullptr, nullptr);
  EXPECT_EQ(judged({self.get()}, anchors).bits.key, Key::ed25519);
  EXPECT_EQ(judged({self.get()}, anchors).bits.hash, 8);
  const OwnCertificate weak = authority.issue({.name = "a", .hash = EVP_sha1()});
  EXPECT_EQ(judged({weak.get()}, anchors).bits.hash, 2);
  // The weakest of the chain counts, but not how an anchor signs itself.
  const OwnKey key = p256();
  const OwnCertificate middle = authority.issue({.name = "middle", .ca = true, .hash = EVP_sha1()}, key.get());
  const OwnCertificate leaf =
      certificate({.name = "a", .organisation = "x"}, authority.key.get(), middle.get(), key.get());
  EXPECT_EQ(judged({leaf.get(), middle.get(), authority.root.get()}, anchors).bits.hash, 2);
  EXPECT_EQ(judged({leaf.get(), middle.get()}, anchors).bits.trust, Trust::trusted);
}

TEST(Chain, Issuers) {
  TrustAnchors none("");
  const OwnKey key = p256();
  for (std::size_t i = 1; i < std::size(kIssuers); ++i) {
    const OwnCertificate root =
        certificate({.name = "R", .ca = true, .organisation = std::string(kIssuers[i])}, key.get(), nullptr, nullptr);
    EXPECT_EQ(judged({root.get()}, none).bits.issuer, i);
  }
}

TEST(Chain, NamesByTheRules) {
  const Authority authority;
  const OwnCertificate leaf = authority.issue({.name = "cn.example", .alt = "DNS:www.example.org,DNS:*.example.net"});
  EXPECT_TRUE(is_for(leaf.get(), "www.example.org"));
  EXPECT_TRUE(is_for(leaf.get(), "a.example.net"));
  EXPECT_FALSE(is_for(leaf.get(), "a.b.example.net"));
  EXPECT_FALSE(is_for(leaf.get(), "example.net"));
  EXPECT_FALSE(is_for(leaf.get(), "example.org"));
  EXPECT_FALSE(is_for(leaf.get(), "cn.example"));
  const OwnCertificate nameless = authority.issue({.name = "cn.example"});
  EXPECT_FALSE(is_for(nameless.get(), "cn.example"));
  const OwnCertificate partial = authority.issue({.name = "x", .alt = "DNS:w*.example.org"});
  EXPECT_FALSE(is_for(partial.get(), "www.example.org"));
}

/// RFC 6066 section 3 forbids an address as a name, and some clients send one all the same: RFC 9525 section 6.5.
TEST(Chain, AnAddressIsHeldAgainstAddresses) {
  const Authority authority;
  const OwnCertificate leaf =
      authority.issue({.name = "a", .alt = "IP:198.51.100.1,IP:2001:db8::1,DNS:198.51.100.2,DNS:www.example.org"});
  EXPECT_TRUE(is_for(leaf.get(), "198.51.100.1"));
  EXPECT_TRUE(is_for(leaf.get(), "2001:db8::1"));
  EXPECT_TRUE(is_for(leaf.get(), "2001:db8:0:0::1"));
  EXPECT_TRUE(is_for(leaf.get(), "www.example.org"));
  EXPECT_FALSE(is_for(leaf.get(), "198.51.100.2")) << "a dNSName is none";
  EXPECT_FALSE(is_for(leaf.get(), "198.51.100.3"));
  EXPECT_FALSE(is_for(leaf.get(), "2001:db8::2"));
}

TEST(Chain, LengthsThatLie) {
  const Authority authority;
  const OwnCertificate leaf = authority.issue({.name = "a"});
  const Octets body = message({leaf.get(), authority.root.get()});
  TrustAnchors none("");
  EXPECT_TRUE(Chain(body).ok());
  for (std::size_t size = 0; size < body.size(); ++size) EXPECT_FALSE(Chain(Bytes{body}.first(size)).ok()) << size;
  for (std::size_t at = 0; at < body.size(); ++at) {
    Octets changed = body;
    changed[at] ^= 0x41;
    const Chain opened(changed);
    if (opened.ok()) {
      (void)opened.judge(nullptr, kNow);
      (void)opened.is_for(bytes_of("www.example.org"));
      (void)opened.judge_staple(changed, nullptr, kNow);
    }
  }
  EXPECT_FALSE(Chain(Octets{0, 0, 0}).ok());
}

TEST(TrustAnchors, WhatIsNoBundleHasNone) {
  EXPECT_EQ(TrustAnchors("").store(), nullptr);
  EXPECT_EQ(TrustAnchors("no certificate\n").store(), nullptr);
  EXPECT_NE(TrustAnchors("words\n" + Authority().pem() + Authority().pem()).store(), nullptr);
}

TEST(TrustAnchors, AreOpenedByTheSubjectsThatChainsAskFor) {
  const Authority asked("asked");
  const Authority other("other");
  TrustAnchors anchors(other.pem() + asked.pem() + asked.pem());
  const auto opened = [&anchors] { return sk_X509_OBJECT_num(X509_STORE_get0_objects(anchors.store())); };
  EXPECT_EQ(opened(), 0);
  for (unsigned again = 0; again < 2; ++again) {
    EXPECT_EQ(judged({asked.issue({.name = "a"}).get()}, anchors).bits.trust, Trust::trusted);
    EXPECT_EQ(opened(), 1);
  }
  EXPECT_EQ(judged({Authority("nobody").issue({.name = "a"}).get()}, anchors).bits.trust, Trust::unknown_issuer);
  EXPECT_EQ(opened(), 1);
  EXPECT_EQ(judged({other.issue({.name = "a"}).get()}, anchors).bits.trust, Trust::trusted);
  EXPECT_EQ(opened(), 2);
}

TEST(TrustAnchors, OfOneSubjectAreOpenedTogether) {
  TrustAnchors anchors(Authority("twin").pem() + Authority("twin").pem());
  (void)judged({Authority("twin").issue({.name = "a"}).get()}, anchors);
  EXPECT_EQ(sk_X509_OBJECT_num(X509_STORE_get0_objects(anchors.store())), 2);
}

}  // namespace chain_test
}  // namespace uptake::certificates
