// How a Chain learns: what messages show of keys and delegations, and how it comes to be trusted.
#include <algorithm>

#include "dissectors/packet_time.h"
#include "policy/correlate/dnssec/chain.h"

namespace uptake::dnssec {
namespace {

/// As resolvers keep records at most.
constexpr std::uint32_t kLongestTtl = 7 * 86'400;

/// The signer of the first signature that may be one of the RRset; nullptr when none may.
const Name* signer_of(const Message& message, const Rrset& set) noexcept {
  const Name* signer = nullptr;
  message.each_signature(set, [&](const Signature& signature) {
    if (may_sign(signature, set)) signer = &signature.signer;
    return signer == nullptr;
  });
  return signer;
}

bool without_answer(const Message& message) noexcept {
  for (const Rrset& set : message.rrsets())
    if (set.section == Section::answer && set.count != 0) return false;
  return true;
}

/// The name of which a response says that it has no DS: where it refers to, or what was asked.
const Name* without_ds(const Message& message) noexcept {
  if (!without_answer(message)) return nullptr;
  if (message.qtype() == kTypeDs) return &message.qname();
  for (const Rrset& set : message.rrsets())
    if (set.type == kTypeNs && set.count != 0 && !message.find(Section::authority, set.owner, kTypeDs))
      return &set.owner;
  return nullptr;
}

}  // namespace

Lifetime Chain::lifetime(const At& at, std::uint32_t ttl) const noexcept {
  const std::uint64_t serves = std::max(std::min(ttl, kLongestTtl) * kSecondNs, wait_ns_);
  return {at.ns - std::min(at.ns, wait_ns_), at.ns + serves};
}

Lifetime Chain::bounded(const Lifetime& life, std::uint32_t expiration, std::uint32_t original_ttl,
                        const At& at) const noexcept {
  const std::uint64_t learned_ns = life.from_ns + wait_ns_;
  const std::uint64_t serves = std::max(original_ttl * kSecondNs, wait_ns_);
  const std::int32_t left = static_cast<std::int32_t>(expiration - static_cast<std::uint32_t>(at.seconds()));
  const std::uint64_t ends = at.ns + static_cast<std::uint64_t>(std::max(left, 0)) * kSecondNs + wait_ns_;
  return {life.from_ns, std::min({life.until_ns, learned_ns + serves, ends})};
}

void Chain::learn(const Message& message, Bytes octets, DnsSide side, const At& at) noexcept {
  Candidate found;
  found.of_authority = side == DnsSide::authority;
  for (const Rrset& set : message.rrsets()) {
    if (set.count == 0 || (set.type != kTypeDnskey && set.type != kTypeDs)) continue;
    const Name* const signer = signer_of(message, set);
    if (signer == nullptr) continue;
    found.shows = set.type == kTypeDs ? Candidate::Shows::ds : Candidate::Shows::keys;
    found.name = set.owner;
    found.signer = *signer;
    found.life = lifetime(at, set.ttl);
    learn_one(message, octets, found, at);
  }
  learn_denial(message, octets, found, at);
  // A zone that says it has no keys at all.
  const bool no_keys = message.qtype() == kTypeDnskey && message.rcode() == 0 && without_answer(message);
  if (!no_keys) return;
  found.shows = Candidate::Shows::keys;
  found.name = found.signer = message.qname();
  found.life = lifetime(at, 0);
  learn_one(message, octets, found, at);
}

void Chain::learn_denial(const Message& message, Bytes octets, Candidate& found, const At& at) noexcept {
  const Name* const name = without_ds(message);
  if (name == nullptr || name->is_root()) return;
  for (const Rrset& set : message.rrsets()) {
    if (!is_denial(set)) continue;
    const Name* const signer = signer_of(message, set);
    if (signer == nullptr || !name->is_below(*signer)) continue;
    found.shows = Candidate::Shows::denial;
    found.name = *name;
    found.signer = *signer;
    found.life = lifetime(at, set.ttl);
    return learn_one(message, octets, found, at);
  }
}

/// Puts down what the message shows, or keeps the message until that can be verified.
void Chain::learn_one(const Message& message, Bytes octets, Candidate& found, const At& at) noexcept {
  begin();
  Ruling ruling;
  std::uint64_t by = 0;
  if (found.shows == Candidate::Shows::keys) {
    const Above up = above(found.name, at);
    ruling = up.ruling.verdict == Security::secure ? show_keys(message, found.name, up, found.life, at) : up.ruling;
    by = up.id;
  } else {
    const Keys keys = keys_of(found.signer, at);
    ruling = !keys.secure()                        ? keys.ruling
             : found.shows == Candidate::Shows::ds ? show_ds(message, found.name, keys, found.life, at)
                                                   : show_denial(message, found.name, keys, found.life, at);
    for (std::size_t i = 0; i < keys.count; ++i) by += keys.sets[i]->id;
  }
  if (ruling.verdict == Security::secure) return;
  found.refused = ruling.verdict == Security::bogus;
  found.fault = ruling.fault == Fault::no_key ? Fault::ds_mismatch : ruling.fault;
  found.refused_by = by;
  remember(message, octets, found, at);
}

/// Equal for messages that show the same: of the records and signatures that count, in any order.
std::uint64_t Chain::content_of(const Message& message, const Candidate& candidate) const noexcept {
  const std::uint16_t type = candidate.shows == Candidate::Shows::ds ? kTypeDs : kTypeDnskey;
  std::uint64_t sum = 1 + static_cast<std::uint64_t>(candidate.shows);
  for (const Rrset& set : message.rrsets()) {
    const bool counts = candidate.shows == Candidate::Shows::denial ? is_denial(set)
                                                                    : set.type == type && set.owner == candidate.name;
    if (!counts) continue;
    message.each_record(set, [&](Bytes rdata) { sum += digests_.octets(rdata); });
    message.each_signature(set, [&](const Signature& signature) {
      sum += digests_.octets(signature.octets);
      return true;
    });
  }
  return sum;
}

void Chain::remember(const Message& message, Bytes octets, const Candidate& candidate, const At& at) noexcept {
  const std::uint64_t id = content_of(message, candidate);
  const std::uint64_t now = at.ns - std::min(at.ns, wait_ns_);
  bool is_new = false;
  Candidate& place = candidates_.put(candidate.name, digest_of(candidate.name), id, now, is_new);
  if (!is_new && octets_.has(place.octets)) {
    place.life.until_ns = std::max(place.life.until_ns, candidate.life.until_ns);
    place.of_authority = place.of_authority || candidate.of_authority;
    return;
  }
  OctetRing::Kept kept;
  if (!octets_.keep(octets, kept)) return;
  place = candidate;
  place.id = id;
  place.octets = kept;
}

Ruling Chain::settle_keys(const Name& zone, const Above& up, const At& at) noexcept {
  Ruling worst = Ruling::lacks(Missing::dnskey, zone);
  candidates_.each(zone, digest_of(zone), at.ns, [&](Candidate& one) {
    if (one.shows != Candidate::Shows::keys || !one.life.serves(at.ns)) return;
    if (!octets_.has(one.octets)) {
      ++pushed_out_;
      one.life = {};
      return;
    }
    if (!one.refused || one.refused_by != up.id) {
      const Bytes octets = octets_.of(one.octets);
      if (scratch_->read(octets) != Message::Reading::read) return;
      const Ruling ruling = show_keys(*scratch_, zone, up, one.life, at);
      one.refused = ruling.verdict == Security::bogus;
      one.fault = ruling.fault == Fault::no_key ? Fault::ds_mismatch : ruling.fault;
      one.refused_by = up.id;
      if (ruling.verdict == Security::secure) one.life = {};
      if (ruling.verdict == Security::not_judged) worst = ruling;
    }
    // Only an authority's own word is held against a zone; an anchor of another time says nothing.
    const bool lacks_keys = worst.verdict == Security::not_judged && worst.missing == Missing::dnskey;
    if (one.refused && lacks_keys)
      worst = anchors_.has(zone) ? Ruling::lacks(Missing::anchor, zone)
              : one.of_authority ? Ruling::bogus(one.fault, zone)
                                 : worst;
  });
  return worst;
}

Ruling Chain::settle_above(const Name& zone, const At& at) noexcept {
  Ruling worst = Ruling::lacks(Missing::ds, zone);
  candidates_.each(zone, digest_of(zone), at.ns, [&](Candidate& one) {
    if (one.shows == Candidate::Shows::keys || !one.life.serves(at.ns)) return;
    if (!octets_.has(one.octets)) {
      ++pushed_out_;
      one.life = {};
      return;
    }
    const Keys keys = keys_of(one.signer, at);
    if (!keys.secure()) {
      worst = keys.ruling;
      return;
    }
    std::uint64_t by = 0;
    for (std::size_t i = 0; i < keys.count; ++i) by += keys.sets[i]->id;
    if (!one.refused || one.refused_by != by) {
      if (scratch_->read(octets_.of(one.octets)) != Message::Reading::read) return;
      const Ruling ruling = one.shows == Candidate::Shows::ds ? show_ds(*scratch_, zone, keys, one.life, at)
                                                              : show_denial(*scratch_, zone, keys, one.life, at);
      one.refused = ruling.verdict == Security::bogus;
      one.fault = ruling.fault == Fault::no_key ? Fault::ds_mismatch : ruling.fault;
      one.refused_by = by;
      if (ruling.verdict == Security::secure) one.life = {};
      if (ruling.verdict == Security::not_judged) worst = ruling;
    }
    const bool lacks_ds = worst.verdict == Security::not_judged && worst.missing == Missing::ds;
    if (one.refused && lacks_ds && one.of_authority && one.shows == Candidate::Shows::ds)
      worst = Ruling::bogus(one.fault, one.signer);
  });
  return worst;
}

/// RFC 4035 §5.2: a key that a DS names has signed the DNSKEY RRset.
Ruling Chain::show_keys(const Message& message, const Name& zone, const Above& up, const Lifetime& life,
                        const At& at) noexcept {
  constexpr unsigned kDigests = 32;
  const Rrset* const set = message.find(Section::answer, zone, kTypeDnskey);
  if (set == nullptr) return Ruling::bogus(Fault::ds_mismatch, zone);
  Tried tried;
  unsigned digests = 0;
  std::uint8_t trusted_by = 0;
  Lifetime serves = life;
  const auto try_ds = [&](const DsSet::Ds& ds, Bytes rdata) {
    const KeyView key = key_of(rdata);
    if (trusted_by != 0 || !key.is_usable || key.tag != ds.tag || key.algorithm != ds.algorithm) return;
    if (digests++ >= kDigests) {
      tried.limit = true;
      return;
    }
    if (!matches(ds.view(), zone, key)) return;
    message.each_signature(*set, [&](const Signature& signature) {
      if (!may_sign(signature, *set) || signature.tag != key.tag || signature.algorithm != key.algorithm) return true;
      const Validity validity = validity_of(signature, at.seconds());
      if (validity != Validity::current) {
        tried.validity = validity;
        return true;
      }
      if (!signed_->make(message, *set, signature)) {
        tried.limit = true;
        return false;
      }
      if (try_key(key, verifier_.identity(rdata), signature, at, tried)) {
        trusted_by = ds.digest_type;
        serves = bounded(life, signature.expiration, signature.original_ttl, at);
      }
      return trusted_by == 0 && !tried.limit;
    });
  };
  for (std::size_t i = 0; i < up.count; ++i) {
    tried.limit = tried.limit || up.sets[i]->more;
    for (std::size_t k = 0; k < up.sets[i]->count; ++k)
      if (up.sets[i]->counts(up.sets[i]->all[k]))
        message.each_record(*set, [&](Bytes rdata) { try_ds(up.sets[i]->all[k], rdata); });
  }
  if (trusted_by == 0) return failed(tried, zone);
  put_keys(message, *set, trusted_by, serves, at);
  return {.verdict = Security::secure, .link = zone};
}

Ruling Chain::show_ds(const Message& message, const Name& zone, const Keys& keys, const Lifetime& life,
                      const At& at) noexcept {
  const Rrset* set = message.find(Section::answer, zone, kTypeDs);
  if (set == nullptr) set = message.find(Section::authority, zone, kTypeDs);
  if (set == nullptr) return Ruling::bogus(Fault::signature, zone);
  Tried tried;
  Ruling ruling;
  message.each_signature(*set, [&](const Signature& signature) {
    const bool fits =
        may_sign(signature, *set) && !is_expanded(signature, *set) && signature.signer == keys.ruling.link;
    return !fits || !try_signature(message, *set, signature, keys, at, tried, ruling);
  });
  if (ruling.verdict != Security::secure) return failed(tried, keys.ruling.link);
  DsSet found;
  message.each_record(*set, [&](Bytes rdata) { found.add(rdata); });
  put_delegation(zone, Delegation::What::signed_zone, found,
                 bounded(life, ruling.expiration, ruling.original_ttl, at), at);
  return ruling;
}

Ruling Chain::show_denial(const Message& message, const Name& zone, const Keys& keys, const Lifetime& life,
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
      return !fits || !try_signature(message, set, signature, keys, at, tried, ruling);
    });
    if (ruling.verdict == Security::secure) {
      serves = bounded(serves, ruling.expiration, ruling.original_ttl, at);
      message.each_record(set, [&](Bytes rdata) { denial.add(set.owner, set.type, rdata); });
    } else if (const Ruling why = failed(tried, signer); why.verdict == Security::not_judged) {
      worst = why;
    }
  }
  switch (denial.cut_at(zone)) {
    case Cut::unsigned_zone:
      put_delegation(zone, Delegation::What::unsigned_zone, {}, serves, at);
      return {.verdict = Security::secure, .link = signer};
    case Cut::no_cut:
      put_delegation(zone, Delegation::What::no_cut, {}, serves, at);
      return {.verdict = Security::secure, .link = signer};
    case Cut::limit:
      return Ruling::lacks(Missing::limit, signer);
    case Cut::unknown:
      break;
  }
  return worst;
}

void Chain::put_keys(const Message& message, const Rrset& set, std::uint8_t digest_type, const Lifetime& life,
                     const At& at) noexcept {
  KeySet made{};
  made.name = set.owner;
  made.life = life;
  made.digest_type = digest_type;
  message.each_record(set, [&](Bytes rdata) {
    const KeyView key = key_of(rdata);
    if (!key.is_usable) return;
    const Sha256 identity = verifier_.identity(rdata);
    made.more = made.more || !made.add(key, identity);
    // A sum, for their order does not count.
    made.id += digests_.octets(identity);
  });
  const std::uint64_t now = at.ns - std::min(at.ns, wait_ns_);
  bool is_new = false;
  KeySet& place = key_sets_.put(set.owner, digest_of(set.owner), made.id, now, is_new);
  if (!is_new) {
    made.life.from_ns = std::min(place.life.from_ns, life.from_ns);
    made.life.until_ns = std::max(place.life.until_ns, life.until_ns);
  }
  place = made;
}

void Chain::put_delegation(const Name& zone, Delegation::What what, const DsSet& ds, const Lifetime& life,
                           const At& at) noexcept {
  std::uint64_t id = 1 + static_cast<std::uint64_t>(what);
  for (std::size_t i = 0; i < ds.count; ++i) {
    const DsSet::Ds& one = ds.all[i];
    id += digests_.octets({one.digest.data(), one.size}) * (one.tag + 257ULL * one.digest_type);
  }
  const std::uint64_t now = at.ns - std::min(at.ns, wait_ns_);
  bool is_new = false;
  Delegation& place = delegations_.put(zone, digest_of(zone), id, now, is_new);
  if (is_new) {
    place.name = zone;
    place.id = id;
    place.what = what;
    place.ds = ds;
    place.life = life;
    return;
  }
  place.life.from_ns = std::min(place.life.from_ns, life.from_ns);
  place.life.until_ns = std::max(place.life.until_ns, life.until_ns);
}

}  // namespace uptake::dnssec
