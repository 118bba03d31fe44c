#include "policy/correlate/dnssec/denial.h"

namespace uptake::dnssec {

bool ends_zone(const TypeBitmap& types) noexcept {
  return types.has(kTypeDname) || (types.has(kTypeNs) && !types.has(kTypeSoa));
}

bool denies_type(const TypeBitmap& types, std::uint16_t type, bool at_root) noexcept {
  if (types.has(type) || (type != kTypeCname && types.has(kTypeCname))) return false;
  // A DS is the parent's, everything else at a cut the child's.
  if (type == kTypeDs) return at_root || !types.has(kTypeSoa);
  return !types.has(kTypeNs) || types.has(kTypeSoa);
}

void Denial::add(const Name& owner, std::uint16_t type, Bytes rdata) noexcept {
  if (type == kTypeNsec) add_nsec(owner, rdata);
  if (type == kTypeNsec3) add_nsec3(owner, rdata);
}

Proof Denial::no_name(const Name& name) noexcept {
  if (nsec_no_name(name)) return Proof::proved;
  return nsec3_no_name(name);
}

Proof Denial::no_data(const Name& name, std::uint16_t type) noexcept {
  if (nsec_no_data(name, type)) return Proof::proved;
  return nsec3_no_data(name, type);
}

Proof Denial::no_closer(const Name& name, unsigned labels) noexcept {
  if (name.labels() <= labels) return Proof::none;
  const Nsec* const nsec = nsec_over(name);
  if (nsec != nullptr && !nsec->next.is_below(name) && encloser_of(*nsec, name) == labels) return Proof::proved;
  if (nsec3_count_ == 0) return Proof::none;
  if (iterations_ > HashLimits::kIterations) return Proof::insecure;
  const Nsec3* const covers = nsec3_over(name.last(labels + 1));
  if (covers != nullptr) return covers->opt_out ? Proof::insecure : Proof::proved;
  return exhausted_ ? Proof::limit : Proof::none;
}

Cut Denial::cut_at(const Name& name) noexcept {
  const Cut cut = nsec_cut(name);
  return cut != Cut::unknown ? cut : nsec3_cut(name);
}

}  // namespace uptake::dnssec
