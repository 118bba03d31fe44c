// What NSEC records prove (RFC 4035 §5.4, RFC 6840 §4, RFC 9824).
#include <algorithm>

#include "policy/correlate/dnssec/denial.h"

namespace uptake::dnssec {

/// next name, types (RFC 4034 §4.1)
void Denial::add_nsec(const Name& owner, Bytes rdata) noexcept {
  if (nsec_count_ == kMost || !owner.is_within(zone_)) return;
  Nsec& nsec = nsec_[nsec_count_];
  Cursor at(rdata);
  if (!read_name(rdata, at, nsec.next)) return;
  nsec.next.to_lower();
  nsec.owner = owner;
  nsec.types = TypeBitmap(at.rest());
  if (nsec.next.is_within(zone_) && nsec.types.is_sound()) ++nsec_count_;
}

const Denial::Nsec* Denial::nsec_at(const Name& name) const noexcept {
  for (std::size_t i = 0; i < nsec_count_; ++i)
    if (nsec_[i].owner == name) return &nsec_[i];
  return nullptr;
}

/// A record whose span `name` lies in, and that may speak of it. The span of the last one ends at the apex.
const Denial::Nsec* Denial::nsec_over(const Name& name) const noexcept {
  for (std::size_t i = 0; i < nsec_count_; ++i) {
    const Nsec& nsec = nsec_[i];
    const bool is_last = nsec.next <= nsec.owner;
    if (is_last && nsec.next != zone_) continue;
    if (!(nsec.owner < name) || (!is_last && !(name < nsec.next))) continue;
    if (name.is_below(nsec.owner) && ends_zone(nsec.types)) continue;
    return &nsec;
  }
  return nullptr;
}

/// How many labels the closest encloser has: the most that the name has in common with either end of the span.
unsigned Denial::encloser_of(const Nsec& nsec, const Name& name) const noexcept {
  return std::max(name.common(nsec.owner), name.common(nsec.next));
}

bool Denial::nsec_no_name(const Name& name) const noexcept {
  // Compact denial: the name is said to have the type that stands for none (RFC 9824 §3.1).
  if (const Nsec* const at = nsec_at(name); at != nullptr) return at->types.has(kTypeNxname);
  const Nsec* const over = nsec_over(name);
  // An empty non-terminal exists.
  if (over == nullptr || over->next.is_below(name)) return false;
  const Name wildcard = name.last(encloser_of(*over, name)).wildcard();
  const Nsec* const denies = nsec_over(wildcard);
  return denies != nullptr && !denies->next.is_below(wildcard);
}

bool Denial::nsec_no_data(const Name& name, std::uint16_t type) const noexcept {
  if (const Nsec* const at = nsec_at(name); at != nullptr) return denies_type(at->types, type, name.is_root());
  const Nsec* const over = nsec_over(name);
  if (over == nullptr) return false;
  if (over->next.is_below(name)) return true;
  const Nsec* const wildcard = nsec_at(name.last(encloser_of(*over, name)).wildcard());
  return wildcard != nullptr && denies_type(wildcard->types, type, false);
}

Cut Denial::nsec_cut(const Name& name) const noexcept {
  if (const Nsec* const at = nsec_at(name); at != nullptr) {
    if (at->types.has(kTypeDs) || at->types.has(kTypeSoa)) return Cut::unknown;
    return at->types.has(kTypeNs) ? Cut::unsigned_zone : Cut::no_cut;
  }
  return nsec_over(name) != nullptr ? Cut::no_cut : Cut::unknown;
}

}  // namespace uptake::dnssec
