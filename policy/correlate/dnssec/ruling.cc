#include "policy/correlate/dnssec/ruling.h"

#include <algorithm>

namespace uptake::dnssec {

std::uint64_t Keys::id() const noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += sets[i]->id;
  return sum;
}

bool Keys::is_optional() const noexcept {
  return std::all_of(sets.begin(), sets.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const KeySet* set) { return set->optional; });
}

bool Above::is_optional() const noexcept {
  return std::all_of(sets.begin(), sets.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const DsSet* set) { return set->is_optional(); });
}

bool Above::has_signed() const noexcept {
  return std::any_of(sets.begin(), sets.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const DsSet* set) { return set->count != 0 || set->more; });
}

bool Above::insecure() const noexcept { return !has_signed() && (is_unsigned || count != 0); }

}  // namespace uptake::dnssec
