#pragma once

#include <openssl/x509_vfy.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uptake {

/// TrustAnchors: the certificates that chains must lead to, read from a bundle in PEM. The bundle is read when the
/// store is first asked for, and each certificate opened when verification first asks for its subject: to open all of
/// a system's takes longer than to read a small capture, and few are ever asked for.
class TrustAnchors {
 public:
  /// `pem` is copied; empty: there are none.
  explicit TrustAnchors(std::string pem) : pem_(std::move(pem)) {}
  TrustAnchors(const TrustAnchors&) = delete;
  TrustAnchors& operator=(const TrustAnchors&) = delete;

  /// The anchors as a store; nullptr when there are none. Lives as long as this, on whose thread it is used.
  [[nodiscard]] X509_STORE* store() noexcept;

 private:
  struct Free {
    void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
  };
  /// Anchor: a certificate of the bundle.
  struct Anchor {
    unsigned long subject = 0;  ///< hash of its name, as OpenSSL compares names
    std::vector<std::uint8_t> octets;
    bool has_trust = false;  ///< settings of OpenSSL's stand behind it
    bool opened = false;
  };
  class Lookup;

  void read() noexcept;
  void add(std::string_view kind, const unsigned char* octets, std::size_t size);

  std::string pem_;
  std::vector<Anchor> anchors_;
  std::unique_ptr<X509_STORE, Free> store_;
  bool is_read_ = false;
};

}  // namespace uptake
