#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/sources/source.h"
#include "dataplane/windows.h"
#include "dataplane/worker.h"

namespace uptake {

/// FileRun: one pass over a source with some workers. The figures are the same for any number of them.
class FileRun {
 public:
  FileRun(const Engine& engine, ShardSet& shards, unsigned workers, ClosedWindows& closed, const Events* events,
          EventLog* log, Correlation* correlation = nullptr);

  /// Reads to the end of the source, or until `stop` is set; then ends all flows. Returns the frames delivered.
  [[nodiscard]] std::uint64_t run(Source& source, const std::atomic<bool>& stop);
  /// What was counted so far; callable from another thread.
  [[nodiscard]] Pulse pulse() const noexcept;

 private:
  [[nodiscard]] std::uint64_t run_alone(Source& source, const std::atomic<bool>& stop);
  [[nodiscard]] std::uint64_t run_together(Source& source, const std::atomic<bool>& stop);
  void finish(unsigned index, std::uint64_t frames);

  const Engine& engine_;
  EventLog* log_;
  Correlation* correlation_;
  std::vector<std::unique_ptr<Worker>> workers_;
  PacketClock clock_;
};

}  // namespace uptake
