#include "policy/correlate/certificates/certificate.h"

#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>
#include <string_view>

namespace uptake::certificates {
namespace {

struct Curve {
  std::string_view name;  ///< as OpenSSL writes it
  std::uint16_t group;    ///< IANA: TLS Supported Groups
};
constexpr Curve kCurves[] = {
    {"prime256v1", 0x17},      {"secp384r1", 0x18},       {"secp521r1", 0x19},       {"secp224r1", 0x15},
    {"brainpoolP256r1", 0x1a}, {"brainpoolP384r1", 0x1b}, {"brainpoolP512r1", 0x1c},
};

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

}  // namespace

// opaque ASN.1Cert<1..2^24-1>; struct { ASN.1Cert certificate_list<0..2^24-1>; } Certificate;  RFC 5246 section 7.4.2
Cursor certificate_list(Bytes body) noexcept {
  Cursor message(body);
  const std::uint32_t size = message.u24();
  Cursor list = message.sub(size);
  return message.empty() ? list : list.sub(list.left() + 1);
}

std::int64_t seconds_of(const ASN1_TIME* time) noexcept {
  std::tm parts{};
  return time != nullptr && ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<std::int64_t>(timegm(&parts)) : kEver;
}

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

void see_time(const X509* certificate, std::int64_t seconds, Judged& judged) noexcept {
  for (const std::int64_t bound :
       {seconds_of(X509_get0_notBefore(certificate)), seconds_of(X509_get0_notAfter(certificate))}) {
    if (bound <= seconds) judged.from = std::max(judged.from, bound);
    if (bound > seconds) judged.until = std::min(judged.until, bound);
  }
}

Validity validity_of(const X509* certificate, std::int64_t seconds) noexcept {
  if (seconds < seconds_of(X509_get0_notBefore(certificate))) return Validity::not_yet_valid;
  return seconds > seconds_of(X509_get0_notAfter(certificate)) ? Validity::expired : Validity::current;
}

void read_says(X509* certificate, Bits& bits) noexcept {
  bits.issuer = issuer_of(certificate);
  bits.scts = scts_of(certificate);
  bits.has_responder = has_responder(certificate);
  bits.hash = hash_of(certificate);
}

void read_made_key(const X509* certificate, Bits& bits) noexcept {
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

// No common name, no part of a label, and a wildcard is one whole label. Clients must not name an address (RFC 6066
// section 3); of those that do, iPAddress alone tells whether they are content.
bool is_for(X509* certificate, Bytes name) noexcept {
  constexpr unsigned kRules = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  constexpr int kNoAddress = -2;
  std::array<char, 64> text{};  // longer than any address
  int matches = kNoAddress;
  if (name.size() < text.size()) {
    std::ranges::copy(name, text.begin());
    matches = X509_check_ip_asc(certificate, text.data(), 0);
  }
  if (matches == kNoAddress)
    matches = X509_check_host(certificate, reinterpret_cast<const char*>(name.data()), name.size(), kRules, nullptr);
  ERR_clear_error();
  return matches == 1;
}

}  // namespace uptake::certificates
