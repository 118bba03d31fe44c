#include "policy/correlate/dnssec/nsec.h"

#include <algorithm>

namespace uptake::dnssec {
namespace {

/// How many labels the closest encloser has: the most that the name has in common with either end of the span.
unsigned enclosing_labels(const Name& owner, const Name& next, const Name& name) noexcept {
  return std::max(name.common(owner), name.common(next));
}

}  // namespace

/// next name, types (RFC 4034 §4.1)
void NsecRecords::add(const Name& owner, Bytes rdata) noexcept {
  if (count_ == kMost || !owner.is_within(zone_)) return;
  Nsec& nsec = records_[count_];
  Cursor left(rdata);
  if (!read_name(rdata, left, nsec.next)) return;
  nsec.next.to_lower();
  nsec.owner = owner;
  nsec.types = TypeBitmap(left.rest());
  if (nsec.next.is_within(zone_) && nsec.types.is_sound()) ++count_;
}

const NsecRecords::Nsec* NsecRecords::at(const Name& name) const noexcept {
  for (std::size_t i = 0; i < count_; ++i)
    if (records_[i].owner == name) return &records_[i];
  return nullptr;
}

/// A record whose span `name` lies in, and that may speak of it. The span of the last one ends at the apex.
const NsecRecords::Nsec* NsecRecords::over(const Name& name) const noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    const Nsec& nsec = records_[i];
    const bool is_last = nsec.next <= nsec.owner;
    if (is_last && nsec.next != zone_) continue;
    if (!(nsec.owner < name) || (!is_last && !(name < nsec.next))) continue;
    if (name.is_below(nsec.owner) && ends_zone(nsec.types)) continue;
    return &nsec;
  }
  return nullptr;
}

bool NsecRecords::no_name(const Name& name) const noexcept {
  // Compact denial: the name is said to have the type that stands for none (RFC 9824 §3.1).
  if (const Nsec* const own = at(name); own != nullptr) return own->types.has(kTypeNxname);
  const Nsec* const span = over(name);
  // An empty non-terminal exists.
  if (span == nullptr || span->next.is_below(name)) return false;
  const Name wildcard = name.last(enclosing_labels(span->owner, span->next, name)).wildcard();
  const Nsec* const denies = over(wildcard);
  return denies != nullptr && !denies->next.is_below(wildcard);
}

bool NsecRecords::no_data(const Name& name, std::uint16_t type) const noexcept {
  if (const Nsec* const own = at(name); own != nullptr) return denies_type(own->types, type, name.is_root());
  const Nsec* const span = over(name);
  if (span == nullptr) return false;
  if (span->next.is_below(name)) return true;
  const Nsec* const wildcard = at(name.last(enclosing_labels(span->owner, span->next, name)).wildcard());
  return wildcard != nullptr && denies_type(wildcard->types, type, false);
}

bool NsecRecords::no_closer(const Name& name, unsigned labels) const noexcept {
  const Nsec* const span = over(name);
  return span != nullptr && !span->next.is_below(name) && enclosing_labels(span->owner, span->next, name) == labels;
}

Cut NsecRecords::cut_at(const Name& name) const noexcept {
  if (const Nsec* const own = at(name); own != nullptr) {
    if (own->types.has(kTypeDs) || own->types.has(kTypeSoa)) return Cut::unknown;
    return own->types.has(kTypeNs) ? Cut::unsigned_zone : Cut::no_cut;
  }
  return over(name) != nullptr ? Cut::no_cut : Cut::unknown;
}

}  // namespace uptake::dnssec
