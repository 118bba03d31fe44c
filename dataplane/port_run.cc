#include "dataplane/port_run.h"

#include <algorithm>
#include <array>

#include "dataplane/clock.h"

namespace uptake {
namespace {

/// How long the queues must stay empty after the stop before a worker believes that they are drained: three kHeldNs.
constexpr std::uint64_t kDrainNs = 300'000'000;
/// After so long the ports are not read any more: some never fall quiet.
constexpr std::uint64_t kLongestDrainNs = 1'000'000'000;
/// No kernel holds a frame back from a waiting reader for so long: kBlockMs of interface_ring.cc is 16 ms.
constexpr std::uint64_t kHeldNs = 100'000'000;
/// How often the first worker asks whether the ports are still there.
constexpr std::uint64_t kLookNs = 200'000'000;
/// How often a worker lets the joins go on.
constexpr std::uint64_t kTellNs = 10'000'000;

}  // namespace

PortRun::PortRun(const Engine& engine, ShardSet& shards, Ports& ports, Publisher& publisher, const Events* events,
                 EventLog* log, Correlation* correlation)
    : engine_(engine), ports_(ports), publisher_(publisher), log_(log), correlation_(correlation) {
  for (unsigned i = 0; i < ports.workers(); ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    workers_.push_back(std::make_unique<Worker>(engine, shards, i, ports.workers(), publisher, events, correlation));
  }
}

std::uint64_t PortRun::received() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& lane : lanes_) sum += lane->received.load(std::memory_order_relaxed);
  return sum;
}

Pulse PortRun::pulse() const noexcept {
  Pulse sum;
  for (const auto& worker : workers_) sum.add(worker->pulse());
  return sum;
}

std::uint64_t PortRun::run(const std::atomic<bool>& stop, std::uint64_t duration_ns) {
  if (engine_.window_ns != 0 && !ports_.recorded()) publisher_.begin(clock_ns(CLOCK_REALTIME) / engine_.window_ns);
  for (const auto& worker : workers_) worker->start();
  ports_.launch([&](unsigned index) { work(index, stop, duration_ns); });
  if (reports_.empty()) reports_ = ports_.reports();
  Frame last;
  last.ordinal = received();
  for (const auto& lane : lanes_) last.packet_ns = std::max(last.packet_ns, lane->clock.now());
  last.time_ns = last.packet_ns;
  for (unsigned i = 0; i < workers_.size(); ++i) {
    workers_[i]->finish(last);
    if (log_ != nullptr) log_->deliver(i, workers_[i]->events(), kInputEnd);
  }
  if (correlation_ != nullptr) correlation_->finish();
  return received();
}

void PortRun::work(unsigned index, const std::atomic<bool>& stop, std::uint64_t duration_ns) {
  Lane& lane = *lanes_[index];
  // Durations use the monotonic clock: the clock on the wall, which stamps frames, may be set while this runs.
  const std::uint64_t start = clock_ns(CLOCK_MONOTONIC);
  const std::uint64_t end = duration_ns == 0 ? ~std::uint64_t{0} : start + duration_ns;
  std::uint64_t looked = start;
  std::uint64_t told = start;
  std::uint64_t stopped = 0;
  std::uint64_t quiet_since = 0;
  const bool live = !ports_.recorded();
  lane.watch.start(start);
  for (bool reads = true;;) {
    const std::uint64_t time = clock_ns(CLOCK_MONOTONIC);
    lane.watch.round(time);
    const std::uint64_t wall = clock_ns(CLOCK_REALTIME);
    const std::size_t count = round(index, wall, reads);
    // Packet time follows the clock when no frame comes, so that quiet windows close. It stays kHeldNs behind, for
    // frames that the kernel still holds.
    if (count == 0 && live) workers_[index]->advance(lane.clock.read(wall - kHeldNs));
    workers_[index]->look_up();
    if (correlation_ != nullptr && time - told > kTellNs) {
      told = time;
      workers_[index]->come_to(0, lane.clock.now());
    }
    if (index == 0 && time - looked > kLookNs) {
      looked = time;
      if (ports_.any_gone()) gone_.store(true, std::memory_order_relaxed);
    }
    const bool asked = stop.load(std::memory_order_relaxed) || gone_.load(std::memory_order_relaxed);
    if (stopped == 0 && !asked && time < end) continue;
    if (stopped == 0) stopped = time;
    if (reads && time - stopped > kLongestDrainNs) {
      reads = false;
      if (index == 0) reports_ = ports_.reports();
    }
    if (count > 0 || quiet_since == 0) {
      quiet_since = time;
      continue;
    }
    if (time - quiet_since > kDrainNs) lane.quiet.store(true, std::memory_order_release);
    // Another worker may still hand something over.
    if (std::all_of(lanes_.begin(), lanes_.end(),
                    [](const auto& other) { return other->quiet.load(std::memory_order_acquire); }))
      return;
  }
}

std::size_t PortRun::round(unsigned index, std::uint64_t now_ns, bool reads) {
  std::array<Received, Ports::kBurst> received;
  std::size_t sum = 0;
  if (const std::size_t count = reads ? ports_.receive(index, now_ns, received) : 0; count > 0) {
    Lane& lane = *lanes_[index];
    const std::uint64_t first = lane.received.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < count; ++i) received[i].frame.ordinal = first + i;
    lane.received.store(first + count, std::memory_order_relaxed);
    take(index, {received.data(), count}, false);
    sum += count;
  }
  if (const std::size_t count = ports_.taken_over(index, received); count > 0) {
    take(index, {received.data(), count}, true);
    sum += count;
  }
  return sum;
}

void PortRun::take(unsigned index, std::span<Received> received, bool handed_over) {
  std::array<Frame, Ports::kBurst> frames;
  std::array<Item, Ports::kBurst> items;
  std::array<std::uint16_t, Ports::kBurst> own;
  const std::size_t count = received.size();
  for (std::size_t i = 0; i < count; ++i) {
    frames[i] = received[i].frame;
    frames[i].packet_ns = lanes_[index]->clock.read(frames[i].time_ns);
  }
  decode_items(engine_, {frames.data(), count}, {items.data(), count});
  const auto workers = static_cast<unsigned>(workers_.size());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned owner = Worker::owner(items[i], workers);
    const bool mine = handed_over || owner == index || !needs_its_shard(items[i].disposition, items[i].segment);
    if (!mine && ports_.pass_on(index, owner, received[i])) {
      received[i].buffer = nullptr;
      continue;
    }
    if (!mine) items[i].disposition = Disposition::overload;
    own[kept++] = static_cast<std::uint16_t>(i);
  }
  workers_[index]->run({items.data(), count}, {own.data(), kept});
  if (log_ != nullptr)
    workers_[index]->limit(Limit::events_dropped, log_->write_unordered(workers_[index]->events()));
  ports_.release(received);
}

}  // namespace uptake
