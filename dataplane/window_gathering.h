#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "dataplane/lost_windows.h"
#include "dataplane/windows.h"

namespace uptake {

/// WindowGathering: adds up what the workers and the correlation counted in each window, and gives it out once all
/// have closed it, in the order of time. All memory is taken when it is made. Thread-safe.
class WindowGathering {
 public:
  /// What happens while no memory is left, because the sink is behind. Files wait. Ports do not: the window is lost.
  enum class Pace : std::uint8_t { of_sink, of_clock };
  /// Step: what can be shown next: a window, or that time went on without one.
  struct Step {
    std::unique_ptr<Window> window;  ///< or none
    std::uint64_t index = 0;         ///< of the window, or to which all workers have come
    bool behind_lost = false;        ///< windows before it were lost
  };

  WindowGathering(const Engine& engine, unsigned workers, Pace pace);

  /// See Publisher.
  void begin(std::uint64_t index);
  void expect_correlation();
  void add(const Window& window);
  void correlated_to(std::uint64_t index);
  /// See ClosedWindows.
  void close(unsigned worker, std::unique_ptr<Window>& window);
  void come_to(unsigned worker, std::uint64_t index);
  /// All have closed everything.
  void finish();
  /// Nobody closes any more: take() gives out what can be, and waits no longer.
  void abandon();

  /// Waits for the next step; false at the end. Every window below `next` has been shown; it is set where the first
  /// is known. By the clock windows that pass without a frame are a step of their own.
  [[nodiscard]] bool take(Step& step, std::optional<std::uint64_t>& next);
  /// Takes back a window that was given out, to be used again.
  void give_back(std::unique_ptr<Window> window);
  /// Of the windows that were lost; behind finish().
  [[nodiscard]] const LostWindows& lost() const noexcept { return lost_; }

 private:
  [[nodiscard]] std::uint64_t least() const noexcept;
  [[nodiscard]] Window* find(std::uint64_t index) noexcept;
  [[nodiscard]] bool may_start(unsigned worker) const noexcept;
  [[nodiscard]] bool becomes_sum(unsigned worker, std::unique_ptr<Window>& window,
                                 std::unique_lock<std::mutex>& lock);

  const bool one_window_;  ///< for the whole run
  const Pace pace_;
  std::mutex mutex_;  ///< guards all that follows
  std::condition_variable changed_;
  std::vector<std::uint64_t> come_to_;  ///< by worker
  std::uint64_t correlated_ = ~std::uint64_t{0};
  std::vector<std::unique_ptr<Window>> sums_;  ///< of what the workers have closed so far; a few, in no order
  std::vector<std::unique_ptr<Window>> spare_;
  LostWindows lost_;
  std::optional<std::uint64_t> first_;
  bool finished_ = false;
};

}  // namespace uptake
