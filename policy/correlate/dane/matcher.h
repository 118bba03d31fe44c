#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "policy/correlate/certificates/certificate.h"
#include "policy/correlate/certificates/trust_anchors.h"
#include "policy/correlate/dane/authorities.h"
#include "policy/correlate/dane/match.h"
#include "policy/correlate/dane/tlsa.h"
#include "policy/correlate/join_table.h"

namespace uptake::dane {

/// Asked: what a chain is matched with.
struct Asked {
  Bytes records;      ///< a TLSA RRset, as tlsa.h has it
  Bytes name;         ///< TLSA base domain (RFC 7671 §7), as text without the last dot
  bool mail = false;  ///< by the rules of RFC 7672
  std::int64_t seconds = 0;
};

/// Matched: what came of it, and the times for which that holds, in seconds: [from, until).
struct Matched {
  Match match = Match::malformed;
  Usage usage = Usage::dane_ee;  ///< of the record that matches; only when valid
  std::int64_t from = 0;
  std::int64_t until = certificates::kEver;
};

/// Matcher: matches chains with TLSA records (RFC 6698, 7671, 7672). Of records for the server's own certificate it
/// compares digests, and makes no key; all others are OpenSSL's, whose verdicts it keeps.
class Matcher {
 public:
  /// The bundle of trust anchors, in PEM, is copied: usages 0 and 1 need them.
  explicit Matcher(std::string anchors, std::size_t places = std::size_t{1} << 14);

  /// `chain` is the body of a Certificate message (RFC 5246 §7.4.2).
  [[nodiscard]] Matched match(Bytes chain, const Asked& asked) noexcept;
  /// Verdicts of OpenSSL that were forgotten for others: they cost time and no answer.
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return known_.forgotten(); }
  /// Chains that OpenSSL verified so far.
  [[nodiscard]] std::uint64_t verified() const noexcept { return verified_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };

  /// Hashes: what digests are made with.
  struct Hashes {
    std::unique_ptr<EVP_MD, Free> sha256;
    std::unique_ptr<EVP_MD, Free> sha512;
    std::unique_ptr<EVP_MD_CTX, Free> context;
  };
  struct Opened;
  using Sha256 = std::array<std::uint8_t, 32>;

  [[nodiscard]] Sha256 sha256(Bytes octets) noexcept;
  [[nodiscard]] Opened open(Bytes chain) noexcept;
  [[nodiscard]] bool is_own(const Tlsa& record, Bytes leaf) noexcept;
  [[nodiscard]] bool matches_own(Bytes leaf, const Asked& asked) noexcept;
  [[nodiscard]] JoinKey key_of(Bytes chain, const Asked& asked) noexcept;
  [[nodiscard]] Matched match_above(Bytes chain, const Asked& asked) noexcept;
  [[nodiscard]] Matched verify(Bytes chain, const Asked& asked) noexcept;

  TrustAnchors anchors_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<X509_STORE, Free> nobody_;
  Hashes hashes_;
  Authorities authorities_;
  JoinTable<Matched> known_;
  std::uint64_t verified_ = 0;
};

}  // namespace uptake::dane
