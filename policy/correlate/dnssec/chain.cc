#include "policy/correlate/dnssec/chain.h"

#include <algorithm>
#include <utility>

namespace uptake::dnssec {

/// Step: one step of a judgement, counted while it lasts.
class Chain::Step {
 public:
  explicit Step(Chain& chain) noexcept : chain_(chain) {
    ++chain_.work_;
    ++chain_.depth_;
  }
  ~Step() { --chain_.depth_; }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  [[nodiscard]] bool ok() const noexcept { return chain_.work_ <= kWork && chain_.depth_ <= kDepth; }

 private:
  Chain& chain_;
};

Chain::Chain(const Digests& digests, Anchors anchors, const Bounds& bounds, std::uint64_t wait_ns)
    : digests_(digests),
      anchors_(std::move(anchors)),
      anchor_sets_(anchors_.all().size()),
      wait_ns_(wait_ns),
      verifier_(bounds.verifier),
      key_sets_(bounds.key_sets),
      delegations_(bounds.delegations),
      candidates_(bounds.candidates),
      octets_(bounds.candidate_octets),
      scratch_(std::make_unique<Message>()),
      signed_(std::make_unique<SignedData>()) {
  for (std::size_t i = 0; i < anchor_sets_.size(); ++i) anchor_sets_[i].add(anchors_.all()[i].ds);
}

bool Chain::has_no_keys() const noexcept {
  return key_sets_.is_empty() && std::ranges::all_of(anchor_sets_, [](const DsSet& set) { return set.count != 0; });
}

bool Chain::Above::has_signed() const noexcept {
  return std::any_of(sets.begin(), sets.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const DsSet* set) { return set->count != 0 || set->more; });
}

bool Chain::Above::insecure() const noexcept { return !has_signed() && (is_unsigned || count != 0); }

Chain::Keys Chain::keys_of(const Name& zone, const At& at) noexcept {
  Keys keys;
  const Step step(*this);
  if (!step.ok()) {
    keys.ruling = Ruling::lacks(Missing::limit, zone);
    return keys;
  }
  collect_keys(zone, at, keys);
  if (keys.secure() && !has_open_keys(zone, at)) return keys;
  const Above up = above(zone, at);
  if (up.ruling.verdict != Security::secure) {
    if (!keys.secure()) keys.ruling = up.ruling;
    return keys;
  }
  const Ruling settled = settle_keys(zone, up, at);
  collect_keys(zone, at, keys);
  if (!keys.secure()) keys.ruling = up.is_unsigned ? Ruling::insecure(zone) : settled;
  return keys;
}

void Chain::collect_keys(const Name& zone, const At& at, Keys& keys) noexcept {
  keys.count = 0;
  key_sets_.each(zone, digest_of(zone), at.ns, [&](KeySet& set) {
    if (set.life.serves(at.ns) && keys.count < keys.sets.size()) keys.sets[keys.count++] = &set;
  });
  if (keys.count != 0) keys.ruling = {.verdict = Security::secure, .link = zone};
}

bool Chain::has_open_keys(const Name& zone, const At& at) noexcept {
  bool open = false;
  candidates_.each(zone, digest_of(zone), at.ns, [&](const Candidate& one) {
    open = open || (one.shows == Candidate::Shows::keys && !one.refused && one.life.serves(at.ns));
  });
  return open;
}

Chain::Above Chain::anchors_at(const Name& zone, const At& at) const noexcept {
  Above found;
  for (std::size_t i = 0; i < anchor_sets_.size() && found.count < found.sets.size(); ++i) {
    const Anchor& anchor = anchors_.all()[i];
    if (!(anchor.zone == zone) || !anchor.serves(at.seconds())) continue;
    found.sets[found.count++] = &anchor_sets_[i];
    found.id += i + 1;
  }
  found.ruling =
      found.count != 0 ? Ruling{.verdict = Security::secure, .link = zone} : Ruling::lacks(Missing::anchor, zone);
  return found;
}

Chain::Above Chain::above(const Name& zone, const At& at) noexcept {
  if (anchors_.has(zone)) return anchors_at(zone, at);
  Above found = known_at(zone, at);
  if (found.has_signed()) {
    found.ruling = {.verdict = Security::secure, .link = zone};
  } else if (found.insecure()) {
    found.ruling = Ruling::insecure(zone);
  } else if (found.ruling.missing == Missing::ds && found.ruling.link == zone) {
    found.ruling = without_delegation(zone, at);
  }
  return found;
}

/// Its ruling is that of what could not be verified; without such it lacks the DS.
Chain::Above Chain::known_at(const Name& zone, const At& at) noexcept {
  Above found;
  const Step step(*this);
  if (!step.ok()) {
    found.ruling = Ruling::lacks(Missing::limit, zone);
    return found;
  }
  found.ruling = settle_above(zone, at);
  delegations_.each(zone, digest_of(zone), at.ns, [&](const Delegation& one) {
    if (!one.life.serves(at.ns)) return;
    found.is_unsigned = found.is_unsigned || one.what == Delegation::What::unsigned_zone;
    found.no_cut = found.no_cut || one.what == Delegation::What::no_cut;
    if (one.what != Delegation::What::signed_zone || found.count == found.sets.size()) return;
    found.sets[found.count++] = &one.ds;
    found.id += one.id;
  });
  return found;
}

/// Nothing is known of the zone itself: below an unsigned one it is unsigned.
Ruling Chain::without_delegation(const Name& zone, const At& at) noexcept {
  const Name* const anchor = anchors_.above(zone);
  if (anchor == nullptr) return Ruling::lacks(Missing::anchor, zone);
  for (unsigned labels = zone.labels(); labels-- > anchor->labels() + 1;) {
    if (!may_know(zone.wire_of_last(labels))) continue;
    const Name name = zone.last(labels);
    const Above known = known_at(name, at);
    if (known.insecure() || known.ruling.verdict == Security::insecure) return Ruling::insecure(name);
    if (known.has_signed()) break;
    if (known.ruling.missing == Missing::limit) return known.ruling;
  }
  return Ruling::lacks(Missing::ds, zone);
}

Ruling Chain::judge_unsigned(const Name& owner, std::uint16_t type, const At& at) noexcept {
  const Name* const anchor = anchors_.above(owner);
  if (anchor == nullptr || anchors_at(*anchor, at).count == 0)
    return Ruling::lacks(Missing::anchor, anchor == nullptr ? owner : *anchor);
  Name zone = *anchor;
  unsigned unknown = 0;
  bool is_known = true;
  // A DS belongs to the zone above.
  const unsigned from = owner.labels() - (type == kTypeDs && !owner.is_root() ? 1U : 0U);
  for (unsigned labels = from; labels > anchor->labels(); --labels) {
    if (!may_know(owner.wire_of_last(labels))) {
      unknown = labels;
      is_known = false;
      continue;
    }
    const Name name = owner.last(labels);
    const Above known = known_at(name, at);
    if (known.insecure() || known.is_unsigned || known.ruling.verdict == Security::insecure)
      return Ruling::insecure(name);
    if (known.ruling.missing == Missing::limit || known.ruling.missing == Missing::budget) return known.ruling;
    if (known.has_signed()) {
      zone = name;
      break;
    }
    if (known.no_cut) continue;
    unknown = labels;
    is_known = false;
  }
  if (is_known) return Ruling::bogus(Fault::no_signature, zone);
  // Where no key of the zone is good, no cut below can be either.
  const Keys keys = keys_of(zone, at);
  return keys.ruling.verdict == Security::bogus ? keys.ruling : Ruling::lacks(Missing::denial, owner.last(unknown));
}

Ruling Chain::failed(const Tried& tried, const Name& zone) noexcept {
  if (tried.budget) return Ruling::lacks(Missing::budget, zone);
  if (tried.limit) return Ruling::lacks(Missing::limit, zone);
  if (tried.count != 0) return Ruling::bogus(Fault::signature, zone);
  if (tried.validity == Validity::expired) return Ruling::bogus(Fault::expired, zone);
  if (tried.validity == Validity::not_yet_valid) return Ruling::bogus(Fault::not_yet_valid, zone);
  return Ruling::bogus(tried.matched ? Fault::signature : Fault::no_key, zone);
}

Ruling Chain::judge(const Message& message, const Rrset& set, const At& at) noexcept {
  Ruling secure;
  Ruling lacking;
  Ruling insecure;
  Ruling bad;
  bool any = false;
  unsigned tries = 0;
  Tried tried;
  message.each_signature(set, [&](const Signature& signature) {
    if (!may_sign(signature, set)) return true;
    any = true;
    if (tries++ == kVerifications) {
      lacking = Ruling::lacks(Missing::limit, set.owner);
      return false;
    }
    const Keys keys = keys_of(signature.signer, at);
    if (keys.secure() && try_signature(message, set, signature, keys, at, tried, secure)) return false;
    const Ruling ruling = keys.secure() ? failed(tried, signature.signer) : keys.ruling;
    (ruling.verdict == Security::not_judged ? lacking
     : ruling.verdict == Security::insecure ? insecure
                                            : bad) = ruling;
    return true;
  });
  if (secure.verdict == Security::secure) return secure;
  if (!any) return judge_unsigned(set.owner, set.type, at);
  if (lacking.missing != Missing::nothing) return lacking;
  return insecure.verdict == Security::insecure ? insecure : bad;
}

bool Chain::try_signature(const Message& message, const Rrset& set, const Signature& signature, const Keys& keys,
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
      if (!try_key(key, known.keys[k].identity, signature, at, tried)) continue;
      ruling = {.verdict = Security::secure,
                .link = signature.signer,
                .algorithm = key.algorithm,
                .digest_type = known.digest_type,
                .key_bits = static_cast<std::uint16_t>(bits_of(key)),
                .expanded = is_expanded(signature, set),
                .labels = signature.labels,
                .expiration = signature.expiration,
                .original_ttl = signature.original_ttl};
      return true;
    }
  }
  return false;
}

/// What was signed stands in signed_.
bool Chain::try_key(const KeyView& key, const Sha256& identity, const Signature& signature, const At& at,
                    Tried& tried) noexcept {
  if (tried.count == kVerifications) {
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
