#include "dataplane/fragments/datagram_index.h"

namespace uptake {

std::uint32_t DatagramIndex::cheapest() const noexcept {
  const auto cost = [this](std::uint32_t i) noexcept {
    return keys_[i].state == State::free ? 0 : keys_[i].state == State::waiting ? 2 : 1;
  };
  std::uint32_t best = 0;
  for (std::uint32_t i = 1; i < size(); ++i)
    if (cost(i) < cost(best) || (cost(i) == cost(best) && keys_[i].last_use < keys_[best].last_use)) best = i;
  return best;
}

std::uint32_t DatagramIndex::oldest_waiting(std::uint32_t spared) const noexcept {
  std::uint32_t best = kNone;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (i == spared || keys_[i].state != State::waiting) continue;
    if (best == kNone || keys_[i].last_use < keys_[best].last_use) best = i;
  }
  return best;
}

}  // namespace uptake
