#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/loop_watch.h"
#include "dataplane/publisher.h"
#include "dataplane/sources/port.h"
#include "dataplane/worker.h"

namespace uptake {

/// PortRun: the workers behind DPDK ports, each on its own core, until `stop` is set, the time is over or a port goes
/// away.
class PortRun {
 public:
  PortRun(const Engine& engine, ShardSet& shards, Ports& ports, Publisher& publisher, const Events* events,
          EventLog* log, Correlation* correlation = nullptr);

  /// Returns the frames received, after what was still queued has been drained and all flows have ended. A port that
  /// never falls quiet is read for another second.
  [[nodiscard]] std::uint64_t run(const std::atomic<bool>& stop, std::uint64_t duration_ns);
  /// What was counted so far; callable from another thread.
  [[nodiscard]] Pulse pulse() const noexcept;
  /// Frames so far; callable from another thread.
  [[nodiscard]] std::uint64_t received() const noexcept;
  /// How the ports fared while they were read; known when run() returns.
  [[nodiscard]] const std::vector<PortReport>& reports() const noexcept { return reports_; }
  /// What a worker's loop got of its core so far; callable from another thread.
  [[nodiscard]] LoopWatch::Share share(unsigned worker) const noexcept { return lanes_[worker]->watch.share(); }

 private:
  struct alignas(64) Lane {
    std::atomic<std::uint64_t> received{0};
    std::atomic<bool> quiet{false};
    PacketClock clock;
    LoopWatch watch;
  };
  void work(unsigned index, const std::atomic<bool>& stop, std::uint64_t duration_ns);
  std::size_t round(unsigned index, std::uint64_t now_ns, bool reads);
  void take(unsigned index, std::span<Received> received, bool handed_over);

  const Engine& engine_;
  Ports& ports_;
  Publisher& publisher_;
  EventLog* log_;
  Correlation* correlation_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<PortReport> reports_;  ///< the first worker's, and before it returns nobody else's
  std::atomic<bool> gone_{false};    ///< a port went away
};

}  // namespace uptake
