#include "dataplane/prefix_set.h"

#include <algorithm>

namespace uptake {
namespace {

template <class Range>
Range range_of(const Prefix& prefix) {
  Range range{prefix.address.octets, prefix.address.octets};
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned kept = prefix.bits > i * 8 ? std::min(8U, prefix.bits - i * 8) : 0U;
    const auto mask = static_cast<std::uint8_t>(0xff00U >> kept);
    range.first[i] = static_cast<std::uint8_t>(range.first[i] & mask);
    range.last[i] = static_cast<std::uint8_t>(range.last[i] | static_cast<std::uint8_t>(~mask));
  }
  return range;
}

template <class Range>
void make_disjoint(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  std::size_t kept = 0;
  for (const Range& range : ranges) {
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
  for (const Prefix& prefix : prefixes)
    (prefix.address.family == Family::v4 ? v4_ : v6_).push_back(range_of<Range>(prefix));
  make_disjoint(v4_);
  make_disjoint(v6_);
}

bool PrefixSet::holds(const Address& address) const noexcept {
  const std::vector<Range>& ranges = address.family == Family::v4 ? v4_ : v6_;
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), address.octets,
                                      [](const auto& octets, const Range& range) { return octets < range.first; });
  return after != ranges.begin() && address.octets <= std::prev(after)->last;
}

}  // namespace uptake
