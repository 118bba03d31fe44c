#include "policy/correlate/chain.h"

#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>
#include <limits>
#include <string_view>

namespace uptake::certificates {
namespace {

constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();

/// Seconds since 1970; kEver when the time cannot be read.
std::int64_t seconds_of(const ASN1_TIME* time) noexcept {
  std::tm parts{};
  return time != nullptr && ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<std::int64_t>(timegm(&parts)) : kEver;
}

// --- what a certificate says by itself ---

struct Curve {
  std::string_view name;  ///< as OpenSSL writes it
  std::uint16_t group;    ///< IANA: TLS Supported Groups
};
constexpr Curve kCurves[] = {
    {"prime256v1", 0x17},      {"secp384r1", 0x18},       {"secp521r1", 0x19},       {"secp224r1", 0x15},
    {"brainpoolP256r1", 0x1a}, {"brainpoolP384r1", 0x1b}, {"brainpoolP512r1", 0x1c},
};

void read_key(const X509* certificate, Bits& bits) noexcept {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  if (key == nullptr) return;
  bits.key_bits = static_cast<std::uint16_t>(std::clamp(EVP_PKEY_get_bits(key), 0, 16383));
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      bits.key = Key::rsa;
      return;
    case EVP_PKEY_DSA:
      bits.key = Key::dsa;
      return;
    case EVP_PKEY_ED25519:
      bits.key = Key::ed25519;
      return;
    case EVP_PKEY_ED448:
      bits.key = Key::ed448;
      return;
    case EVP_PKEY_EC:
      break;
    default:
      return;
  }
  bits.key = Key::ecdsa;
  std::array<char, 64> text{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, text.data(), text.size(), &size) != 1) return;
  for (const Curve& curve : kCurves)
    if (curve.name == std::string_view(text.data(), size)) bits.curve = curve.group;
}

/// HashAlgorithm of a certificate's signature (RFC 5246 §7.4.1.4.1); 8: intrinsic; 0: not known.
std::uint8_t hash_of(X509* certificate) noexcept {
  int digest = NID_undef;
  if (X509_get_signature_info(certificate, &digest, nullptr, nullptr, nullptr) != 1) {
    ERR_clear_error();
    if (OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digest, nullptr) != 1) return 0;
  }
  switch (digest) {
    case NID_md5:
      return 1;
    case NID_sha1:
      return 2;
    case NID_sha224:
      return 3;
    case NID_sha256:
      return 4;
    case NID_sha384:
      return 5;
    case NID_sha512:
      return 6;
    case NID_undef:  // Ed25519 and Ed448
      return 8;
    default:
      return 0;
  }
}

std::uint8_t issuer_of(const X509* certificate) noexcept {
  std::array<char, 128> text{};
  const int size = X509_NAME_get_text_by_NID(X509_get_issuer_name(certificate), NID_organizationName, text.data(),
                                             static_cast<int>(text.size()));
  if (size <= 0) return 0;
  const auto* const found = std::find(std::begin(kIssuers) + 1, std::end(kIssuers),
                                      std::string_view(text.data(), static_cast<std::size_t>(size)));
  return found == std::end(kIssuers) ? std::uint8_t{0} : static_cast<std::uint8_t>(found - std::begin(kIssuers));
}

std::uint8_t scts_of(const X509* certificate) noexcept {
  auto* const list =
      static_cast<STACK_OF(SCT)*>(X509_get_ext_d2i(certificate, NID_ct_precert_scts, nullptr, nullptr));
  if (list == nullptr) return 0;
  const int count = sk_SCT_num(list);
  SCT_LIST_free(list);
  return static_cast<std::uint8_t>(std::clamp(count, 0, 7));
}

bool has_responder(X509* certificate) noexcept {
  STACK_OF(OPENSSL_STRING)* const responders = X509_get1_ocsp(certificate);
  const bool any = responders != nullptr && sk_OPENSSL_STRING_num(responders) > 0;
  X509_email_free(responders);
  return any;
}

// --- verification ---

/// What verification found: gone through to its end where only the time is wrong.
struct Found {
  int first = X509_V_OK;
  int chain = X509_V_OK;  ///< the first that is not the time
  Validity validity = Validity::current;
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

/// The time of one certificate: what it makes of the validity, and when that changes.
void see_time(const X509* certificate, std::int64_t seconds, Judged& judged) noexcept {
  for (const std::int64_t bound :
       {seconds_of(X509_get0_notBefore(certificate)), seconds_of(X509_get0_notAfter(certificate))}) {
    if (bound <= seconds) judged.from = std::max(judged.from, bound);
    if (bound > seconds) judged.until = std::min(judged.until, bound);
  }
}

/// The same, where nothing is verified.
Validity validity_of(const X509* certificate, std::int64_t seconds) noexcept {
  if (seconds < seconds_of(X509_get0_notBefore(certificate))) return Validity::not_yet_valid;
  return seconds > seconds_of(X509_get0_notAfter(certificate)) ? Validity::expired : Validity::current;
}

}  // namespace

// opaque ASN.1Cert<1..2^24-1>; struct { ASN.1Cert certificate_list<0..2^24-1>; } Certificate;  RFC 5246 section 7.4.2
Chain::Chain(Bytes body) noexcept {
  Cursor message(body);
  const std::uint32_t size = message.u24();
  Cursor list = message.sub(size);
  ok_ = list.ok() && message.empty();
  while (ok_ && !list.empty() && certificates_.size() < kMost) {
    const Bytes octets = list.bytes(list.u24());
    const unsigned char* at = octets.data();
    ok_ = !octets.empty();
    if (!ok_) break;
    std::unique_ptr<X509, Free> one(d2i_X509(nullptr, &at, static_cast<long>(octets.size())));
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

void Chain::verify(X509_STORE* anchors, std::int64_t seconds, Judged& judged) const noexcept {
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
    for (int i = 0; i < sk_X509_num(built); ++i) see_time(sk_X509_value(built, i), seconds, judged);
  }
  X509_STORE_CTX_free(context);
  ERR_clear_error();
}

Judged Chain::judge(X509_STORE* anchors, std::int64_t seconds) const noexcept {
  Judged judged{.bits = {}, .from = 0, .until = kEver};
  Bits& bits = judged.bits;
  read_key(leaf(), bits);
  bits.issuer = issuer_of(leaf());
  bits.scts = scts_of(leaf());
  bits.has_responder = has_responder(leaf());
  bits.hash = hash_of(leaf());
  for (const auto& one : certificates_) {
    see_time(one.get(), seconds, judged);
    // Nobody relies on the signature by which an anchor signs itself.
    const bool itself = X509_self_signed(one.get(), 0) == 1 && one.get() != leaf();
    if (!itself) bits.hash = std::min(bits.hash, hash_of(one.get()));
  }
  bits.validity = validity_of(leaf(), seconds);
  if (anchors != nullptr) verify(anchors, seconds, judged);
  // What verification did not come to is still what the certificate says.
  if (bits.validity == Validity::current) bits.validity = validity_of(leaf(), seconds);
  ERR_clear_error();
  return judged;
}

/// No common name, no part of a label, and a wildcard is one whole label (RFC 9525 §6.3).
bool Chain::is_for(Bytes name) const noexcept {
  constexpr unsigned kRules = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  const int matches =
      X509_check_host(leaf(), reinterpret_cast<const char*>(name.data()), name.size(), kRules, nullptr);
  ERR_clear_error();
  return matches == 1;
}

// CertificateStatusType status_type; opaque OCSPResponse<1..2^24-1>  RFC 6066 section 8
Staple Chain::judge_staple(Bytes body, X509_STORE* anchors, std::int64_t seconds) const noexcept {
  constexpr std::uint8_t kOcsp = 1;
  Cursor message(body);
  if (message.u8() != kOcsp) return Staple::bad;
  const Bytes octets = message.bytes(message.u24());
  if (message.failed() || octets.empty()) return Staple::bad;
  const unsigned char* at = octets.data();
  OCSP_RESPONSE* const response = d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(octets.size()));
  OCSP_BASICRESP* const basic = response != nullptr ? OCSP_response_get1_basic(response) : nullptr;
  Staple staple = Staple::bad;
  const Stack sent = others();
  X509* const issuer = certificates_.size() > 1 ? certificates_[1].get() : nullptr;
  if (basic != nullptr && issuer != nullptr && sent != nullptr) {
    OCSP_CERTID* const id = OCSP_cert_to_id(nullptr, leaf(), issuer);
    int status = V_OCSP_CERTSTATUS_UNKNOWN;
    ASN1_GENERALIZEDTIME* from = nullptr;
    ASN1_GENERALIZEDTIME* until = nullptr;
    const bool found = OCSP_resp_find_status(basic, id, &status, nullptr, nullptr, &from, &until) == 1;
    const bool current = found && seconds_of(from) <= seconds && (until == nullptr || seconds <= seconds_of(until));
    // Signed by the issuer or by whom it names; whether that leads to an anchor is the chain's own question.
    sk_X509_push(sent.get(), leaf());
    const bool is_signed =
        anchors != nullptr && OCSP_basic_verify(basic, sent.get(), anchors, OCSP_TRUSTOTHER | OCSP_NOEXPLICIT) == 1;
    if (current && is_signed) {
      staple = status == V_OCSP_CERTSTATUS_GOOD      ? Staple::good
               : status == V_OCSP_CERTSTATUS_REVOKED ? Staple::revoked
                                                     : Staple::unknown;
    }
    OCSP_CERTID_free(id);
  }
  OCSP_BASICRESP_free(basic);
  OCSP_RESPONSE_free(response);
  ERR_clear_error();
  return staple;
}

}  // namespace uptake::certificates
