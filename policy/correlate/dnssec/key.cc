#include "policy/correlate/dnssec/key.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <cstring>

namespace uptake::dnssec {
namespace {

constexpr std::size_t kMostModulus = 512;  ///< octets: 4096 bits (RFC 3110 §2)
constexpr std::size_t kMostExponent = 8;   ///< octets: OpenSSL takes no more with a large modulus

/// RFC 4034 appendix B.
std::uint16_t tag_of(Bytes rdata) noexcept {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < rdata.size(); ++i) sum += (i & 1) != 0 ? rdata[i] : std::uint32_t{rdata[i]} << 8;
  return static_cast<std::uint16_t>(sum + (sum >> 16));
}

constexpr bool is_rsa(std::uint8_t algorithm) noexcept {
  return algorithm == kRsaSha1 || algorithm == kRsaSha1Nsec3 || algorithm == kRsaSha256 || algorithm == kRsaSha512;
}
/// Octets of a coordinate; 0: no ECDSA.
constexpr std::size_t coordinate_of(std::uint8_t algorithm) noexcept {
  return algorithm == kEcdsaP256 ? 32 : algorithm == kEcdsaP384 ? 48 : 0;
}

/// RsaParts: exponent length (1, or 0 and 2), exponent, modulus (RFC 3110 §2).
struct RsaParts {
  Bytes exponent;
  Bytes modulus;
};
RsaParts rsa_parts(Bytes key) noexcept {
  Cursor at(key);
  std::size_t length = at.u8();
  if (length == 0) length = at.u16();
  RsaParts parts{at.bytes(length), {}};
  parts.modulus = at.rest();
  while (!parts.modulus.empty() && parts.modulus[0] == 0) parts.modulus = parts.modulus.subspan(1);
  while (!parts.exponent.empty() && parts.exponent[0] == 0) parts.exponent = parts.exponent.subspan(1);
  return parts;
}

struct FreeBuilder {
  void operator()(OSSL_PARAM_BLD* builder) const noexcept { OSSL_PARAM_BLD_free(builder); }
};
struct FreeParams {
  void operator()(OSSL_PARAM* params) const noexcept { OSSL_PARAM_free(params); }
};
struct FreeMaker {
  void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
};
struct FreeNumber {
  void operator()(BIGNUM* number) const noexcept { BN_free(number); }
};
using Number = std::unique_ptr<BIGNUM, FreeNumber>;

Number number_of(Bytes octets) noexcept {
  return Number(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
}

EVP_PKEY* make_key(const char* type, OSSL_PARAM* params) noexcept {
  EVP_PKEY* key = nullptr;
  const std::unique_ptr<EVP_PKEY_CTX, FreeMaker> maker(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (maker == nullptr || EVP_PKEY_fromdata_init(maker.get()) != 1) return nullptr;
  if (EVP_PKEY_fromdata(maker.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) return nullptr;
  return key;
}

EVP_PKEY* rsa_key(const RsaParts& parts) noexcept {
  if (parts.exponent.empty() || parts.modulus.empty()) return nullptr;
  const Number modulus = number_of(parts.modulus);
  const Number exponent = number_of(parts.exponent);
  const std::unique_ptr<OSSL_PARAM_BLD, FreeBuilder> builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return nullptr;
  const std::unique_ptr<OSSL_PARAM, FreeParams> params(OSSL_PARAM_BLD_to_param(builder.get()));
  return params == nullptr ? nullptr : make_key("RSA", params.get());
}

/// x y (RFC 6605 §4)
EVP_PKEY* ecdsa_key(Bytes key, std::size_t coordinate) noexcept {
  if (key.size() != 2 * coordinate) return nullptr;
  std::array<std::uint8_t, 97> point{4};  // uncompressed
  std::memcpy(point.data() + 1, key.data(), key.size());
  char group[] = "P-256";
  if (coordinate == 48) std::memcpy(group, "P-384", sizeof group);
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), 1 + key.size()),
      OSSL_PARAM_construct_end(),
  };
  return make_key("EC", params);
}

/// Writes one of a signature's numbers as a DER INTEGER; returns what is behind it.
std::uint8_t* put_integer(std::uint8_t* at, Bytes number) noexcept {
  while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
  const bool padded = (number[0] & 0x80) != 0;
  *at++ = 2;
  *at++ = static_cast<std::uint8_t>(number.size() + (padded ? 1 : 0));
  if (padded) *at++ = 0;
  std::memcpy(at, number.data(), number.size());
  return at + number.size();
}

const EVP_MD* digest_for(std::uint8_t algorithm) noexcept {
  static const EVP_MD* const kSha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const kSha384 = EVP_MD_fetch(nullptr, "SHA384", nullptr);
  static const EVP_MD* const kSha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  switch (algorithm) {
    case kRsaSha1:
    case kRsaSha1Nsec3:
      return kSha1;
    case kRsaSha256:
    case kEcdsaP256:
      return kSha256;
    case kEcdsaP384:
      return kSha384;
    case kRsaSha512:
      return kSha512;
    default:
      return nullptr;
  }
}

/// nullptr for a type that is not known. GOST (3) is none (RFC 9906).
const EVP_MD* digest_of_type(std::uint8_t type) noexcept {
  return type == 1   ? digest_for(kRsaSha1)
         : type == 2 ? digest_for(kRsaSha256)
         : type == 4 ? digest_for(kEcdsaP384)
                     : nullptr;
}

}  // namespace

bool is_known_algorithm(std::uint8_t algorithm) noexcept {
  return is_rsa(algorithm) || coordinate_of(algorithm) != 0 || algorithm == kEd25519 || algorithm == kEd448;
}

KeyView key_of(Bytes rdata) noexcept {
  constexpr std::uint16_t kZoneKey = 0x0100;
  constexpr std::uint16_t kRevoked = 0x0080;
  Cursor at(rdata);
  KeyView key;
  key.flags = at.u16();
  const std::uint8_t protocol = at.u8();
  key.algorithm = at.u8();
  key.rdata = rdata;
  key.key = at.rest();
  if (at.failed()) return key;
  key.tag = tag_of(rdata);
  key.is_usable = (key.flags & kZoneKey) != 0 && (key.flags & kRevoked) == 0 && protocol == 3 &&
                  is_known_algorithm(key.algorithm) && !key.key.empty();
  return key;
}

unsigned bits_of(const KeyView& key) noexcept {
  if (key.algorithm == kEd25519) return 256;
  if (key.algorithm == kEd448) return 456;
  if (coordinate_of(key.algorithm) != 0) return static_cast<unsigned>(8 * coordinate_of(key.algorithm));
  return is_rsa(key.algorithm) ? static_cast<unsigned>(8 * rsa_parts(key.key).modulus.size()) : 0;
}

bool read_ds(Bytes rdata, DsView& out) noexcept {
  Cursor at(rdata);
  out.tag = at.u16();
  out.algorithm = at.u8();
  out.digest_type = at.u8();
  out.digest = at.rest();
  return at.ok();
}

bool is_known(const DsView& ds) noexcept {
  return is_known_algorithm(ds.algorithm) && digest_of_type(ds.digest_type) != nullptr;
}

bool matches(const DsView& ds, const Name& owner, const KeyView& key) noexcept {
  const EVP_MD* const type = digest_of_type(ds.digest_type);
  if (type == nullptr || ds.tag != key.tag || ds.algorithm != key.algorithm) return false;
  std::array<std::uint8_t, Name::kMost + 4096> room;
  const Bytes name = owner.wire();
  if (key.rdata.size() > room.size() - name.size()) return false;
  std::memcpy(room.data(), name.data(), name.size());
  std::memcpy(room.data() + name.size(), key.rdata.data(), key.rdata.size());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> made;
  unsigned size = 0;
  if (EVP_Digest(room.data(), name.size() + key.rdata.size(), made.data(), &size, type, nullptr) != 1) return false;
  return std::ranges::equal(Bytes(made).first(size), ds.digest);
}

PublicKey::PublicKey(const KeyView& key) noexcept : digest_(digest_for(key.algorithm)), algorithm_(key.algorithm) {
  if (is_rsa(key.algorithm)) {
    const RsaParts parts = rsa_parts(key.key);
    too_large_ = parts.modulus.size() > kMostModulus || parts.exponent.size() > kMostExponent;
    if (!too_large_) key_.reset(rsa_key(parts));
  } else if (const std::size_t coordinate = coordinate_of(key.algorithm); coordinate != 0) {
    key_.reset(ecdsa_key(key.key, coordinate));
  } else {
    const int type = key.algorithm == kEd448 ? EVP_PKEY_ED448 : EVP_PKEY_ED25519;
    key_.reset(EVP_PKEY_new_raw_public_key(type, nullptr, key.key.data(), key.key.size()));
  }
  if (key_ == nullptr || digest_ == nullptr) return;
  context_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  if (context_ == nullptr || EVP_PKEY_verify_init(context_.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context_.get(), digest_) != 1)
    context_.reset();
}

Checked PublicKey::verify(Bytes data, Bytes signature) const noexcept {
  if (too_large_) return Checked::cannot;
  if (key_ == nullptr) return Checked::bad;
  if (digest_ != nullptr) return verify_digest(data, signature) ? Checked::good : Checked::bad;
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const bool good = context != nullptr && EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key_.get()) == 1 &&
                    EVP_DigestVerify(context, signature.data(), signature.size(), data.data(), data.size()) == 1;
  EVP_MD_CTX_free(context);
  return good ? Checked::good : Checked::bad;
}

bool PublicKey::verify_digest(Bytes data, Bytes signature) const noexcept {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> made;
  unsigned size = 0;
  if (context_ == nullptr) return false;
  if (EVP_Digest(data.data(), data.size(), made.data(), &size, digest_, nullptr) != 1) return false;
  std::array<std::uint8_t, 2 * (48 + 3) + 2> der;
  const std::size_t coordinate = coordinate_of(algorithm_);
  if (coordinate != 0) {
    if (signature.size() != 2 * coordinate) return false;
    std::uint8_t* const end =
        put_integer(put_integer(der.data() + 2, signature.first(coordinate)), signature.subspan(coordinate));
    der[0] = 0x30;
    der[1] = static_cast<std::uint8_t>(end - der.data() - 2);
    signature = {der.data(), static_cast<std::size_t>(end - der.data())};
  }
  return EVP_PKEY_verify(context_.get(), signature.data(), signature.size(), made.data(), size) == 1;
}

}  // namespace uptake::dnssec
