#include "policy/correlate/dnssec/signatures.h"

namespace uptake::dnssec {

Ruling Tried::failed(const Name& zone) const noexcept {
  if (budget) return Ruling::lacks(Missing::budget, zone);
  if (limit) return Ruling::lacks(Missing::limit, zone);
  if (count != 0) return Ruling::bogus(Fault::signature, zone);
  if (validity == Validity::expired) return Ruling::bogus(Fault::expired, zone);
  if (validity == Validity::not_yet_valid) return Ruling::bogus(Fault::not_yet_valid, zone);
  return Ruling::bogus(matched ? Fault::signature : Fault::no_key, zone);
}

bool Signatures::try_all(const Message& message, const Rrset& set, const Signature& signature, const Keys& keys,
                         const At& at, Tried& tried, Ruling& ruling) noexcept {
  const Validity validity = validity_of(signature, at.seconds());
  if (validity != Validity::current) {
    tried.validity = validity;
    return false;
  }
  bool made = false;
  for (std::size_t i = 0; i < keys.count; ++i) {
    const KeySet& known = *keys.sets[i];
    tried.limit = tried.limit || known.more;
    for (std::size_t k = 0; k < known.count; ++k) {
      if (known.keys[k].tag != signature.tag || known.keys[k].algorithm != signature.algorithm) continue;
      tried.matched = true;
      if (!made && !signed_->make(message, set, signature)) {
        tried.limit = true;
        return false;
      }
      made = true;
      const KeyView key = known.key(k);
      if (!verify(key, known.keys[k].identity, signature, at, tried)) continue;
      ruling = {.verdict = Security::secure,
                .link = signature.signer,
                .algorithm = key.algorithm,
                .digest_type = known.digest_type,
                .key_bits = static_cast<std::uint16_t>(bits_of(key)),
                .optional = keys.is_optional(),
                .expanded = is_expanded(signature, set),
                .labels = signature.labels,
                .expiration = signature.expiration,
                .original_ttl = signature.original_ttl};
      return true;
    }
  }
  return false;
}

bool Signatures::try_one(const Message& message, const Rrset& set, const Signature& signature, Bytes key_rdata,
                         const At& at, Tried& tried) noexcept {
  const Validity validity = validity_of(signature, at.seconds());
  if (validity != Validity::current) {
    tried.validity = validity;
    return false;
  }
  if (!signed_->make(message, set, signature)) {
    tried.limit = true;
    return false;
  }
  return verify(key_of(key_rdata), verifier_.identity(key_rdata), signature, at, tried);
}

/// What was signed stands in signed_.
bool Signatures::verify(const KeyView& key, const Sha256& identity, const Signature& signature, const At& at,
                        Tried& tried) noexcept {
  if (tried.count == kMost) {
    tried.limit = true;
    return false;
  }
  ++tried.count;
  switch (verifier_.verify(key, identity, signed_->octets(), signature.octets, at.ns)) {
    case Verifier::Outcome::good:
      return true;
    case Verifier::Outcome::budget:
      tried.budget = true;
      return false;
    case Verifier::Outcome::cannot:
      tried.limit = true;
      return false;
    case Verifier::Outcome::bad:
      break;
  }
  return false;
}

}  // namespace uptake::dnssec
