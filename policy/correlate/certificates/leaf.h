#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include <array>
#include <cstdint>
#include <memory>

#include "dissectors/cursor.h"
#include "policy/correlate/certificates/certificate.h"

namespace uptake::certificates {

/// Leaves: what opening many leaves needs once. It holds a library context of OpenSSL without decoders: d2i_X509()
/// makes a key of every public key that it can decode, and takes ten times as long for that as for all the rest.
class Leaves {
 public:
  Leaves() noexcept;

  /// A certificate without a key; nullptr when it cannot be opened. It must not outlive this.
  [[nodiscard]] std::unique_ptr<X509, FreeCertificate> open(Bytes octets) const noexcept;
  /// Whether `point` lies on that curve, uncompressed (SEC 1 §2.3.3).
  [[nodiscard]] bool is_point(int curve, Bytes point) const noexcept;
  [[nodiscard]] EVP_MD_CTX* digest_context() const noexcept { return digest_.get(); }

 private:
  struct Free {
    void operator()(OSSL_LIB_CTX* context) const noexcept { OSSL_LIB_CTX_free(context); }
    void operator()(OSSL_PROVIDER* provider) const noexcept { OSSL_PROVIDER_unload(provider); }
    void operator()(EC_GROUP* group) const noexcept { EC_GROUP_free(group); }
    void operator()(BN_CTX* numbers) const noexcept { BN_CTX_free(numbers); }
    void operator()(EVP_MD_CTX* digest) const noexcept { EVP_MD_CTX_free(digest); }
  };

  std::unique_ptr<OSSL_LIB_CTX, Free> keyless_;
  std::unique_ptr<OSSL_PROVIDER, Free> nothing_;
  std::array<std::unique_ptr<EC_GROUP, Free>, 3> curves_;
  std::unique_ptr<BN_CTX, Free> numbers_;
  std::unique_ptr<EVP_MD_CTX, Free> digest_;
};

/// Leaf: the server's own certificate, opened without a key.
class Leaf {
 public:
  /// `octets` are borrowed for as long as this lives, as is `leaves`.
  Leaf(const Leaves& leaves, Bytes octets) noexcept;
  [[nodiscard]] bool ok() const noexcept { return certificate_ != nullptr; }
  /// Only when ok(). Nothing but the octets of the rest of its chain, its signature and its times can still decide
  /// what verification says: it is as nearly all are, version 3, for a TLS server, with a key of a common kind.
  [[nodiscard]] bool is_plain() const noexcept { return is_plain_; }
  /// Only when ok().
  [[nodiscard]] X509* get() const noexcept { return certificate_.get(); }
  /// Only when is_plain(): what it says by itself, at that time.
  [[nodiscard]] Judged says(std::int64_t seconds) const noexcept;
  /// Only when is_plain(): whether that key signed it.
  [[nodiscard]] bool is_signed_by(EVP_PKEY* key) const noexcept;

 private:
  [[nodiscard]] bool read_key() noexcept;
  [[nodiscard]] bool has_plain_extensions() const noexcept;
  [[nodiscard]] bool has_plain_signature() noexcept;

  const Leaves& leaves_;
  std::unique_ptr<X509, FreeCertificate> certificate_;
  Bits key_;      ///< kind, size and curve of its public key
  Bytes signed_;  ///< tbsCertificate (RFC 5280 §4.1)
  bool is_plain_ = false;
};

}  // namespace uptake::certificates
