#include "policy/correlate/certificates/issuers.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace uptake::certificates {
namespace {

/// Adds a value behind its length, so that no two lists of values are one.
void add(EVP_MD_CTX* digest, const unsigned char* octets, std::size_t size) noexcept {
  EVP_DigestUpdate(digest, &size, sizeof size);
  if (size != 0) EVP_DigestUpdate(digest, octets, size);
}

}  // namespace

IssuerKey issuer_key(const Leaves& leaves, const Leaf& leaf, Bytes rest) noexcept {
  IssuerKey key{};
  EVP_MD_CTX* const digest = leaves.digest_context();
  if (digest == nullptr || EVP_DigestInit_ex2(digest, EVP_sha256(), nullptr) != 1) return key;
  add(digest, rest.data(), rest.size());
  const unsigned char* name = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(X509_get_issuer_name(leaf.get()), &name, &size) == 1) add(digest, name, size);
  const int at = X509_get_ext_by_NID(leaf.get(), NID_authority_key_identifier, -1);
  const ASN1_OCTET_STRING* const authority =
      at >= 0 ? X509_EXTENSION_get_data(X509_get_ext(leaf.get(), at)) : nullptr;
  add(digest, authority != nullptr ? ASN1_STRING_get0_data(authority) : nullptr,
      authority != nullptr ? static_cast<std::size_t>(ASN1_STRING_length(authority)) : 0);
  const int algorithm = X509_get_signature_nid(leaf.get());
  EVP_DigestUpdate(digest, &algorithm, sizeof algorithm);
  EVP_DigestFinal_ex(digest, key.data(), nullptr);
  EVP_MD_CTX_reset(digest);
  return key;
}

std::size_t Issuers::place_of(const IssuerKey& key) noexcept {
  std::uint64_t first = 0;
  std::memcpy(&first, key.data(), sizeof first);
  return first % kPlaces;
}

const Above* Issuers::find(const IssuerKey& key, std::int64_t seconds) const noexcept {
  const Place& place = places_[place_of(key)];
  const Judged& judged = place.above.judged;
  const bool holds = place.above.is_common && place.key == key && judged.from <= seconds && seconds < judged.until;
  return holds ? &place.above : nullptr;
}

void Issuers::put(const IssuerKey& key, Above above) noexcept {
  Place& place = places_[place_of(key)];
  place.key = key;
  place.above = std::move(above);
}

std::optional<Judged> judge_below(const Above& above, const Leaf& leaf, std::int64_t seconds) noexcept {
  if (above.issuer != nullptr && !leaf.is_signed_by(above.issuer.get())) return std::nullopt;
  Judged judged = leaf.says(seconds);
  Bits& bits = judged.bits;
  bits.hash = std::min(bits.hash, above.judged.bits.hash);
  bits.trust = above.judged.bits.trust;
  bits.verify_code = above.judged.bits.verify_code;
  judged.from = std::max(judged.from, above.judged.from);
  judged.until = std::min(judged.until, above.judged.until);
  if (above.issuer == nullptr) return judged;
  // Verification comes to the leaf's own times last, and ends them a second before validity_of() does.
  if (seconds >= seconds_of(X509_get0_notAfter(leaf.get()))) bits.validity = Validity::expired;
  if (bits.validity == Validity::expired) bits.verify_code = X509_V_ERR_CERT_HAS_EXPIRED;
  if (bits.validity == Validity::not_yet_valid) bits.verify_code = X509_V_ERR_CERT_NOT_YET_VALID;
  return judged;
}

}  // namespace uptake::certificates
