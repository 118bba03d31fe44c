#include "policy/correlate/certificates/chain.h"

#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace uptake::certificates {
namespace {

constexpr std::uint8_t kIntrinsic = 8;  // HashAlgorithm: the greatest (RFC 8422 §5.10)

/// What verification found: gone through to its end where only the time is wrong.
struct Found {
  int first = X509_V_OK;
  int chain = X509_V_OK;  ///< the first that is not the time
  Validity validity = Validity::current;
  bool above_is_current = true;  ///< so are all certificates but the leaf
};

int found_index() noexcept {
  static const int kIndex = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return kIndex;
}

int on_verified(int ok, X509_STORE_CTX* context) noexcept {
  if (ok == 1) return 1;
  auto& found = *static_cast<Found*>(X509_STORE_CTX_get_ex_data(context, found_index()));
  const int error = X509_STORE_CTX_get_error(context);
  if (found.first == X509_V_OK) found.first = error;
  if (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID) {
    if (found.validity == Validity::current)
      found.validity = error == X509_V_ERR_CERT_HAS_EXPIRED ? Validity::expired : Validity::not_yet_valid;
    if (X509_STORE_CTX_get_error_depth(context) > 0) found.above_is_current = false;
    return 1;
  }
  if (found.chain == X509_V_OK) found.chain = error;
  return 0;
}

Trust trust_of(int error) noexcept {
  switch (error) {
    case X509_V_OK:
      return Trust::trusted;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return Trust::self_signed;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return Trust::unknown_issuer;
    default:
      return Trust::broken;
  }
}

/// Whether verification would find the same above every other plain leaf with the same IssuerKey. It looks for
/// issuers before it checks the leaf, so that a chain without an anchor is one whatever the leaf's signature is
/// worth; and it holds a leaf's names against the constraints of those above.
bool is_common(const Found& found, const STACK_OF(X509) * built) noexcept {
  switch (found.chain) {
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      return true;
    case X509_V_OK:
      break;
    default:
      return false;
  }
  for (int i = 1; i < sk_X509_num(built); ++i)
    if (X509_get_ext_by_NID(sk_X509_value(built, i), NID_name_constraints, -1) >= 0) return false;
  return found.above_is_current && sk_X509_num(built) > 1;
}

bool has_issued(X509* issuer, X509* subject) noexcept {
  return X509_check_issued(issuer, subject) == X509_V_OK && X509_verify(subject, X509_get0_pubkey(issuer)) == 1;
}

// CertificateStatusType status_type; opaque OCSPResponse<1..2^24-1>  RFC 6066 section 8
// or a list of such, of which the first is the leaf's  RFC 6961 section 2.2
Bytes response_in(Bytes body) noexcept {
  constexpr std::uint8_t kOcsp = 1;
  constexpr std::uint8_t kOcspMulti = 2;
  Cursor message(body);
  const std::uint8_t type = message.u8();
  if (type != kOcsp && type != kOcspMulti) return {};
  Cursor list = type == kOcspMulti ? message.sub(message.u24()) : message;
  const Bytes octets = list.bytes(list.u24());
  return list.failed() ? Bytes{} : octets;
}

/// The issuer signed it, or whom it has named for that and who is current (RFC 6960 section 4.2.2.2). Whether the
/// issuer leads to an anchor is the chain's own question. OpenSSL would hold the signer's chain against today's time.
bool is_signed(OCSP_BASICRESP* basic, X509* issuer, std::int64_t seconds) noexcept {
  const std::unique_ptr<STACK_OF(X509), FreeStack> known(sk_X509_new_null());
  if (known == nullptr || sk_X509_push(known.get(), issuer) == 0) return false;
  X509* signer = nullptr;
  if (OCSP_basic_verify(basic, known.get(), nullptr, OCSP_NOVERIFY) != 1 ||
      OCSP_resp_get0_signer(basic, &signer, known.get()) != 1)
    return false;
  if (X509_cmp(signer, issuer) == 0) return true;
  const bool is_named = (X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) != 0 &&
                        (X509_get_extended_key_usage(signer) & XKU_OCSP_SIGN) != 0;
  return is_named && has_issued(issuer, signer) && validity_of(signer, seconds) == Validity::current;
}

/// What a response says of a certificate at that time.
Staple status_of(X509* certificate, X509* issuer, OCSP_BASICRESP* basic, std::int64_t seconds) noexcept {
  OCSP_CERTID* const id = OCSP_cert_to_id(nullptr, certificate, issuer);
  int status = V_OCSP_CERTSTATUS_UNKNOWN;
  ASN1_GENERALIZEDTIME* from = nullptr;
  ASN1_GENERALIZEDTIME* until = nullptr;
  const bool found = id != nullptr && OCSP_resp_find_status(basic, id, &status, nullptr, nullptr, &from, &until) == 1;
  OCSP_CERTID_free(id);
  const bool current = found && seconds_of(from) <= seconds && (until == nullptr || seconds <= seconds_of(until));
  if (!current || !is_signed(basic, issuer, seconds)) return Staple::bad;
  if (status == V_OCSP_CERTSTATUS_GOOD) return Staple::good;
  return status == V_OCSP_CERTSTATUS_REVOKED ? Staple::revoked : Staple::unknown;
}

}  // namespace

Chain::Chain(Bytes body) noexcept {
  Cursor list = certificate_list(body);
  ok_ = list.ok();
  while (ok_ && !list.empty() && certificates_.size() < kMost) {
    const Bytes octets = list.bytes(list.u24());
    const unsigned char* at = octets.data();
    ok_ = !octets.empty();
    if (!ok_) break;
    std::unique_ptr<X509, FreeCertificate> one(d2i_X509(nullptr, &at, static_cast<long>(octets.size())));
    // Of those behind the first one may be of a kind that nobody knows: verification goes on without it.
    if (one != nullptr) certificates_.push_back(std::move(one));
    if (certificates_.empty()) break;
  }
  ok_ = ok_ && !certificates_.empty();
  ERR_clear_error();
}

Chain::Stack Chain::others() const noexcept {
  Stack stack(sk_X509_new_null());
  for (std::size_t i = 1; stack != nullptr && i < certificates_.size(); ++i)
    sk_X509_push(stack.get(), certificates_[i].get());
  return stack;
}

void Chain::verify(X509_STORE* anchors, std::int64_t seconds, Judged& judged, Above& above) const noexcept {
  X509_STORE_CTX* const context = X509_STORE_CTX_new();
  const Stack sent = others();
  Found found;
  if (context != nullptr && sent != nullptr && X509_STORE_CTX_init(context, anchors, leaf(), sent.get()) == 1) {
    X509_STORE_CTX_set_default(context, "ssl_server");
    X509_STORE_CTX_set_time(context, 0, static_cast<time_t>(seconds));
    X509_STORE_CTX_set_ex_data(context, found_index(), &found);
    X509_STORE_CTX_set_verify_cb(context, on_verified);
    (void)X509_verify_cert(context);
    judged.bits.verify_code = static_cast<std::uint8_t>(std::min(found.first, 255));
    judged.bits.trust = trust_of(found.chain);
    judged.bits.validity = found.validity;
    const STACK_OF(X509)* const built = X509_STORE_CTX_get0_chain(context);
    for (int i = 1; i < sk_X509_num(built); ++i) see_time(sk_X509_value(built, i), seconds, above.judged);
    above.judged.bits.trust = judged.bits.trust;
    above.judged.bits.verify_code = static_cast<std::uint8_t>(std::min(found.chain, 255));
    above.is_common = is_common(found, built);
    if (above.is_common && found.chain == X509_V_OK) above.issuer.reset(X509_get_pubkey(sk_X509_value(built, 1)));
  }
  X509_STORE_CTX_free(context);
  ERR_clear_error();
}

Judged Chain::judge(X509_STORE* anchors, std::int64_t seconds, Above& above) const noexcept {
  Judged judged;
  Bits& bits = judged.bits;
  read_made_key(leaf(), bits);
  read_says(leaf(), bits);
  see_time(leaf(), seconds, judged);
  bits.validity = validity_of(leaf(), seconds);
  above.judged.bits.hash = kIntrinsic;
  for (std::size_t i = 1; i < certificates_.size(); ++i) {
    X509* const one = certificates_[i].get();
    see_time(one, seconds, above.judged);
    // Nobody relies on the signature by which an anchor signs itself.
    if (X509_self_signed(one, 0) != 1) above.judged.bits.hash = std::min(above.judged.bits.hash, hash_of(one));
  }
  above.is_common = anchors == nullptr;
  if (anchors != nullptr) verify(anchors, seconds, judged, above);
  // What verification did not come to is still what the certificate says.
  if (bits.validity == Validity::current) bits.validity = validity_of(leaf(), seconds);
  bits.hash = std::min(bits.hash, above.judged.bits.hash);
  judged.from = std::max(judged.from, above.judged.from);
  judged.until = std::min(judged.until, above.judged.until);
  ERR_clear_error();
  return judged;
}

/// Whoever issued the leaf: among what was sent, whatever its order (RFC 8446 section 4.4.2), else a trust anchor.
Chain::Owned Chain::issuer(X509_STORE* anchors, std::int64_t seconds) const noexcept {
  for (std::size_t i = 1; i < certificates_.size(); ++i) {
    X509* const one = certificates_[i].get();
    if (has_issued(one, leaf()) && X509_up_ref(one) == 1) return Owned(one);
  }
  X509_STORE_CTX* const context = anchors != nullptr ? X509_STORE_CTX_new() : nullptr;
  X509* found = nullptr;
  if (context != nullptr && X509_STORE_CTX_init(context, anchors, leaf(), nullptr) == 1) {
    X509_STORE_CTX_set_time(context, 0, static_cast<time_t>(seconds));
    if (X509_STORE_CTX_get1_issuer(&found, context, leaf()) != 1) found = nullptr;
  }
  X509_STORE_CTX_free(context);
  Owned issuer(found);
  return issuer != nullptr && has_issued(issuer.get(), leaf()) ? std::move(issuer) : nullptr;
}

Staple Chain::judge_staple(Bytes body, X509_STORE* anchors, std::int64_t seconds) const noexcept {
  const Bytes octets = response_in(body);
  const unsigned char* at = octets.data();
  OCSP_RESPONSE* const response =
      octets.empty() ? nullptr : d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(octets.size()));
  OCSP_BASICRESP* const basic = response != nullptr ? OCSP_response_get1_basic(response) : nullptr;
  Staple staple = Staple::bad;
  if (basic != nullptr) {
    const Owned issuer = this->issuer(anchors, seconds);
    staple = issuer == nullptr ? Staple::no_issuer : status_of(leaf(), issuer.get(), basic, seconds);
  }
  OCSP_BASICRESP_free(basic);
  OCSP_RESPONSE_free(response);
  ERR_clear_error();
  return staple;
}

}  // namespace uptake::certificates
