#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "dataplane/correlation.h"
#include "dataplane/publisher.h"
#include "dataplane/setup.h"
#include "dataplane/worker.h"
#include "policy/refusal.h"
#include "tools/uptake/card_output.h"
#include "tools/uptake/event_output.h"
#include "tools/uptake/run_facts.h"

namespace uptake {

/// RunParts: what the frames of a run go through, and where its results go.
struct RunParts {
  const Engine& engine;
  ShardSet& shards;
  Publisher& publisher;
  Correlation* correlation;  ///< null: nobody joins anything
  EventOutput& events;
  CardOutput& cards;
};

/// Feed: where the frames of a run come from: capture files or ports. run_with() calls open() first.
class Feed {
 public:
  Feed() = default;
  virtual ~Feed() = default;
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Frames come as they are sent: nobody waits for them.
  [[nodiscard]] virtual bool live() const noexcept = 0;
  /// Opens what the user named; returns why that is not possible.
  [[nodiscard]] virtual std::optional<Refusal> open() = 0;
  [[nodiscard]] virtual unsigned workers() const noexcept = 0;
  [[nodiscard]] virtual std::size_t inputs() const noexcept = 0;
  /// Takes the key of what was opened, where that has one. Called when all outputs can be written.
  virtual void key(Setup&) {}
  /// A digest of what was opened, which comes again whenever the same is opened; empty: it cannot be opened again.
  [[nodiscard]] virtual std::string input() { return {}; }
  /// What is shown from now on may be the beginning of a window of which the rest can still be read.
  [[nodiscard]] virtual bool cut_short() const noexcept { return false; }
  /// Says what is known of the inputs before a window is shown.
  virtual void before_window(CardOutput&) {}
  /// Runs all frames; then says in `facts` what they were and how they came.
  virtual void run(const RunParts& parts, RunFacts& facts) = 0;
};

/// Runs a feed from the options to the end of the outputs. Returns an exit code; what is wrong is told in one line.
[[nodiscard]] int run_with(const RunOptions& options, Feed& feed);

}  // namespace uptake
