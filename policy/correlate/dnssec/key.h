#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>

#include "policy/correlate/dnssec/name.h"

namespace uptake::dnssec {

/// Sha256: an identity that nobody can forge.
using Sha256 = std::array<std::uint8_t, 32>;

/// Algorithm: DNSSEC algorithms (IANA) that signatures are verified of. All others count as unknown.
enum Algorithm : std::uint8_t {
  kRsaSha1 = 5,
  kRsaSha1Nsec3 = 7,
  kRsaSha256 = 8,
  kRsaSha512 = 10,
  kEcdsaP256 = 13,
  kEcdsaP384 = 14,
  kEd25519 = 15,
  kEd448 = 16,
};
[[nodiscard]] bool is_known_algorithm(std::uint8_t algorithm) noexcept;
/// By SHA-1: whoever validates may take it for unknown (RFC 9905).
[[nodiscard]] constexpr bool is_deprecated(std::uint8_t algorithm) noexcept {
  return algorithm == kRsaSha1 || algorithm == kRsaSha1Nsec3;
}

/// KeyView: a DNSKEY (RFC 4034 §2.1). Its octets are borrowed.
struct KeyView {
  std::uint16_t flags = 0;
  std::uint8_t algorithm = 0;
  std::uint16_t tag = 0;  ///< RFC 4034 appendix B
  Bytes rdata;
  Bytes key;

  /// A key of its zone (Zone Key bit, protocol 3) that is not revoked (RFC 5011 §2.1).
  bool is_usable = false;
};
/// flags(2) protocol(1) algorithm(1) key. RDATA that is too short gives one that is not usable.
[[nodiscard]] KeyView key_of(Bytes rdata) noexcept;
/// Size of the modulus or the curve in bits; 0: not known.
[[nodiscard]] unsigned bits_of(const KeyView& key) noexcept;

/// DsView: a DS (RFC 4034 §5.1). Its octets are borrowed.
struct DsView {
  std::uint16_t tag = 0;
  std::uint8_t algorithm = 0;
  std::uint8_t digest_type = 0;
  Bytes digest;
};
/// tag(2) algorithm(1) digest type(1) digest. False: it is too short.
[[nodiscard]] bool read_ds(Bytes rdata, DsView& out) noexcept;
/// A digest that can be made, of a key whose algorithm is known (RFC 6840 §5.2).
[[nodiscard]] bool is_known(const DsView& ds) noexcept;
/// The digest is that of `owner`'s key (RFC 4034 §5.1.4).
[[nodiscard]] bool matches(const DsView& ds, const Name& owner, const KeyView& key) noexcept;

/// Checked: what a key says of a signature.
enum class Checked : std::uint8_t {
  good,
  bad,
  cannot,  ///< the key is larger than what is verified
};

/// PublicKey: a key as OpenSSL has it, ready to verify.
class PublicKey {
 public:
  PublicKey() noexcept = default;
  /// Opens a key. One that OpenSSL refuses verifies nothing.
  explicit PublicKey(const KeyView& key) noexcept;
  [[nodiscard]] Checked verify(Bytes data, Bytes signature) const noexcept;

 private:
  struct FreeKey {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  };
  struct FreeContext {
    void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
  };
  [[nodiscard]] bool verify_digest(Bytes data, Bytes signature) const noexcept;

  std::unique_ptr<EVP_PKEY, FreeKey> key_;
  std::unique_ptr<EVP_PKEY_CTX, FreeContext> context_;  ///< of those that sign a digest
  const EVP_MD* digest_ = nullptr;
  std::uint8_t algorithm_ = 0;
  bool too_large_ = false;
};

}  // namespace uptake::dnssec
