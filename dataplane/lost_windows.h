#pragma once

#include <algorithm>
#include <cstdint>

#include "policy/ledger.h"

namespace uptake {

/// LostWindows: windows whose cards were dropped, for there was no memory to add them up in: their ledgers, and the
/// span of those that no card has told of yet.
class LostWindows {
 public:
  void add(std::uint64_t index) noexcept {
    if (from_ == to_) from_ = index;
    to_ = std::max(to_, index + 1);
  }
  void add(const Ledger& ledger) noexcept { ledger_.add(ledger); }
  /// `index` lies in the span, or before it: whoever comes late to it is lost, too.
  [[nodiscard]] bool reach(std::uint64_t index) const noexcept { return index < to_; }
  [[nodiscard]] bool any_before(std::uint64_t index) const noexcept { return from_ < std::min(index, to_); }
  /// Windows from `index` on that no card has told of.
  [[nodiscard]] std::uint64_t untold_from(std::uint64_t index) const noexcept {
    return to_ - std::min(std::max(from_, index), to_);
  }
  /// Every window below `index` has been told of.
  void told_to(std::uint64_t index) noexcept {
    if (index >= to_) from_ = to_ = 0;
  }
  /// Of all of them, told of or not.
  [[nodiscard]] const Ledger& ledger() const noexcept { return ledger_; }

 private:
  Ledger ledger_;
  std::uint64_t from_ = 0;
  std::uint64_t to_ = 0;  ///< behind the last
};

}  // namespace uptake
