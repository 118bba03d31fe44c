#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>

#include "dataplane/window_gathering.h"
#include "policy/scorecard.h"

namespace uptake {

/// WindowCards: settles the windows of a run, makes cards of them and shows those to the sink, one after another.
/// Used by one thread.
class WindowCards {
 public:
  /// What the card borrows is gone when it returns.
  using Sink = std::function<void(const WindowCard&)>;

  WindowCards(const Engine& engine, WindowGathering::Pace pace, Sink sink);

  /// Shows a window, or the time that passed without one.
  void show(const WindowGathering::Step& step);
  /// The window that is shown next; none before the first.
  [[nodiscard]] std::optional<std::uint64_t>& next() noexcept { return next_; }

  /// Windows that were dropped and that no card behind them has told of.
  [[nodiscard]] std::uint64_t untold() const noexcept { return dropped_; }
  /// The ledgers of all windows that were shown, added up.
  [[nodiscard]] const Ledger& ledger() const noexcept { return total_; }
  /// See Publisher.
  [[nodiscard]] std::uint64_t displaced() const noexcept { return displaced_; }
  /// What the sink threw. It is not called again then, but windows are taken and counted all the same.
  [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }

 private:
  void pass_to(std::uint64_t index, bool behind_lost);
  void show(Window& window);
  [[nodiscard]] WindowCard card_of(std::uint64_t index, std::uint64_t count) const noexcept;
  void give(const WindowCard& card) noexcept;

  const Engine& engine_;
  const WindowGathering::Pace pace_;
  const Sink sink_;
  std::optional<std::uint64_t> next_;
  std::uint64_t dropped_ = 0;  ///< windows that the next card says were dropped before it
  const Figures nothing_;
  Ledger total_;
  std::uint64_t displaced_ = 0;
  std::exception_ptr failure_;
};

}  // namespace uptake
