#pragma once

#include <openssl/ocsp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "dissectors/cursor.h"
#include "policy/correlate/certificates/certificate.h"
#include "policy/correlate/certificates/issuers.h"

namespace uptake::certificates {

/// FreeStack: frees what a std::unique_ptr of a stack holds, and none of its certificates.
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};

/// Chain: the certificates of one Certificate message, opened by OpenSSL.
class Chain {
 public:
  static constexpr std::size_t kMost = 16;  ///< certificates; further ones are not looked at

  /// Opens the body of a Certificate message (RFC 5246 §7.4.2).
  explicit Chain(Bytes body) noexcept;
  /// It is whole, and its first certificate can be opened.
  [[nodiscard]] bool ok() const noexcept { return ok_; }

  /// Only when ok(). Verifies it as `openssl verify -purpose sslserver` does, at that time. Without anchors trust is
  /// not judged. Says in `above` what the same would come to for other leaves.
  [[nodiscard]] Judged judge(X509_STORE* anchors, std::int64_t seconds, Above& above) const noexcept;
  [[nodiscard]] Judged judge(X509_STORE* anchors, std::int64_t seconds) const noexcept {
    Above above;
    return judge(anchors, seconds, above);
  }
  /// Only when ok(). Whether the server's certificate is for `name` (RFC 9525).
  [[nodiscard]] bool is_for(Bytes name) const noexcept { return certificates::is_for(leaf(), name); }
  /// Only when ok(). Judges the body of a CertificateStatus (RFC 6066 §8) at that time.
  [[nodiscard]] Staple judge_staple(Bytes body, X509_STORE* anchors, std::int64_t seconds) const noexcept;

 private:
  using Owned = std::unique_ptr<X509, FreeCertificate>;
  using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;

  [[nodiscard]] X509* leaf() const noexcept { return certificates_[0].get(); }
  [[nodiscard]] Stack others() const noexcept;
  [[nodiscard]] Owned issuer(X509_STORE* anchors, std::int64_t seconds) const noexcept;
  void verify(X509_STORE* anchors, std::int64_t seconds, Judged& judged, Above& above) const noexcept;

  std::vector<Owned> certificates_;
  bool ok_ = false;
};

}  // namespace uptake::certificates
