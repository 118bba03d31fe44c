#include "policy/subscriber_ties.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace uptake {
namespace {

using Octets = std::array<std::uint8_t, 16>;

/// The last address of a prefix; octets behind an IPv4 address are set too, where all of them are zero.
Octets last_of(const CustomerPrefix& prefix) {
  Octets last = prefix.address.octets;
  const std::size_t end = prefix.address.family == Family::v4 ? 32 : 128;
  for (std::size_t bit = prefix.bits; bit < end; ++bit)
    last[bit / 8] = static_cast<std::uint8_t>(last[bit / 8] | 0x80U >> bit % 8);
  return last;
}

/// The address behind this one, of which the last `end` octets count; false when there is none.
bool step(Octets& octets, std::size_t end) {
  while (end > 0)
    if (++octets[--end] != 0) return true;
  return false;
}

}  // namespace

SubscriberTies::SubscriberTies(std::vector<CustomerPrefix> prefixes) : prefixes_(std::move(prefixes)) {
  std::array<std::vector<std::uint32_t>, 2> of_family;
  std::map<std::uint32_t, std::uint32_t> first;
  for (std::uint32_t i = 0; i < prefixes_.size(); ++i) {
    first_of_line_.push_back(first.try_emplace(prefixes_[i].line, i).first->second);
    of_family[static_cast<std::size_t>(prefixes_[i].address.family)].push_back(i);
  }
  for (std::size_t family = 0; family < 2; ++family) {
    std::ranges::sort(of_family[family], [this](std::uint32_t a, std::uint32_t b) {
      const CustomerPrefix& one = prefixes_[a];
      const CustomerPrefix& other = prefixes_[b];
      return std::tie(one.address.octets, one.bits, a) < std::tie(other.address.octets, other.bits, b);
    });
    sweep(of_family[family], boundaries_[family]);
  }
}

void SubscriberTies::sweep(std::span<const std::uint32_t> of_family, std::vector<Boundary>& boundaries) const {
  std::vector<std::uint32_t> open;  // each holds those behind it
  const auto begin = [&](const Octets& at, std::uint32_t prefix) {
    if (!boundaries.empty() && boundaries.back().first == at)
      boundaries.back().prefix = prefix;
    else
      boundaries.push_back({at, prefix});
  };
  const auto end = [&] {
    Octets behind = last_of(prefixes_[open.back()]);
    const std::size_t octets = prefixes_[open.back()].address.family == Family::v4 ? 4 : 16;
    open.pop_back();
    if (step(behind, octets)) begin(behind, open.empty() ? kNobody : open.back());
  };
  for (const std::uint32_t prefix : of_family) {
    while (!open.empty() && last_of(prefixes_[open.back()]) < prefixes_[prefix].address.octets) end();
    begin(prefixes_[prefix].address.octets, prefix);
    open.push_back(prefix);
  }
  while (!open.empty()) end();
}

SubscriberTies::Owner SubscriberTies::owner_of(const Address& address) const noexcept {
  const std::vector<Boundary>& boundaries = boundaries_[static_cast<std::size_t>(address.family)];
  const auto behind = std::ranges::upper_bound(boundaries, address.octets, {}, &Boundary::first);
  if (behind == boundaries.begin()) return {};
  const std::uint32_t prefix = std::prev(behind)->prefix;
  if (prefix == kNobody) return {};
  return {true, prefixes_[prefix].tied ? &prefixes_[first_of_line_[prefix]] : nullptr};
}

}  // namespace uptake
