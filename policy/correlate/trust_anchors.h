#pragma once

#include <openssl/x509_vfy.h>

#include <memory>
#include <string>

namespace uptake {

/// TrustAnchors: the certificates that chains must lead to, read from a bundle in PEM. They are opened when they are
/// first asked for, for that takes longer than a small capture does.
class TrustAnchors {
 public:
  /// `pem` is copied; empty: there are none.
  explicit TrustAnchors(std::string pem) : pem_(std::move(pem)) {}

  /// The anchors as a store; nullptr when there are none. Lives as long as this.
  [[nodiscard]] X509_STORE* store() noexcept;

 private:
  struct Free {
    void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
  };
  void open() noexcept;

  std::string pem_;
  std::unique_ptr<X509_STORE, Free> store_;
  bool opened_ = false;
};

}  // namespace uptake
