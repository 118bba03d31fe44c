#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "dataplane/in_order.h"
#include "dataplane/join_run.h"
#include "dataplane/satchel.h"
#include "dataplane/satchel_exchange.h"

namespace uptake {

/// Correlation: brings the Exhibits of all workers into one order and runs the correlators over them: on the worker's
/// thread when there is one worker, else on a thread of its own. Thread-safe.
class Correlation {
 public:
  /// What happens while the joins are behind the workers. Files wait for them. Ports do not: Exhibits are dropped.
  enum class Pace : std::uint8_t { of_joins, of_clock };

  /// `events` and `log` are borrowed; nullptr: nobody asks for events.
  Correlation(const Engine& engine, std::span<const CorrelatorRow> rows, unsigned workers, Publisher& publisher,
              Pace pace, const Events* events = nullptr, EventLog* log = nullptr);
  /// Ends the thread, also when the workers never came to the end.
  ~Correlation();
  Correlation(const Correlation&) = delete;
  Correlation& operator=(const Correlation&) = delete;

  /// Kinds that somebody wants, an octet each.
  [[nodiscard]] std::span<const std::uint8_t> wanted() const noexcept { return run_.wanted(); }
  /// Takes what `worker` noted since its last call; `shard` as Filed has it. Returns how many were dropped.
  [[nodiscard]] std::uint64_t file(unsigned worker, std::span<const Exhibit> exhibits,
                                   std::span<const Subject> subjects, std::uint8_t shard) noexcept;
  /// `worker` has come so far: what it files later has at least this ordinal and this packet time, and it has closed
  /// the windows that ended before. kInputEnd: it files nothing more and has closed everything. Never waits.
  void come_to(unsigned worker, std::uint64_t ordinal, std::uint64_t packet_ns) noexcept;
  /// Returns when all is counted. All workers have come to kInputEnd.
  void finish();

 private:
  void work() noexcept;
  [[nodiscard]] bool collect();
  [[nodiscard]] std::uint64_t least_packet_ns() const noexcept;
  [[nodiscard]] std::uint64_t least_ordinal() const noexcept;

  const Pace pace_;
  const bool inline_;
  JoinRun run_;
  SatchelExchange exchange_;

  // The thread's own.
  InOrder<Satchel> order_;
  std::vector<std::uint64_t> packet_ns_;  ///< that each worker has come to
  std::vector<std::uint64_t> ordinals_;   ///< the same
  std::thread thread_;
};

/// The correlation of a run; nullptr when there are no correlators: then nothing is shown, copied or waited for.
[[nodiscard]] std::unique_ptr<Correlation> start_correlation(const Engine& engine,
                                                             std::span<const CorrelatorRow> rows, unsigned workers,
                                                             Publisher& publisher, Correlation::Pace pace,
                                                             const Events* events = nullptr, EventLog* log = nullptr);

}  // namespace uptake
