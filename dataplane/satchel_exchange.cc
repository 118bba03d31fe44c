#include "dataplane/satchel_exchange.h"

namespace uptake {

SatchelExchange::SatchelExchange(unsigned workers) : lanes_(workers) {
  for (Lane& lane : lanes_) {
    lane.delivered.reserve(kSatchels);
    lane.free.resize(kSatchels);
  }
}

bool SatchelExchange::put(unsigned worker, const Filed& filed, bool waits) noexcept {
  Lane& lane = lanes_[worker];
  if (lane.open && lane.open->put(filed)) return true;
  std::unique_lock lock(mutex_);
  if (!waits && lane.free.empty()) return false;
  hand_over(lane);
  freed_.wait(lock, [&] { return !lane.free.empty(); });
  lane.open = std::move(lane.free.back());
  lane.free.pop_back();
  return lane.open->put(filed);
}

/// Requires the lock.
void SatchelExchange::hand_over(Lane& lane) noexcept {
  if (lane.open) lane.delivered.push_back(*std::exchange(lane.open, std::nullopt));
  news_ = true;
  delivered_.notify_one();
}

void SatchelExchange::come_to(unsigned worker, std::uint64_t ordinal, std::uint64_t packet_ns) noexcept {
  Lane& lane = lanes_[worker];
  const std::lock_guard lock(mutex_);
  lane.ordinal = ordinal;
  lane.packet_ns = packet_ns;
  hand_over(lane);
}

void SatchelExchange::give_back(unsigned worker, Satchel satchel) {
  satchel.clear();
  const std::lock_guard lock(mutex_);
  lanes_[worker].free.push_back(std::move(satchel));
  freed_.notify_all();
}

void SatchelExchange::abandon() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  delivered_.notify_all();
}

}  // namespace uptake
