#include "policy/correlate/certificates/leaf.h"

#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/x509v3.h>

#include <bit>

#include "policy/correlate/certificates/der.h"

namespace uptake::certificates {
namespace {

struct NamedCurve {
  int id;               ///< of OpenSSL
  std::uint16_t bits;   ///< of the curve's order
  std::uint16_t group;  ///< IANA: TLS Supported Groups
};
constexpr std::array<NamedCurve, 3> kNamedCurves{
    {{NID_X9_62_prime256v1, 256, 0x17}, {NID_secp384r1, 384, 0x18}, {NID_secp521r1, 521, 0x19}}};

constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kSequence = 0x30;

/// The contents of an element of DER with that tag, whose length takes as few octets as it can; failed otherwise.
Cursor element(Cursor& in, std::uint8_t tag) noexcept {
  const bool is_it = in.u8() == tag;
  const std::uint8_t first = in.u8();
  const std::size_t size = first == 0x81 ? in.u8() : first == 0x82 ? in.u16() : first;
  const std::size_t least = first == 0x81 ? 0x80U : first == 0x82 ? 0x100U : 0U;
  const std::size_t most = first < 0x81 ? 0x7fU : 0xffffU;
  return is_it && size >= least && size <= most ? in.sub(size) : in.sub(in.left() + 1);
}

/// Bits of a positive INTEGER of DER; 0 when it is none.
std::size_t bits_of(Bytes integer) noexcept {
  if (integer.empty() || integer[0] >= 0x80) return 0;
  if (integer[0] == 0) {
    integer = integer.subspan(1);
    if (integer.empty() || integer[0] < 0x80) return 0;
  }
  return integer.size() * 8 - static_cast<std::size_t>(std::countl_zero(integer[0]));
}

/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }  RFC 8017 section A.1.1. 0 when it is none.
std::size_t modulus_bits(Bytes octets) noexcept {
  Cursor whole(octets);
  Cursor key = element(whole, kSequence);
  Cursor modulus = element(key, kInteger);
  Cursor exponent = element(key, kInteger);
  if (exponent.failed() || !key.empty() || !whole.empty() || bits_of(exponent.rest()) == 0) return 0;
  return bits_of(modulus.rest());
}

}  // namespace

Leaves::Leaves() noexcept
    : keyless_(OSSL_LIB_CTX_new()),
      nothing_(OSSL_PROVIDER_load(keyless_.get(), "null")),
      numbers_(BN_CTX_new()),
      digest_(EVP_MD_CTX_new()) {
  for (std::size_t i = 0; i < kNamedCurves.size(); ++i)
    curves_[i].reset(EC_GROUP_new_by_curve_name(kNamedCurves[i].id));
  ERR_clear_error();
}

std::unique_ptr<X509, FreeCertificate> Leaves::open(Bytes octets) const noexcept {
  // Without the provider this would be the default context, which decodes keys.
  X509* made = nothing_ != nullptr ? X509_new_ex(keyless_.get(), nullptr) : nullptr;
  const unsigned char* at = octets.data();
  if (made != nullptr && d2i_X509(&made, &at, static_cast<long>(octets.size())) == nullptr) made = nullptr;
  ERR_clear_error();
  return std::unique_ptr<X509, FreeCertificate>(made);
}

bool Leaves::is_point(int curve, Bytes point) const noexcept {
  constexpr std::uint8_t kUncompressed = 4;
  if (point.empty() || point[0] != kUncompressed) return false;
  for (std::size_t i = 0; i < kNamedCurves.size(); ++i) {
    if (kNamedCurves[i].id != curve || curves_[i] == nullptr) continue;
    EC_POINT* const read = EC_POINT_new(curves_[i].get());
    const bool lies = EC_POINT_oct2point(curves_[i].get(), read, point.data(), point.size(), numbers_.get()) == 1;
    EC_POINT_free(read);
    return lies;
  }
  return false;
}

Leaf::Leaf(const Leaves& leaves, Bytes octets) noexcept : leaves_(leaves), certificate_(leaves.open(octets)) {
  if (certificate_ == nullptr) return;
  // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }  RFC 5280 section 4.1
  Bytes inside = octets.front() == kSequence ? open_element(octets) : Bytes{};
  signed_ = take_element(inside);
  is_plain_ = !signed_.empty() && signed_.front() == kSequence && has_plain_extensions() && has_plain_signature() &&
              read_key() && seconds_of(X509_get0_notBefore(get())) != kEver &&
              seconds_of(X509_get0_notAfter(get())) != kEver;
  ERR_clear_error();
}

bool Leaf::has_plain_extensions() const noexcept {
  // NO_FINGERPRINT: the context without decoders has no SHA-1 either.
  constexpr std::uint32_t kPlain = EXFLAG_SET | EXFLAG_NO_FINGERPRINT | EXFLAG_BCONS | EXFLAG_BCONS_CRITICAL |
                                   EXFLAG_CA | EXFLAG_KUSAGE | EXFLAG_XKUSAGE | EXFLAG_SAN_CRITICAL;
  constexpr std::uint32_t kForServers = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT;
  constexpr int kVersion3 = 2;
  return X509_get_version(get()) == kVersion3 && (X509_get_extension_flags(get()) & ~kPlain) == 0 &&
         (X509_get_key_usage(get()) & kForServers) != 0 &&
         (X509_get_extended_key_usage(get()) & (XKU_SSL_SERVER | XKU_SGC)) != 0;
}

bool Leaf::has_plain_signature() noexcept {
  constexpr long kUnusedBits = 7;
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(&signature, &algorithm, get());
  return (signature->flags & kUnusedBits) == 0 && X509_ALGOR_cmp(algorithm, X509_get0_tbs_sigalg(get())) == 0;
}

// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }  RFC 5280
// section 4.1
bool Leaf::read_key() noexcept {
  ASN1_OBJECT* kind = nullptr;
  const unsigned char* octets = nullptr;
  int size = 0;
  X509_ALGOR* algorithm = nullptr;
  if (X509_PUBKEY_get0_param(&kind, &octets, &size, &algorithm, X509_get_X509_PUBKEY(get())) != 1 || size <= 0)
    return false;
  const Bytes key{octets, static_cast<std::size_t>(size)};
  int type = V_ASN1_UNDEF;
  const void* parameter = nullptr;
  X509_ALGOR_get0(nullptr, &type, &parameter, algorithm);
  switch (OBJ_obj2nid(kind)) {
    case NID_rsaEncryption: {
      constexpr std::size_t kLongest = 16383;  // what Bits holds
      const std::size_t bits = modulus_bits(key);
      key_.key = Key::rsa;
      key_.key_bits = static_cast<std::uint16_t>(bits);
      return type == V_ASN1_NULL && bits != 0 && bits <= kLongest;
    }
    case NID_X9_62_id_ecPublicKey: {
      if (type != V_ASN1_OBJECT) return false;
      const int curve = OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(parameter));
      key_.key = Key::ecdsa;
      for (const NamedCurve& one : kNamedCurves) {
        if (one.id != curve) continue;
        key_.key_bits = one.bits;
        key_.curve = one.group;
      }
      return leaves_.is_point(curve, key);
    }
    default:
      return false;
  }
}

Judged Leaf::says(std::int64_t seconds) const noexcept {
  Judged judged{.bits = key_};
  read_says(get(), judged.bits);
  see_time(get(), seconds, judged);
  judged.bits.validity = validity_of(get(), seconds);
  ERR_clear_error();
  return judged;
}

bool Leaf::is_signed_by(EVP_PKEY* key) const noexcept {
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(&signature, &algorithm, get());
  int digest = NID_undef;
  int kind = NID_undef;
  if (OBJ_find_sigid_algs(X509_get_signature_nid(get()), &digest, &kind) != 1 || digest == NID_undef) return false;
  if (EVP_PKEY_get_base_id(key) != kind && !(kind == NID_X9_62_id_ecPublicKey && EVP_PKEY_is_a(key, "EC") == 1))
    return false;
  EVP_MD_CTX* const context = leaves_.digest_context();
  const bool is_signed =
      context != nullptr &&
      EVP_DigestVerifyInit_ex(context, nullptr, OBJ_nid2sn(digest), nullptr, nullptr, key, nullptr) == 1 &&
      EVP_DigestVerify(context, ASN1_STRING_get0_data(signature),
                       static_cast<std::size_t>(ASN1_STRING_length(signature)), signed_.data(), signed_.size()) == 1;
  if (context != nullptr) EVP_MD_CTX_reset(context);
  ERR_clear_error();
  return is_signed;
}

}  // namespace uptake::certificates
