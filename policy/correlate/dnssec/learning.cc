// How a Chain learns: what messages show of keys and delegations, and how it comes to be trusted.
#include "policy/correlate/dnssec/chain.h"

namespace uptake::dnssec {
namespace {

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

/// Puts down how a candidate was judged, by the keys or DS sets with that id.
void hold(Candidate& candidate, const Ruling& ruling, std::uint64_t by) noexcept {
  candidate.refused = ruling.verdict == Security::bogus;
  candidate.fault = ruling.fault == Fault::no_key ? Fault::ds_mismatch : ruling.fault;
  candidate.refused_by = by;
}

/// Fills `found` with the denial of a DS that a message shows. False: it shows none.
bool find_denial(const Message& message, const At& at, Wait wait, Candidate& found) noexcept {
  const Name* const name = without_ds(message);
  if (name == nullptr || name->is_root()) return false;
  for (const Rrset& set : message.rrsets()) {
    if (!is_denial(set)) continue;
    const Name* const signer = signer_of(message, set);
    if (signer == nullptr || !name->is_below(*signer)) continue;
    found.shows = Candidate::Shows::denial;
    found.name = *name;
    found.signer = *signer;
    found.life = wait.lifetime(at, set.ttl);
    return true;
  }
  return false;
}

}  // namespace

void Chain::learn(const Message& message, Bytes octets, DnsSide side, const At& at) noexcept {
  const Wait wait = zones_.wait();
  Candidate found;
  found.of_authority = side == DnsSide::authority;
  for (const Rrset& set : message.rrsets()) {
    if (set.count == 0 || (set.type != kTypeDnskey && set.type != kTypeDs)) continue;
    const Name* const signer = signer_of(message, set);
    if (signer == nullptr) continue;
    found.shows = set.type == kTypeDs ? Candidate::Shows::ds : Candidate::Shows::keys;
    found.name = set.owner;
    found.signer = *signer;
    found.life = wait.lifetime(at, set.ttl);
    learn_one(message, octets, found, at);
  }
  if (find_denial(message, at, wait, found)) learn_one(message, octets, found, at);
  // A zone that says it has no keys at all.
  const bool no_keys = message.qtype() == kTypeDnskey && message.rcode() == 0 && without_answer(message);
  if (!no_keys) return;
  found.shows = Candidate::Shows::keys;
  found.name = found.signer = message.qname();
  found.life = wait.lifetime(at, 0);
  learn_one(message, octets, found, at);
}

/// Puts down what the message shows, or keeps the message until that can be verified.
void Chain::learn_one(const Message& message, Bytes octets, Candidate& found, const At& at) noexcept {
  begin();
  Ruling ruling;
  std::uint64_t by = 0;
  if (found.shows == Candidate::Shows::keys) {
    const Above up = above(found.name, at);
    const bool secure = up.ruling.verdict == Security::secure;
    ruling = secure ? evidence_.show_keys(message, found.name, up, found.life, at) : up.ruling;
    by = up.id;
  } else {
    const Keys keys = keys_of(found.signer, at);
    ruling = !keys.secure()                        ? keys.ruling
             : found.shows == Candidate::Shows::ds ? evidence_.show_ds(message, found.name, keys, found.life, at)
                                                   : evidence_.show_denial(message, found.name, keys, found.life, at);
    by = keys.id();
  }
  if (ruling.verdict == Security::secure) return;
  hold(found, ruling, by);
  candidates_.keep(message, octets, found, at);
}

Ruling Chain::settle_keys(const Name& zone, const Above& up, const At& at) noexcept {
  Ruling worst = Ruling::lacks(Missing::dnskey, zone);
  candidates_.each(zone, at, [&](Candidate& one) {
    if (one.shows != Candidate::Shows::keys) return;
    if (!one.refused || one.refused_by != up.id) {
      const Message* const message = candidates_.message_of(one);
      if (message == nullptr) return;
      const Ruling ruling = evidence_.show_keys(*message, zone, up, one.life, at);
      hold(one, ruling, up.id);
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
  worst.optional = up.is_optional();
  return worst;
}

Ruling Chain::settle_above(const Name& zone, const At& at) noexcept {
  Ruling worst = Ruling::lacks(Missing::ds, zone);
  candidates_.each(zone, at, [&](Candidate& one) {
    if (one.shows == Candidate::Shows::keys) return;
    const Keys keys = keys_of(one.signer, at);
    if (!keys.secure()) {
      worst = keys.ruling;
      return;
    }
    if (!one.refused || one.refused_by != keys.id()) {
      const Message* const message = candidates_.message_of(one);
      if (message == nullptr) return;
      const Ruling ruling = one.shows == Candidate::Shows::ds
                                ? evidence_.show_ds(*message, zone, keys, one.life, at)
                                : evidence_.show_denial(*message, zone, keys, one.life, at);
      hold(one, ruling, keys.id());
      if (ruling.verdict == Security::secure) one.life = {};
      if (ruling.verdict == Security::not_judged) worst = ruling;
    }
    const bool lacks_ds = worst.verdict == Security::not_judged && worst.missing == Missing::ds;
    if (one.refused && lacks_ds && one.of_authority && one.shows == Candidate::Shows::ds)
      worst = Ruling::bogus(one.fault, one.signer);
  });
  return worst;
}

}  // namespace uptake::dnssec
