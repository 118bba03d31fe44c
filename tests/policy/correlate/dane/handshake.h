#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/policy/correlate/certificates/authority.h"

// A TLS connection in memory between a server and a client that verifies by DANE: what OpenSSL itself says.
namespace uptake::dane::test {

using certificates::test::Octets;

/// Record: a TLSA record.
struct Record {
  std::uint8_t usage = 3;
  std::uint8_t selector = 1;
  std::uint8_t matching = 1;
  Octets data;
};

inline Octets der_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  Octets octets(der, der + size);
  OPENSSL_free(der);
  return octets;
}
inline Octets key_der_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(X509_get0_pubkey(certificate), &der);
  Octets octets(der, der + size);
  OPENSSL_free(der);
  return octets;
}

/// The record that fits a certificate.
inline Record record_of(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching, X509* certificate) {
  Octets own = selector == 0 ? der_of(certificate) : key_der_of(certificate);
  if (matching == 0) return {usage, selector, matching, std::move(own)};
  unsigned size = 0;
  Octets digest(EVP_MAX_MD_SIZE);
  EVP_Digest(own.data(), own.size(), digest.data(), &size, matching == 1 ? EVP_sha256() : EVP_sha512(), nullptr);
  digest.resize(size);
  return {usage, selector, matching, std::move(digest)};
}

/// An RRset, as tlsa.h has it.
inline Octets rrset_of(const std::vector<Record>& records) {
  Octets out;
  for (const Record& record : records) {
    const std::size_t size = record.data.size() + 3;
    for (const std::size_t octet : {size >> 8, size & 0xff}) out.push_back(static_cast<std::uint8_t>(octet));
    out.insert(out.end(), {record.usage, record.selector, record.matching});
    out.insert(out.end(), record.data.begin(), record.data.end());
  }
  return out;
}

/// Said: what the client says at the end.
struct Said {
  long error = X509_V_OK;  ///< X509_V_ERR
  bool any_usable = false;
  int usage = -1;  ///< of the record that matched
};

/// Shakes hands: the server has `key` and shows `chain`; the client holds `records` for `name`, at that time.
inline Said shake_hands(const std::vector<X509*>& chain, EVP_PKEY* key, const std::vector<Record>& records,
                        const std::string& name, std::int64_t seconds) {
  SSL_CTX* const context = SSL_CTX_new(TLS_method());
  SSL_CTX_dane_enable(context);
  SSL* const server = SSL_new(context);
  SSL* const client = SSL_new(context);
  SSL_use_certificate(server, chain[0]);
  SSL_use_PrivateKey(server, key);
  for (std::size_t i = 1; i < chain.size(); ++i) SSL_add1_chain_cert(server, chain[i]);
  SSL_dane_enable(client, name.c_str());
  SSL_dane_set_flags(client, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
  Said said;
  for (const Record& one : records)
    said.any_usable =
        SSL_dane_tlsa_add(client, one.usage, one.selector, one.matching, one.data.data(), one.data.size()) == 1 ||
        said.any_usable;
  // It goes on whatever it finds, and says it at the end.
  SSL_set_verify(client, SSL_VERIFY_NONE, nullptr);
  X509_VERIFY_PARAM_set_time(SSL_get0_param(client), static_cast<time_t>(seconds));
  BIO* to_server = nullptr;
  BIO* to_client = nullptr;
  BIO_new_bio_pair(&to_server, 64 * 1024, &to_client, 64 * 1024);
  SSL_set_bio(client, to_server, to_server);
  SSL_set_bio(server, to_client, to_client);
  SSL_set_connect_state(client);
  SSL_set_accept_state(server);
  for (int i = 0; i < 10 && SSL_is_init_finished(client) == 0; ++i) {
    (void)SSL_do_handshake(client);
    (void)SSL_do_handshake(server);
  }
  said.error = SSL_get_verify_result(client);
  std::uint8_t usage = 0;
  std::uint8_t selector = 0;
  std::uint8_t matching = 0;
  if (said.error == X509_V_OK && SSL_get0_dane_tlsa(client, &usage, &selector, &matching, nullptr, nullptr) >= 0)
    said.usage = usage;
  SSL_free(client);
  SSL_free(server);
  SSL_CTX_free(context);
  return said;
}

}  // namespace uptake::dane::test
