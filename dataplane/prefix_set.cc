#include "dataplane/prefix_set.h"

#include <algorithm>

namespace uptake {
namespace {

AddressRange range_of(const Prefix& prefix) {
  AddressRange range{prefix.address.octets, prefix.address.octets};
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned kept = prefix.bits > i * 8 ? std::min(8U, prefix.bits - i * 8) : 0U;
    const auto mask = static_cast<std::uint8_t>(0xff00U >> kept);
    range.first[i] = static_cast<std::uint8_t>(range.first[i] & mask);
    range.last[i] = static_cast<std::uint8_t>(range.last[i] | static_cast<std::uint8_t>(~mask));
  }
  return range;
}

void make_disjoint(std::vector<AddressRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const AddressRange& a, const AddressRange& b) { return a.first < b.first; });
  std::size_t kept = 0;
  for (const AddressRange& range : ranges) {
    // Prefixes nest or are disjoint, so an overlap means that the earlier one holds the later one.
    if (kept > 0 && range.first <= ranges[kept - 1].last) {
      ranges[kept - 1].last = std::max(ranges[kept - 1].last, range.last);
      continue;
    }
    ranges[kept++] = range;
  }
  ranges.resize(kept);
}

}  // namespace

PrefixSet::PrefixSet(const std::vector<Prefix>& prefixes) {
  for (const Prefix& prefix : prefixes) (prefix.address.family == Family::v4 ? v4_ : v6_).push_back(range_of(prefix));
  make_disjoint(v4_);
  make_disjoint(v6_);
}

}  // namespace uptake
