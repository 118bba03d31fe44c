#include "dataplane/correlation.h"

#include <algorithm>
#include <utility>

namespace uptake {

Satchel::Satchel() {
  items_.reserve(kItems);
  octets_.reserve(kBytes);
}

/// Within what was reserved, so that earlier copies stay where they are.
Bytes Satchel::copy(Bytes bytes) noexcept {
  const std::size_t at = octets_.size();
  octets_.insert(octets_.end(), bytes.begin(), bytes.end());
  return {octets_.data() + at, bytes.size()};
}

bool Satchel::put(const Filed& filed) noexcept {
  const std::size_t wanted = filed.bytes.size() + filed.about.subject.name.size();
  if (items_.size() == kItems || wanted > kBytes - octets_.size()) return false;
  Filed& own = items_.emplace_back(filed);
  own.bytes = copy(filed.bytes);
  own.about.subject.name = copy(filed.about.subject.name);
  return true;
}

void Satchel::clear() noexcept {
  items_.clear();
  octets_.clear();
}

Correlation::Correlation(const Engine& engine, std::span<const CorrelatorRow> rows, unsigned workers,
                         Publisher& publisher, Pace pace)
    : pace_(pace),
      inline_(workers == 1),
      run_(engine, rows, publisher),
      lanes_(inline_ ? 0 : workers),
      order_(workers),
      packet_ns_(workers) {
  if (inline_) return;
  for (Lane& lane : lanes_) {
    lane.delivered.reserve(kSatchels);
    lane.free.resize(kSatchels);
  }
  thread_ = std::thread([this] { work(); });
}

Correlation::~Correlation() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::uint64_t Correlation::file(unsigned worker, std::span<const Exhibit> exhibits, std::span<const Subject> subjects,
                                std::uint8_t shard) noexcept {
  std::uint64_t dropped = 0;
  for (const Exhibit& exhibit : exhibits) {
    const Subject& subject = subjects[exhibit.subject];
    const std::uint64_t ordinal = pace_ == Pace::of_clock ? exhibit.packet_ns : subject.ordinal;
    const Filed filed{{subject, exhibit.packet_ns}, exhibit.bytes, exhibit.value, ordinal, exhibit.kind, shard};
    if (inline_) {
      run_.file(filed);
    } else if (!put(lanes_[worker], filed)) {
      ++dropped;
    }
  }
  return dropped;
}

/// Waits for a satchel, or, by the clock, gives up. Who waits has delivered all that he has: the joins take it as
/// soon as the others have come as far, and those do not wait for him.
bool Correlation::put(Lane& lane, const Filed& filed) noexcept {
  if (lane.open && lane.open->put(filed)) return true;
  std::unique_lock lock(mutex_);
  if (pace_ == Pace::of_clock && lane.free.empty()) return false;
  hand_over(lane);
  freed_.wait(lock, [&] { return !lane.free.empty(); });
  lane.open = std::move(lane.free.back());
  lane.free.pop_back();
  return lane.open->put(filed);
}

/// Under the lock.
void Correlation::hand_over(Lane& lane) noexcept {
  if (lane.open) lane.delivered.push_back(*std::exchange(lane.open, std::nullopt));
  news_ = true;
  changed_.notify_one();
}

void Correlation::come_to(unsigned worker, std::uint64_t ordinal, std::uint64_t packet_ns) noexcept {
  const bool ended = ordinal == kInputEnd;
  if (inline_) {
    if (!ended) run_.advance(packet_ns);
    return;
  }
  Lane& lane = lanes_[worker];
  const std::lock_guard lock(mutex_);
  lane.ordinal = ended || pace_ == Pace::of_joins ? ordinal : packet_ns;
  lane.packet_ns = ended ? kInputEnd : packet_ns;
  hand_over(lane);
}

void Correlation::finish() {
  if (inline_) return run_.finish();
  if (thread_.joinable()) thread_.join();
}

void Correlation::work() noexcept {
  while (collect()) {
    order_.hand_on([this](const Filed& filed) { run_.file(filed); },
                   [this](unsigned worker, Satchel satchel) { give_back(worker, std::move(satchel)); });
    const std::uint64_t packet_ns = least_packet_ns();
    if (packet_ns == kInputEnd) return run_.finish();
    run_.advance(packet_ns);
  }
}

/// Waits for what the workers deliver. False when nobody is interested any more.
bool Correlation::collect() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return news_ || abandoned_; });
  news_ = false;
  for (unsigned i = 0; i < lanes_.size(); ++i) {
    Lane& lane = lanes_[i];
    for (Satchel& satchel : lane.delivered) order_.deliver(i, std::move(satchel), {});
    lane.delivered.clear();
    order_.come_to(i, {lane.ordinal, lane.packet_ns});
    packet_ns_[i] = lane.packet_ns;
  }
  return !abandoned_;
}

/// Nothing that is still to be handed on is older. kInputEnd: there is nothing.
std::uint64_t Correlation::least_packet_ns() const noexcept {
  std::uint64_t least = kInputEnd;
  for (unsigned i = 0; i < packet_ns_.size(); ++i) {
    const Filed* const waiting = order_.waiting(i);
    least = std::min(least, waiting != nullptr ? waiting->about.packet_ns : packet_ns_[i]);
  }
  return least;
}

void Correlation::give_back(unsigned worker, Satchel satchel) {
  satchel.clear();
  const std::lock_guard lock(mutex_);
  lanes_[worker].free.push_back(std::move(satchel));
  freed_.notify_all();
}

std::unique_ptr<Correlation> start_correlation(const Engine& engine, std::span<const CorrelatorRow> rows,
                                               unsigned workers, Publisher& publisher, Correlation::Pace pace) {
  if (rows.empty()) return nullptr;
  return std::make_unique<Correlation>(engine, rows, workers, publisher, pace);
}

}  // namespace uptake
