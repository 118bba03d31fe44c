#include "policy/correlate/dnssec/chain.h"

#include <algorithm>
#include <utility>

namespace uptake::dnssec {
namespace {

constexpr unsigned kSteps = 256;  // of one judgement
constexpr unsigned kDepth = 24;

void collect(KnownZones& zones, const Name& zone, const At& at, Keys& keys) noexcept {
  keys.count = 0;
  keys.ruling.verdict = Security::not_judged;
  zones.each_key_set(zone, at, [&](const KeySet& set) {
    if (keys.count < keys.sets.size()) keys.sets[keys.count++] = &set;
  });
  if (keys.count != 0) keys.ruling = Ruling::secure(zone);
}

Above at_anchors(const Anchors& anchors, const Name& zone, const At& at) noexcept {
  Above found;
  for (std::size_t i = 0; i < anchors.all().size() && found.count < found.sets.size(); ++i) {
    const Anchor& anchor = anchors.all()[i];
    if (!(anchor.zone == zone) || !anchor.serves(at.seconds())) continue;
    found.sets[found.count++] = &anchor.set;
    found.id += i + 1;
  }
  found.ruling = found.count != 0 ? Ruling::secure(zone) : Ruling::lacks(Missing::anchor, zone);
  return found;
}

}  // namespace

/// Step: one step of a judgement, counted while it lasts.
class Chain::Step {
 public:
  explicit Step(Effort& effort) noexcept : effort_(effort) {
    ++effort_.steps;
    ++effort_.depth;
  }
  ~Step() { --effort_.depth; }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  [[nodiscard]] bool ok() const noexcept { return effort_.steps <= kSteps && effort_.depth <= kDepth; }

 private:
  Effort& effort_;
};

Chain::Chain(const Digests& digests, Anchors anchors, const Bounds& bounds, std::uint64_t wait_ns)
    : digests_(digests),
      anchors_(std::move(anchors)),
      signatures_(bounds.verifier),
      zones_(digests, bounds.key_sets, bounds.delegations, {wait_ns}),
      evidence_(digests, signatures_, zones_, {wait_ns}),
      candidates_(digests, bounds.candidates, bounds.candidate_octets, {wait_ns}) {}

bool Chain::may_know(Bytes name) const noexcept {
  const std::uint64_t digest = digests_.octets(name);
  return candidates_.may_have(digest) || zones_.may_have(digest);
}

Keys Chain::keys_of(const Name& zone, const At& at) noexcept {
  Keys keys;
  const Step step(effort_);
  if (!step.ok()) {
    keys.ruling = Ruling::lacks(Missing::limit, zone);
    return keys;
  }
  collect(zones_, zone, at, keys);
  if (keys.secure() && !candidates_.has_open_keys(zone, at)) return keys;
  const Above up = above(zone, at);
  if (up.ruling.verdict != Security::secure) {
    // What was learned on the way up may have taken their places.
    if (keys.secure()) collect(zones_, zone, at, keys);
    if (!keys.secure()) keys.ruling = up.ruling;
    return keys;
  }
  const Ruling settled = settle_keys(zone, up, at);
  collect(zones_, zone, at, keys);
  if (!keys.secure()) keys.ruling = up.is_unsigned ? Ruling::insecure(zone) : settled;
  return keys;
}

Above Chain::above(const Name& zone, const At& at) noexcept {
  if (anchors_.has(zone)) return at_anchors(anchors_, zone, at);
  Above found = known_at(zone, at);
  if (found.has_signed()) {
    found.ruling = Ruling::secure(zone);
  } else if (found.insecure()) {
    found.ruling = Ruling::insecure(zone);
  } else if (found.ruling.missing == Missing::ds && found.ruling.link == zone) {
    found.ruling = without_delegation(zone, at);
  }
  return found;
}

/// Its ruling is that of what could not be verified; without such it lacks the DS.
Above Chain::known_at(const Name& zone, const At& at) noexcept {
  Above found;
  const Step step(effort_);
  if (!step.ok()) {
    found.ruling = Ruling::lacks(Missing::limit, zone);
    return found;
  }
  found.ruling = settle_above(zone, at);
  zones_.each_delegation(zone, at, [&](const Delegation& one) {
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
  if (anchor == nullptr || at_anchors(anchors_, *anchor, at).count == 0)
    return Ruling::lacks(Missing::anchor, anchor == nullptr ? owner : *anchor);
  Name zone = *anchor;
  bool optional = false;
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
      optional = known.is_optional();
      break;
    }
    if (known.no_cut) continue;
    unknown = labels;
    is_known = false;
  }
  if (is_known) {
    Ruling ruling = Ruling::bogus(Fault::no_signature, zone);
    ruling.optional = optional;
    return ruling;
  }
  // Where no key of the zone is good, no cut below can be either.
  const Keys keys = keys_of(zone, at);
  return keys.ruling.verdict == Security::bogus ? keys.ruling : Ruling::lacks(Missing::denial, owner.last(unknown));
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
    if (tries++ == Signatures::kMost) {
      lacking = Ruling::lacks(Missing::limit, set.owner);
      return false;
    }
    const Keys keys = keys_of(signature.signer, at);
    if (keys.secure() && signatures_.try_all(message, set, signature, keys, at, tried, secure)) return false;
    Ruling ruling = keys.secure() ? tried.failed(signature.signer) : keys.ruling;
    ruling.optional = ruling.optional || (keys.secure() && keys.is_optional());
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

}  // namespace uptake::dnssec
