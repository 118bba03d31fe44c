#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Certificates made by OpenSSL for tests.
namespace uptake::certificates::test {

using Octets = std::vector<std::uint8_t>;

inline constexpr std::int64_t kNow = 1'700'000'000;
inline constexpr std::int64_t kDay = 86'400;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using OwnKey = std::unique_ptr<EVP_PKEY, FreeKey>;
using OwnCertificate = std::unique_ptr<X509, FreeCertificate>;

inline OwnKey p256() { return OwnKey(EVP_EC_gen("P-256")); }
inline OwnKey rsa(unsigned bits) { return OwnKey(EVP_RSA_gen(bits)); }

/// What a certificate says.
struct Says {
  std::string name;      ///< common name
  std::string alt = {};  ///< "DNS:www.example.org,DNS:*.example.net"
  std::int64_t from = kNow - kDay;
  std::int64_t until = kNow + kDay;
  bool ca = false;
  std::string organisation = {};
  const EVP_MD* hash = EVP_sha256();
  std::vector<std::pair<int, std::string>> more = {};  ///< extensions: NID and OpenSSL's text
};

inline void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// Signed by `issuer`, or by itself when that is null.
inline OwnCertificate certificate(const Says& says, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  static long serial = 1;
  OwnCertificate made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), static_cast<time_t>(says.from));
  ASN1_TIME_set(X509_getm_notAfter(made.get()), static_cast<time_t>(says.until));
  X509_NAME* const name = X509_get_subject_name(made.get());
  const auto add = [name](const char* field, const std::string& text) {
    if (!text.empty())
      X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.c_str()), -1,
                                 -1, 0);
  };
  add("O", says.organisation);
  add("CN", says.name);
  X509_set_issuer_name(made.get(), issuer != nullptr ? X509_get_subject_name(issuer) : name);
  X509_set_pubkey(made.get(), key);
  X509* const signs = issuer != nullptr ? issuer : made.get();
  extend(made.get(), signs, NID_basic_constraints, says.ca ? "critical,CA:TRUE" : "CA:FALSE");
  if (!says.alt.empty()) extend(made.get(), signs, NID_subject_alt_name, says.alt);
  for (const auto& [nid, text] : says.more) extend(made.get(), signs, nid, text);
  X509_sign(made.get(), issuer != nullptr ? issuer_key : key, says.hash);
  return made;
}

inline std::string pem_of(X509* certificate) {
  BIO* const out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, certificate);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(out);
  return pem;
}

inline void put24(Octets& out, std::size_t value) {
  for (const unsigned shift : {16U, 8U, 0U}) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// The body of a Certificate message.
inline Octets message(const std::vector<X509*>& chain) {
  Octets list;
  for (X509* const one : chain) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(one, &der);
    put24(list, static_cast<std::size_t>(size));
    list.insert(list.end(), der, der + size);
    OPENSSL_free(der);
  }
  Octets body;
  put24(body, list.size());
  body.insert(body.end(), list.begin(), list.end());
  return body;
}

/// Authority: a root and a server's certificate by it.
struct Authority {
  explicit Authority(std::string called = "root") : name(std::move(called)) {}

  std::string name;
  OwnKey root_key = p256();
  OwnCertificate root =
      certificate({.name = name, .until = kNow + 10 * kDay, .ca = true}, root_key.get(), nullptr, nullptr);
  OwnKey key = p256();

  [[nodiscard]] std::string pem() const { return pem_of(root.get()); }
  [[nodiscard]] OwnCertificate issue(const Says& says, EVP_PKEY* of = nullptr) const {
    return certificate(says, of != nullptr ? of : key.get(), root.get(), root_key.get());
  }
};

}  // namespace uptake::certificates::test
