#pragma once

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include "dataplane/packet_clock.h"
#include "dataplane/sources/port.h"
#include "dataplane/worker.h"
#include "policy/catalogue/catalogue.h"
#include "policy/tally.h"
#include "tests/bench/preload.h"

namespace uptake::bench {

inline double cpu_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// How far a packet is taken.
enum Step : unsigned { kReceive, kDecode, kRun };
constexpr std::size_t kSteps = 3;

/// Costs: ns a packet up to each Step; the best of several rounds, each by itself.
struct Costs {
  std::array<double, kSteps> best;
  Costs() noexcept { best.fill(std::numeric_limits<double>::infinity()); }
  [[nodiscard]] double decode() const noexcept { return best[kDecode] - best[kReceive]; }
  [[nodiscard]] double own() const noexcept { return best[kRun] - best[kDecode]; }
  void take(std::array<double, kSteps> ns, double packets) noexcept {
    for (std::size_t s = 0; s < kSteps; ++s) best[s] = std::min(best[s], ns[s] / packets);
  }
};

inline const Registry& registry() {
  static const Registry kRegistry(dissectors());
  return kRegistry;
}
inline const Catalogue& catalogue() {
  static const Catalogue kCatalogue = standard_catalogue(registry());
  return kCatalogue;
}
inline Engine engine_for(std::uint64_t max_flows) {
  static const Digests digests = Digests::published();
  static const PrefixSet customers;
  const FlowHash hash({0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0});
  return {.registry = registry(),
          .catalogue = catalogue(),
          .digests = digests,
          .customers = customers,
          .hash = hash,
          .subscriber = {},
          .max_flows = max_flows};
}

/// Bench: one worker with its tables, behind the port.
class Bench final : public ClosedWindows {
 public:
  Bench(Ports& ports, std::uint64_t max_flows, std::uint64_t step_ns)
      : ports_(ports),
        engine_(engine_for(max_flows)),
        shards_(engine_),
        worker_(engine_, shards_, 0, 1, *this, nullptr),
        step_ns_(step_ns) {
    worker_.start();
  }

  /// Takes frames [from, to) of `frames` as far as `step`; the CPU time of it.
  double pass(const Preload& frames, std::size_t from, std::size_t to, Step step);
  /// Ends the run; then ledger and counts tell what was done.
  void finish() {
    Frame last;
    last.packet_ns = last.time_ns = now_ns_;
    worker_.finish(last);
  }
  [[nodiscard]] const ShardSet& shards() const noexcept { return shards_; }
  [[nodiscard]] std::uint64_t ran() const noexcept { return ran_; }
  [[nodiscard]] std::uint64_t ended(Disposition how) const noexcept {
    return ledger_.ended[static_cast<std::size_t>(how)];
  }
  [[nodiscard]] std::uint64_t limited(Limit which) const noexcept { return limits_[static_cast<std::size_t>(which)]; }
  [[nodiscard]] const Counts& tls_1_3() const noexcept { return tls_1_3_; }

  void close(unsigned, std::unique_ptr<Window>& window) override {
    ledger_ = window->ledger;
    limits_ = window->limits;
    tls_1_3_ = window->figures.tally().total(catalogue().find("tls.version.1_3", Unit::connections));
  }
  void come_to(unsigned, std::uint64_t) override {}

 private:
  void burst(const Preload& frames, std::size_t at, std::span<Received> received, Step step);

  Ports& ports_;
  Engine engine_;
  ShardSet shards_;
  Worker worker_;
  PacketClock clock_;
  std::uint64_t now_ns_ = 1'700'000'000'000'000'000ULL;
  std::uint64_t step_ns_;
  std::uint64_t ran_ = 0;
  Ledger ledger_;
  LimitCounts limits_{};
  Counts tls_1_3_;
};

inline double Bench::pass(const Preload& frames, std::size_t from, std::size_t to, Step step) {
  std::array<Received, Ports::kBurst> received;
  const double start = cpu_ns();
  while (from < to) {
    if (step == kRun) now_ns_ += step_ns_ * Ports::kBurst;
    const std::size_t most = std::min(to - from, Ports::kBurst);
    const std::size_t count = ports_.receive(0, now_ns_, {received.data(), most});
    if (step != kReceive) burst(frames, from, {received.data(), count}, step);
    ports_.release({received.data(), count});
    from += count;
  }
  return cpu_ns() - start;
}

/// As PortRun::take, but for the frame's bytes.
inline void Bench::burst(const Preload& frames, std::size_t at, std::span<Received> received, Step step) {
  std::array<Frame, Ports::kBurst> burst;
  std::array<Item, Ports::kBurst> items;
  std::array<std::uint16_t, Ports::kBurst> own;
  const std::size_t count = received.size();
  for (std::size_t i = 0; i < count; ++i) {
    burst[i] = frames.frame(at + i);
    burst[i].time_ns = received[i].frame.time_ns;
    burst[i].ordinal = ran_ + i;
    burst[i].packet_ns = clock_.read(burst[i].time_ns);
    own[i] = static_cast<std::uint16_t>(i);
  }
  decode_items(engine_, {burst.data(), count}, {items.data(), count});
  asm volatile("" : : "r"(items.data()) : "memory");
  if (step != kRun) return;
  worker_.run({items.data(), count}, {own.data(), count});
  ran_ += count;
}

/// Every step over the same frames, in turn, so that each finds them equally warm.
inline std::array<double, kSteps> all_steps(Bench& bench, const Preload& frames, std::size_t from, std::size_t to) {
  std::array<double, kSteps> ns{};
  for (const Step step : {kReceive, kDecode, kRun}) ns[step] = bench.pass(frames, from, to, step);
  return ns;
}

inline void add(std::array<double, kSteps>& sum, const std::array<double, kSteps>& more) {
  for (std::size_t s = 0; s < kSteps; ++s) sum[s] += more[s];
}

}  // namespace uptake::bench
