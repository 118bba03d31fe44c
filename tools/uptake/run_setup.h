#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/event_log.h"
#include "dataplane/publisher.h"
#include "dataplane/sources/filter.h"
#include "dataplane/sources/port.h"
#include "dataplane/sources/source.h"
#include "dataplane/worker.h"
#include "policy/correlate/correlators.h"
#include "policy/report/events.h"
#include "policy/subscriber_ties.h"
#include "tools/uptake/card_output.h"
#include "tools/uptake/event_file.h"
#include "tools/uptake/failure.h"
#include "tools/uptake/output.h"

namespace uptake {

/// Where the key comes from unless a key file is given: files have one made of what is in them, ports a fresh one.
enum class KeyDefault : std::uint8_t { of_input, fresh };

/// RunSetup: everything that a run needs before its first frame, made from the options; owns what Engine borrows.
class RunSetup {
 public:
  RunSetup(const RunOptions& options, KeyDefault key, std::uint64_t default_flows);

  /// Why the run cannot start.
  [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }
  [[nodiscard]] const Engine& engine() const noexcept { return *engine_; }
  /// The key that was made of the input. Before the engine is used.
  void take_key(const Digests::Key& key);
  [[nodiscard]] const Catalogue& catalogue() const noexcept { return *catalogue_; }
  [[nodiscard]] const Profile& profile() const noexcept { return *profile_; }
  [[nodiscard]] const Registry& registry() const noexcept { return registry_; }

 private:
  void load(const RunOptions& options, KeyDefault key, std::uint64_t default_flows);
  [[nodiscard]] std::optional<Failure> load_profile(const std::string& name);
  [[nodiscard]] std::optional<Failure> load_key(const std::string& file, KeyDefault key);

  Registry registry_{dissectors(), fact_rows(correlators())};
  std::optional<Profile> own_profile_;
  const Profile* profile_ = nullptr;
  std::unique_ptr<Catalogue> catalogue_;
  std::optional<Digests> digests_;
  PrefixSet customers_;
  SubscriberTies ties_;
  PrefixSet nat64_;
  std::unique_ptr<Filter> filter_;
  std::unique_ptr<Engine> engine_;
  std::optional<Failure> failure_;
};

/// EventOutput: the events of a run on their way to a file, when they were asked for.
class EventOutput {
 public:
  EventOutput(const RunOptions& options, const Registry& registry, unsigned workers, EventFile::Pace pace);
  [[nodiscard]] const Events* events() const noexcept { return events_.get(); }
  [[nodiscard]] EventLog* log() const noexcept { return log_.get(); }
  /// Why the file cannot be written, as far as that is known.
  [[nodiscard]] std::optional<Failure> failure() const;
  /// The file was given another name; events go on in a new one.
  void reopen() noexcept {
    if (file_) file_->reopen();
  }
  /// Ends the file; why that failed, if it did.
  [[nodiscard]] std::optional<Failure> close();

 private:
  std::unique_ptr<Events> events_;
  std::unique_ptr<EventFile> file_;
  std::unique_ptr<EventLog> log_;
};

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
  std::vector<Damage> damages;
  std::vector<std::string> notes;
  bool interrupted = false;  ///< by a signal, before the end of the input

  /// What the run took since `start`; behind Publisher::finish().
  void measure(std::chrono::steady_clock::time_point start, const ShardSet& shards, const Publisher& publisher);
};

/// Why an output of the run cannot be written: known before any work is done.
[[nodiscard]] std::optional<Failure> first_failure(const RunOptions& options, const EventOutput& events);

/// Ends the outputs. Returns the exit code: the worst of ledger, loss, damage and output.
[[nodiscard]] int conclude(const RunOptions& options, const Ledger& ledger, const RunFacts& facts, CardOutput& cards,
                           EventOutput& events);

}  // namespace uptake
