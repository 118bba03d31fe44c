#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/sources/source.h"
#include "dataplane/windows.h"
#include "dataplane/worker.h"
#include "policy/scorecard.h"

namespace uptake {

/// Results: the windows that all workers closed, added up in any order. Thread-safe.
class Results {
 public:
  void close(Window& window);
  /// Judges what only the sum over all workers can tell. Call once, before reading.
  void settle(const Engine& engine);
  /// The windows in the order of time; `span_ns` is 0 for the whole of a run. Borrows from this.
  [[nodiscard]] std::vector<WindowCard> cards(std::uint64_t span_ns) const;
  /// All windows' ledgers added up.
  [[nodiscard]] Ledger ledger() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Window> windows_;
};

/// FileRun: one pass over a source with some workers. The figures are the same for any number of them.
class FileRun {
 public:
  FileRun(const Engine& engine, ShardSet& shards, unsigned workers, Results& results, const Events* events,
          EventLog* log);

  /// Reads to the end of the source, or until `stop` is set; then ends all flows. Returns the frames delivered.
  [[nodiscard]] std::uint64_t run(Source& source, const std::atomic<bool>& stop);

 private:
  [[nodiscard]] std::uint64_t run_alone(Source& source, const std::atomic<bool>& stop);
  [[nodiscard]] std::uint64_t run_together(Source& source, const std::atomic<bool>& stop);
  void finish(Worker& worker, std::uint64_t frames, std::uint64_t chunks);

  const Engine& engine_;
  EventLog* log_;
  std::vector<std::unique_ptr<Worker>> workers_;
  PacketClock clock_;
};

}  // namespace uptake
