#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/publisher.h"
#include "dataplane/sources/port.h"
#include "dataplane/sources/source.h"
#include "dataplane/worker.h"
#include "tools/uptake/card_output.h"
#include "tools/uptake/event_output.h"
#include "tools/uptake/options.h"
#include "tools/uptake/store_output.h"

namespace uptake {

/// LoopFacts: what a worker's loop got of its core.
struct LoopFacts {
  unsigned core = 0;
  double of_core = 1;
  std::uint64_t longest_pause_ns = 0;
  bool too_little = false;
};

/// RunFacts: what a run was, apart from what it found.
struct RunFacts {
  std::vector<std::string> inputs;
  std::uint64_t frames = 0;
  std::vector<PortReport> ports;  ///< live: with what they lost before uptake saw it
  std::vector<LoopFacts> loops;   ///< live
  double seconds = 0;
  unsigned workers = 1;
  std::size_t flow_bytes = 0;
  std::size_t flow_capacity = 0;
  std::size_t pool_bytes = 0;
  std::uint64_t values_displaced = 0;  ///< Publisher::displaced()
  std::uint64_t cards_dropped = 0;     ///< Publisher::untold()
  std::vector<Damage> damages;
  std::uint64_t lost_before = 0;  ///< frames that the files say were lost before they were written
  std::vector<std::string> notes;
  std::string records;       ///< what options.records_file is to hold
  bool interrupted = false;  ///< by a signal, before the end of the input

  /// What the run took since `start`; behind Publisher::finish().
  void measure(std::chrono::steady_clock::time_point start, const ShardSet& shards, const Publisher& publisher);
};

/// Ends the outputs. Returns the exit code: the worst of ledger, loss, damage and output.
[[nodiscard]] int conclude(const RunOptions& options, const Ledger& ledger, const RunFacts& facts, CardOutput& cards,
                           StoreOutput& store, EventOutput& events);

}  // namespace uptake
