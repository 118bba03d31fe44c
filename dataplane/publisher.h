#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "dataplane/window_cards.h"
#include "dataplane/window_gathering.h"
#include "dataplane/windows.h"

namespace uptake {

/// Publisher: brings together what the workers counted in each window. A window that every worker has closed is
/// settled and shown to the sink, in the order of time, on a thread of its own; then its memory is used again.
/// Thread-safe.
class Publisher final : public ClosedWindows {
 public:
  using Sink = WindowCards::Sink;
  /// While the sink is behind, files wait for it. Ports do not: the card is dropped and counted. A quiet time is
  /// shown by ports window by window, where files tell it in one card.
  using Pace = WindowGathering::Pace;

  Publisher(const Engine& engine, unsigned workers, Pace pace, Sink sink);
  ~Publisher() override;
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void close(unsigned worker, std::unique_ptr<Window>& window) override { gathering_.close(worker, window); }
  void come_to(unsigned worker, std::uint64_t index) override { gathering_.come_to(worker, index); }
  /// The first window that is shown, though nothing may be seen in it; without this call, the first with a frame.
  void begin(std::uint64_t index) { gathering_.begin(index); }
  /// Windows are held back from now on until correlated_to() lets them go.
  void expect_correlation() { gathering_.expect_correlation(); }
  /// Adds what the correlation counted, settled, in a window that all workers have closed; if its card was dropped,
  /// nothing.
  void add(const Window& window) { gathering_.add(window); }
  /// The correlation adds nothing to any window below `index`.
  void correlated_to(std::uint64_t index) { gathering_.correlated_to(index); }
  /// Shows what is left; the workers have closed everything. Throws what the sink threw.
  void finish();

  /// The ledgers of all windows added up; behind finish().
  [[nodiscard]] const Ledger& ledger() const noexcept { return total_; }
  /// Windows at the end whose cards were dropped, and behind which no card came to tell of them; behind finish().
  [[nodiscard]] std::uint64_t untold() const noexcept { return untold_; }
  /// Values that gave up their places in the figures to others, each judged at the cost of some hundred instructions.
  [[nodiscard]] std::uint64_t displaced() const noexcept { return cards_.displaced(); }

 private:
  void publish();

  WindowGathering gathering_;
  WindowCards cards_;  ///< the thread's own, until it has ended
  Ledger total_;
  std::uint64_t untold_ = 0;
  std::thread thread_;
};

}  // namespace uptake
