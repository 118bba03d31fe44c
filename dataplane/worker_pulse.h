#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "dataplane/engine.h"
#include "dataplane/pulse.h"
#include "dataplane/windows.h"

namespace uptake {

/// WorkerPulse: the Pulse of one worker: who looks on asks for it, and the worker takes it when it has the time.
class WorkerPulse {
 public:
  explicit WorkerPulse(const Engine& engine);

  /// The worker, before it closes a window: what it counted stays in the pulse.
  void close(Window& window) noexcept { closed_.add(of(window)); }
  /// The worker: somebody has asked.
  [[nodiscard]] bool wanted() const noexcept { return wanted_.load(std::memory_order_relaxed); }
  /// The worker.
  void take(Windows& windows, std::uint64_t flows) noexcept;
  /// From any thread: what was taken last; asks for the next.
  [[nodiscard]] Pulse ask() noexcept;

 private:
  [[nodiscard]] Pulse of(Window& window) const noexcept;

  const std::size_t tls_1_3_;  ///< the measure, or no_measure_
  const std::size_t no_measure_;
  Pulse closed_;  ///< of windows that are closed
  std::atomic<bool> wanted_{false};
  std::mutex mutex_;  ///< guards `taken_`
  Pulse taken_;
};

}  // namespace uptake
