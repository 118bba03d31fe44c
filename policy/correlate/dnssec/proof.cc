#include "policy/correlate/dnssec/proof.h"

#include "policy/correlate/dnssec/message.h"

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

}  // namespace uptake::dnssec
