#include "policy/correlate/dnssec/known.h"

#include <cstring>

namespace uptake::dnssec {
namespace {

constexpr std::uint8_t kSha1 = 1;

}  // namespace

bool KeySet::add(const KeyView& added, const Sha256& identity) noexcept {
  const std::size_t used = count == 0 ? 0 : std::size_t{keys[count - 1U].at} + keys[count - 1U].size;
  if (count == kKeys || added.rdata.size() > kOctets - used) return false;
  std::memcpy(octets.data() + used, added.rdata.data(), added.rdata.size());
  keys[count++] = {identity, static_cast<std::uint16_t>(used), static_cast<std::uint16_t>(added.rdata.size()),
                   added.tag, added.algorithm};
  return true;
}

void DsSet::add(Bytes rdata) noexcept {
  DsView ds;
  if (!read_ds(rdata, ds) || !is_known(ds)) return;
  Ds& place = all[count < kMost ? count : 0];
  if (count == kMost || ds.digest.size() > place.digest.size()) {
    more = true;
    return;
  }
  ++count;
  place.tag = ds.tag;
  place.algorithm = ds.algorithm;
  place.digest_type = ds.digest_type;
  place.size = static_cast<std::uint8_t>(ds.digest.size());
  std::memcpy(place.digest.data(), ds.digest.data(), ds.digest.size());
}

bool DsSet::counts(const Ds& ds) const noexcept {
  if (ds.digest_type != kSha1) return true;
  for (std::size_t i = 0; i < count; ++i)
    if (all[i].digest_type != kSha1) return false;
  return true;
}

bool DsSet::is_optional() const noexcept {
  if (below_optional) return true;
  for (std::size_t i = 0; i < count; ++i)
    if (all[i].digest_type != kSha1 && !is_deprecated(all[i].algorithm)) return false;
  return !more;
}

}  // namespace uptake::dnssec
