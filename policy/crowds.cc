#include "policy/crowds.h"

#include <algorithm>

namespace uptake {

void Gate::add(std::span<const std::uint64_t> seen) noexcept {
  for (const std::uint64_t digest : seen) {
    if (open()) return;
    const auto end = digests.begin() + static_cast<std::ptrdiff_t>(count);
    if (std::find(digests.begin(), end, digest) == end) digests[count++] = digest;
  }
}

void Crowd::add(const Crowd& other) noexcept {
  gate.add(std::span(other.gate.digests).first(other.gate.count));
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] += other.groups[i];
}

}  // namespace uptake
