#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "dataplane/windows.h"
#include "policy/scorecard.h"

namespace uptake {

/// Publisher: brings together what the workers counted in each window. A window that every worker has closed is
/// settled and shown to the sink, in the order of time, on a thread of its own; then its memory is used again. All
/// memory is taken at the start. Thread-safe.
class Publisher final : public ClosedWindows {
 public:
  /// Shown one window after another; what the card borrows is gone when it returns.
  using Sink = std::function<void(const WindowCard&)>;
  /// What happens while the sink is behind. Files wait for it. Ports do not: the card is dropped and counted, and a
  /// quiet time is shown window by window, where files tell it in one card.
  enum class Pace : std::uint8_t { of_sink, of_clock };

  Publisher(const Engine& engine, unsigned workers, Pace pace, Sink sink);
  ~Publisher() override;
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void close(unsigned worker, std::unique_ptr<Window>& window) override;
  void come_to(unsigned worker, std::uint64_t index) override;
  /// The first window that is shown, though nothing may be seen in it; without this call, the first with a frame.
  void begin(std::uint64_t index);
  /// Windows are held back from now on until correlated_to() lets them go.
  void expect_correlation();
  /// Adds what the correlation counted, settled, in a window that all workers have closed; if its card was dropped,
  /// nothing.
  void add(const Window& window);
  /// The correlation adds nothing to any window below `index`.
  void correlated_to(std::uint64_t index);
  /// Shows what is left; the workers have closed everything. Throws what the sink threw.
  void finish();

  /// The ledgers of all windows added up; behind finish().
  [[nodiscard]] const Ledger& ledger() const noexcept { return total_; }
  /// Values that gave up their places in the figures to others, each judged at the cost of some hundred instructions.
  [[nodiscard]] std::uint64_t displaced() const noexcept { return displaced_; }

 private:
  /// Step: what the thread does next: show a window, or tell that time went on without one.
  struct Step {
    std::unique_ptr<Window> window;  ///< or none
    std::uint64_t index = 0;         ///< of the window, or to which all workers have come
    bool behind_lost = false;        ///< cards before it were dropped
  };

  [[nodiscard]] std::uint64_t least() const noexcept;
  [[nodiscard]] Window* find(std::uint64_t index) noexcept;
  [[nodiscard]] bool may_start(unsigned worker) const noexcept;
  [[nodiscard]] bool becomes_sum(unsigned worker, std::unique_ptr<Window>& window,
                                 std::unique_lock<std::mutex>& lock);
  [[nodiscard]] bool next_step(Step& step);
  void publish();
  void pass_to(const Step& step);
  void show(Window& window);
  [[nodiscard]] WindowCard card_of(std::uint64_t index, std::uint64_t count) const noexcept;
  void give(const WindowCard& card) noexcept;

  const Engine& engine_;
  const Pace pace_;
  const Sink sink_;

  std::mutex mutex_;  ///< guards what stands from here to the empty line
  std::condition_variable changed_;
  std::vector<std::uint64_t> come_to_;  ///< by worker
  std::uint64_t correlated_ = ~std::uint64_t{0};
  std::vector<std::unique_ptr<Window>> sums_;  ///< of what the workers have closed so far; a few, in no order
  std::vector<std::unique_ptr<Window>> spare_;
  Ledger lost_;                  ///< of windows whose card was dropped
  std::uint64_t lost_from_ = 0;  ///< the first of those that were not told yet, and the one behind the last
  std::uint64_t lost_to_ = 0;
  std::optional<std::uint64_t> first_;
  bool finished_ = false;

  // The thread's own.
  std::optional<std::uint64_t> next_;  ///< the window that is shown next; none before the first
  std::uint64_t dropped_ = 0;          ///< windows that the next card says were dropped before it
  const Figures nothing_;
  Ledger total_;
  std::uint64_t displaced_ = 0;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace uptake
