#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/figures.h"
#include "policy/ledger.h"
#include "policy/unread.h"

namespace uptake {

/// WindowCard: the figures of one window of packet time. `end_ns` is 0 for the whole of a run without windows.
/// Windows in a row without a frame share one card.
struct WindowCard {
  std::uint64_t start_ns = 0;
  std::uint64_t end_ns = 0;
  std::uint64_t empty_windows = 0;  ///< how many those are; 0: one window, with frames
  Ledger ledger;
  LimitCounts limits{};
  UnreadCounts unread;
  const Figures* figures = nullptr;  ///< settled and merged; borrowed
};

/// ScoreCard: what a run found, ready to be rendered. Holds nothing about the run or the machine. While a run goes on
/// its windows are rendered one by one, and stand beside the card.
struct ScoreCard {
  std::string profile;            ///< name of the verdict profile
  bool directions_known = false;  ///< customer prefixes were given
  std::vector<WindowCard> windows;
  bool interrupted = false;  ///< the input was not read to its end
};

}  // namespace uptake
