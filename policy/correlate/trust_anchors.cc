#include "policy/correlate/trust_anchors.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace uptake {

X509_STORE* TrustAnchors::store() noexcept {
  if (!opened_) open();
  return store_.get();
}

void TrustAnchors::open() noexcept {
  opened_ = true;
  BIO* const pem = BIO_new_mem_buf(pem_.data(), static_cast<int>(pem_.size()));
  std::unique_ptr<X509_STORE, Free> store(X509_STORE_new());
  bool any = false;
  while (pem != nullptr && store != nullptr) {
    X509* const one = PEM_read_bio_X509_AUX(pem, nullptr, nullptr, nullptr);
    if (one == nullptr) break;
    any = X509_STORE_add_cert(store.get(), one) == 1 || any;
    X509_free(one);
  }
  BIO_free(pem);
  ERR_clear_error();  // the end of the bundle is one
  if (any) store_ = std::move(store);
}

}  // namespace uptake
