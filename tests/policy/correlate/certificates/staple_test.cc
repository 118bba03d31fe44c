// What a CertificateStatus comes to, at packet time (RFC 6066 section 8, RFC 6960).

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "policy/correlate/certificates/chain.h"
#include "policy/correlate/certificates/trust_anchors.h"
#include "tests/policy/correlate/certificates/authority.h"

namespace uptake::certificates {
namespace staple_test {

using namespace test;

/// What a response says, and who signs it.
struct Answer {
  X509* of = nullptr;
  X509* issuer = nullptr;
  X509* signer = nullptr;
  EVP_PKEY* key = nullptr;
  int status = V_OCSP_CERTSTATUS_GOOD;
  std::int64_t from = kNow - 3600;
  std::int64_t until = kNow + 3600;
};

Octets response(const Answer& answer) {
  OCSP_BASICRESP* const basic = OCSP_BASICRESP_new();
  ASN1_GENERALIZEDTIME* const from = ASN1_GENERALIZEDTIME_set(nullptr, static_cast<time_t>(answer.from));
  ASN1_GENERALIZEDTIME* const until = ASN1_GENERALIZEDTIME_set(nullptr, static_cast<time_t>(answer.until));
  const bool revoked = answer.status == V_OCSP_CERTSTATUS_REVOKED;
  OCSP_CERTID* const id = OCSP_cert_to_id(nullptr, answer.of, answer.issuer);
  OCSP_basic_add1_status(basic, id, answer.status, 0, revoked ? from : nullptr, from, until);
  EXPECT_EQ(OCSP_basic_sign(basic, answer.signer, answer.key, EVP_sha256(), nullptr, 0), 1);
  OCSP_RESPONSE* const whole = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
  unsigned char* der = nullptr;
  const int size = i2d_OCSP_RESPONSE(whole, &der);
  Octets octets(der, der + size);
  OPENSSL_free(der);
  OCSP_RESPONSE_free(whole);
  OCSP_CERTID_free(id);
  ASN1_GENERALIZEDTIME_free(from);
  ASN1_GENERALIZEDTIME_free(until);
  OCSP_BASICRESP_free(basic);
  return octets;
}

/// The body of a CertificateStatus.
Octets status(const Octets& response) {
  Octets body{1};
  put24(body, response.size());
  body.insert(body.end(), response.begin(), response.end());
  return body;
}
Octets status(const Answer& answer) { return status(response(answer)); }

/// A leaf of an issuer below a root.
class Scene {
 public:
  [[nodiscard]] Answer by_issuer() const { return {leaf.get(), issuer.get(), issuer.get(), key.get()}; }
  /// A responder that the issuer names.
  [[nodiscard]] OwnCertificate responder(EVP_PKEY* of, std::int64_t from, std::int64_t until) const {
    return certificate(
        {.name = "responder", .from = from, .until = until, .more = {{NID_ext_key_usage, "OCSPSigning"}}}, of,
        issuer.get(), key.get());
  }
  [[nodiscard]] Answer by(X509* signer, EVP_PKEY* with) const { return {leaf.get(), issuer.get(), signer, with}; }
  [[nodiscard]] Staple judge(const Octets& body) { return judge(body, {leaf.get(), issuer.get()}); }
  [[nodiscard]] Staple judge(const Octets& body, const std::vector<X509*>& sent) {
    return judge(body, sent, anchors);
  }
  [[nodiscard]] static Staple judge(const Octets& body, const std::vector<X509*>& sent, TrustAnchors& by) {
    const Octets chain = message(sent);
    return Chain(chain).judge_staple(body, by.store(), kNow);
  }

  Authority authority;
  OwnKey key = p256();
  OwnCertificate issuer = authority.issue({.name = "issuer", .until = kNow + 9000 * kDay, .ca = true}, key.get());
  OwnKey own = p256();
  OwnCertificate leaf = certificate({.name = "a"}, own.get(), issuer.get(), key.get());
  TrustAnchors anchors{authority.pem()};
};

TEST(Staple, SaysWhatTheIssuerSays) {
  Scene scene;
  Answer answer = scene.by_issuer();
  EXPECT_EQ(scene.judge(status(answer)), Staple::good);
  answer.status = V_OCSP_CERTSTATUS_REVOKED;
  EXPECT_EQ(scene.judge(status(answer)), Staple::revoked);
  answer.status = V_OCSP_CERTSTATUS_UNKNOWN;
  EXPECT_EQ(scene.judge(status(answer)), Staple::unknown);
}

TEST(Staple, IsBadWhereItIsNotCurrentOrForAnother) {
  Scene scene;
  Answer old = scene.by_issuer();
  old.from = kNow - 2 * kDay;
  old.until = kNow - kDay;
  EXPECT_EQ(scene.judge(status(old)), Staple::bad);
  Answer early = scene.by_issuer();
  early.from = kNow + kDay;
  early.until = kNow + 2 * kDay;
  EXPECT_EQ(scene.judge(status(early)), Staple::bad);
  const OwnCertificate other = certificate({.name = "b"}, scene.own.get(), scene.issuer.get(), scene.key.get());
  Answer strange = scene.by_issuer();
  strange.of = other.get();
  EXPECT_EQ(scene.judge(status(strange)), Staple::bad);
  EXPECT_EQ(scene.judge({}), Staple::bad);
  EXPECT_EQ(scene.judge({1, 0, 0, 2, 0x30, 0}), Staple::bad);
}

/// The packets are of 2023: whatever is current then is not today, and the other way round.
TEST(Staple, OfAResponderIsJudgedAtPacketTime) {
  Scene scene;
  const OwnKey key = p256();
  const OwnCertificate then = scene.responder(key.get(), kNow - 7 * kDay, kNow + 7 * kDay);
  EXPECT_EQ(scene.judge(status(scene.by(then.get(), key.get()))), Staple::good);
  const OwnCertificate later = scene.responder(key.get(), kNow + 200 * kDay, kNow + 9000 * kDay);
  EXPECT_EQ(scene.judge(status(scene.by(later.get(), key.get()))), Staple::bad);
  const OwnCertificate over = scene.responder(key.get(), kNow - 200 * kDay, kNow - kDay);
  EXPECT_EQ(scene.judge(status(scene.by(over.get(), key.get()))), Staple::bad);
}

/// RFC 6960 section 4.2.2.2: of the issuer, and for that.
TEST(Staple, IsBadWhereWhoeverSignedItMayNot) {
  Scene scene;
  const OwnKey key = p256();
  const OwnCertificate unnamed = certificate({.name = "other"}, key.get(), scene.issuer.get(), scene.key.get());
  EXPECT_EQ(scene.judge(status(scene.by(unnamed.get(), key.get()))), Staple::bad);
  const OwnCertificate of_root =
      scene.authority.issue({.name = "responder", .more = {{NID_ext_key_usage, "OCSPSigning"}}}, key.get());
  EXPECT_EQ(scene.judge(status(scene.by(of_root.get(), key.get()))), Staple::bad);
  const OwnCertificate forged = certificate({.name = "responder", .more = {{NID_ext_key_usage, "OCSPSigning"}}},
                                            key.get(), scene.issuer.get(), key.get());
  EXPECT_EQ(scene.judge(status(scene.by(forged.get(), key.get()))), Staple::bad);
  EXPECT_EQ(scene.judge(status(scene.by(scene.authority.root.get(), scene.authority.root_key.get()))), Staple::bad);
}

TEST(Staple, NeedsTheIssuerWhereverItStands) {
  Scene scene;
  const Octets good = status(scene.by_issuer());
  X509* const leaf = scene.leaf.get();
  X509* const issuer = scene.issuer.get();
  X509* const root = scene.authority.root.get();
  EXPECT_EQ(scene.judge(good, {leaf, root, issuer}), Staple::good) << "in another order";
  EXPECT_EQ(scene.judge(good, {leaf}), Staple::no_issuer);
  EXPECT_EQ(scene.judge(good, {leaf, root}), Staple::no_issuer);
  TrustAnchors none("");
  EXPECT_EQ(Scene::judge(good, {leaf, issuer}, none), Staple::good) << "whether it is trusted is another question";
  EXPECT_EQ(Scene::judge(good, {leaf}, none), Staple::no_issuer);
  TrustAnchors own(pem_of(issuer));
  EXPECT_EQ(Scene::judge(good, {leaf}, own), Staple::good) << "the issuer is an anchor, which nobody needs to send";
}

/// RFC 6961 section 2.2: the first is the leaf's.
TEST(Staple, MayStandInAList) {
  Scene scene;
  const Octets good = response(scene.by_issuer());
  Octets list;
  put24(list, good.size());
  list.insert(list.end(), good.begin(), good.end());
  put24(list, 0);
  Octets body{2};
  put24(body, list.size());
  body.insert(body.end(), list.begin(), list.end());
  EXPECT_EQ(scene.judge(body), Staple::good);
}

}  // namespace staple_test
}  // namespace uptake::certificates
