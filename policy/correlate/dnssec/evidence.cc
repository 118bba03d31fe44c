#include "policy/correlate/dnssec/evidence.h"

namespace uptake::dnssec {

void Evidence::try_ds(const Message& message, const Rrset& set, const DsSet::Ds& ds, Bytes key_rdata, const At& at,
                      Tried& tried, Trust& trust) noexcept {
  const KeyView key = key_of(key_rdata);
  if (!matches(ds.view(), set.owner, key)) return;
  message.each_signature(set, [&](const Signature& signature) {
    if (!may_sign(signature, set) || signature.tag != key.tag || signature.algorithm != key.algorithm) return true;
    if (signatures_.try_one(message, set, signature, key_rdata, at, tried)) {
      trust.digest_type = ds.digest_type;
      trust.life = wait_.bounded(trust.life, signature.expiration, signature.original_ttl, at);
    }
    return trust.digest_type == 0 && !tried.limit;
  });
}

Ruling Evidence::show_keys(const Message& message, const Name& zone, const Above& up, const Lifetime& life,
                           const At& at) noexcept {
  constexpr unsigned kDigests = 32;
  const Rrset* const set = message.find(Section::answer, zone, kTypeDnskey);
  if (set == nullptr) return Ruling::bogus(Fault::ds_mismatch, zone);
  Tried tried;
  Trust trust{.optional = up.is_optional(), .life = life};
  unsigned digests = 0;
  bool more = false;
  for (std::size_t i = 0; i < up.count; ++i) {
    const DsSet& delegation = *up.sets[i];
    more = more || delegation.more;
    for (std::size_t k = 0; k < delegation.count; ++k) {
      const DsSet::Ds& ds = delegation.all[k];
      if (!delegation.counts(ds)) continue;
      message.each_record(*set, [&](Bytes rdata) {
        const KeyView key = key_of(rdata);
        if (trust.digest_type != 0 || !key.is_usable || key.tag != ds.tag || key.algorithm != ds.algorithm) return;
        if (digests++ < kDigests) return try_ds(message, *set, ds, rdata, at, tried, trust);
        tried.limit = true;
      });
    }
  }
  tried.limit = tried.limit || more;
  if (trust.digest_type == 0) return tried.failed(zone);
  put_keys(message, *set, trust, at);
  return Ruling::secure(zone);
}

void Evidence::put_keys(const Message& message, const Rrset& set, const Trust& trust, const At& at) noexcept {
  KeySet made{};
  made.name = set.owner;
  made.life = trust.life;
  made.optional = trust.optional;
  made.digest_type = trust.digest_type;
  message.each_record(set, [&](Bytes rdata) {
    const KeyView key = key_of(rdata);
    if (!key.is_usable) return;
    const Sha256 identity = signatures_.identity(rdata);
    made.more = made.more || !made.add(key, identity);
    // A sum, for their order does not count.
    made.id += digests_.octets(identity);
  });
  zones_.put(made, at);
}

Ruling Evidence::show_ds(const Message& message, const Name& zone, const Keys& keys, const Lifetime& life,
                         const At& at) noexcept {
  const Rrset* set = message.find(Section::answer, zone, kTypeDs);
  if (set == nullptr) set = message.find(Section::authority, zone, kTypeDs);
  if (set == nullptr) return Ruling::bogus(Fault::signature, zone);
  Tried tried;
  Ruling ruling;
  message.each_signature(*set, [&](const Signature& signature) {
    const bool fits =
        may_sign(signature, *set) && !is_expanded(signature, *set) && signature.signer == keys.ruling.link;
    return !fits || !signatures_.try_all(message, *set, signature, keys, at, tried, ruling);
  });
  if (ruling.verdict != Security::secure) return tried.failed(keys.ruling.link);
  DsSet found;
  found.below_optional = ruling.optional;
  message.each_record(*set, [&](Bytes rdata) { found.add(rdata); });
  zones_.put(zone, Delegation::What::signed_zone, found,
             wait_.bounded(life, ruling.expiration, ruling.original_ttl, at), at);
  return ruling;
}

Ruling Evidence::show_denial(const Message& message, const Name& zone, const Keys& keys, const Lifetime& life,
                             const At& at) noexcept {
  const Name& signer = keys.ruling.link;
  Denial denial(signer);
  Ruling worst = Ruling::bogus(Fault::no_denial, signer);
  Lifetime serves = life;
  for (const Rrset& set : message.rrsets()) {
    if (!is_denial(set)) continue;
    Tried tried;
    Ruling ruling;
    message.each_signature(set, [&](const Signature& signature) {
      const bool fits = may_sign(signature, set) && !is_expanded(signature, set) && signature.signer == signer;
      return !fits || !signatures_.try_all(message, set, signature, keys, at, tried, ruling);
    });
    if (ruling.verdict == Security::secure) {
      serves = wait_.bounded(serves, ruling.expiration, ruling.original_ttl, at);
      message.each_record(set, [&](Bytes rdata) { denial.add(set.owner, set.type, rdata); });
    } else if (const Ruling why = tried.failed(signer); why.verdict == Security::not_judged) {
      worst = why;
    }
  }
  switch (denial.cut_at(zone)) {
    case Cut::unsigned_zone:
      zones_.put(zone, Delegation::What::unsigned_zone, {}, serves, at);
      return Ruling::secure(signer);
    case Cut::no_cut:
      zones_.put(zone, Delegation::What::no_cut, {}, serves, at);
      return Ruling::secure(signer);
    case Cut::limit:
      return Ruling::lacks(Missing::limit, signer);
    case Cut::unknown:
      break;
  }
  return worst;
}

}  // namespace uptake::dnssec
