#include "policy/correlate/certificates/trust_anchors.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "policy/correlate/certificates/certificate.h"
#include "policy/correlate/certificates/der.h"

namespace uptake {
namespace {

using Certificate = std::unique_ptr<X509, certificates::FreeCertificate>;

/// The hash that is equal for names that OpenSSL takes for equal.
unsigned long hash_of(const X509_NAME* name, bool& ok) noexcept {
  int made = 0;
  const unsigned long hash = X509_NAME_hash_ex(name, nullptr, nullptr, &made);
  ok = made == 1;
  return hash;
}

}  // namespace

/// Lookup: what a store asks for subjects that it does not hold.
class TrustAnchors::Lookup {
 public:
  [[nodiscard]] static X509_LOOKUP_METHOD* method() noexcept {
    static X509_LOOKUP_METHOD* const kMethod = [] {
      X509_LOOKUP_METHOD* const made = X509_LOOKUP_meth_new("bundle");
      if (made != nullptr) X509_LOOKUP_meth_set_get_by_subject(made, by_subject);
      return made;
    }();
    return kMethod;
  }

 private:
  /// Opens all anchors with that subject and puts them into the store, which borrows the one that is returned.
  static int by_subject(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name, X509_OBJECT* found) {
    if (type != X509_LU_X509) return 0;
    bool ok = false;
    const unsigned long subject = hash_of(name, ok);
    auto& self = *static_cast<TrustAnchors*>(X509_LOOKUP_get_method_data(lookup));
    X509* first = nullptr;
    for (Anchor& anchor : self.anchors_) {
      if (!ok || anchor.subject != subject || anchor.opened) continue;
      anchor.opened = true;
      const unsigned char* at = anchor.octets.data();
      const auto size = static_cast<long>(anchor.octets.size());
      const Certificate one(anchor.has_trust ? d2i_X509_AUX(nullptr, &at, size) : d2i_X509(nullptr, &at, size));
      if (one == nullptr || X509_STORE_add_cert(X509_LOOKUP_get_store(lookup), one.get()) != 1) continue;
      if (first == nullptr && X509_NAME_cmp(X509_get_subject_name(one.get()), name) == 0) first = one.get();
    }
    if (first == nullptr || X509_OBJECT_set1_X509(found, first) != 1) return 0;
    X509_free(first);  // the store has a share, and its caller takes one of what it is shown
    return 1;
  }
};

X509_STORE* TrustAnchors::store() noexcept {
  if (!is_read_) read();
  return store_.get();
}

void TrustAnchors::add(std::string_view kind, const unsigned char* octets, std::size_t size) {
  const bool has_trust = kind == PEM_STRING_X509_TRUSTED;
  if (!has_trust && kind != PEM_STRING_X509 && kind != PEM_STRING_X509_OLD) return;
  const Bytes name = certificates::take_field({octets, size}, certificates::CertificateField::subject);
  const unsigned char* at = name.data();
  X509_NAME* const subject = name.empty() ? nullptr : d2i_X509_NAME(nullptr, &at, static_cast<long>(name.size()));
  bool ok = false;
  const unsigned long hash = subject == nullptr ? 0 : hash_of(subject, ok);
  if (ok) anchors_.push_back({hash, {octets, octets + size}, has_trust, false});
  X509_NAME_free(subject);
}

void TrustAnchors::read() noexcept {
  is_read_ = true;
  BIO* const pem = BIO_new_mem_buf(pem_.data(), static_cast<int>(pem_.size()));
  char* kind = nullptr;
  char* header = nullptr;
  unsigned char* octets = nullptr;
  long size = 0;
  while (pem != nullptr && PEM_read_bio(pem, &kind, &header, &octets, &size) == 1) {
    add(kind, octets, static_cast<std::size_t>(size));
    OPENSSL_free(kind);
    OPENSSL_free(header);
    OPENSSL_free(octets);
  }
  BIO_free(pem);
  pem_ = {};
  ERR_clear_error();  // the end of the bundle is one
  if (anchors_.empty()) return;
  std::unique_ptr<X509_STORE, Free> store(X509_STORE_new());
  X509_LOOKUP* const lookup = store == nullptr ? nullptr : X509_STORE_add_lookup(store.get(), Lookup::method());
  if (lookup == nullptr || X509_LOOKUP_set_method_data(lookup, this) != 1) return;
  store_ = std::move(store);
}

}  // namespace uptake
