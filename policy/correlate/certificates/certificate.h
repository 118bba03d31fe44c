#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <limits>

#include "dissectors/cursor.h"
#include "policy/correlate/certificates/facts.h"

// What one certificate says by itself. None of these functions makes a key of its public key, but read_made_key().
namespace uptake::certificates {

/// FreeCertificate: frees what a std::unique_ptr of X509 holds.
struct FreeCertificate {
  void operator()(X509* one) const noexcept { X509_free(one); }
};
/// FreeKey: frees what a std::unique_ptr of EVP_PKEY holds.
struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};

inline constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();

/// Judged: what a chain, or a part of it, comes to, and the packet times for which that holds, in seconds:
/// [from, until).
struct Judged {
  Bits bits;
  std::int64_t from = 0;
  std::int64_t until = kEver;
};

/// The list of a Certificate message from its body; failed when the lengths are not those (RFC 5246 §7.4.2).
[[nodiscard]] Cursor certificate_list(Bytes body) noexcept;
/// Seconds since 1970; kEver when the time cannot be read.
[[nodiscard]] std::int64_t seconds_of(const ASN1_TIME* time) noexcept;
/// HashAlgorithm of its signature (RFC 5246 §7.4.1.4.1); 8: intrinsic; 0: not known.
[[nodiscard]] std::uint8_t hash_of(X509* certificate) noexcept;
/// Narrows [from, until) by its times.
void see_time(const X509* certificate, std::int64_t seconds, Judged& judged) noexcept;
/// Whether `seconds` lies in its times.
[[nodiscard]] Validity validity_of(const X509* certificate, std::int64_t seconds) noexcept;
/// Reads issuer, timestamps, responder and signature hash.
void read_says(X509* certificate, Bits& bits) noexcept;
/// Reads kind, size and curve of its public key, as OpenSSL made it; without one, nothing.
void read_made_key(const X509* certificate, Bits& bits) noexcept;
/// Whether it is for `name` (RFC 9525 §6.3), or for the address that this tells (§6.5).
[[nodiscard]] bool is_for(X509* certificate, Bytes name) noexcept;

}  // namespace uptake::certificates
