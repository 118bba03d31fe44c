#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/figures.h"
#include "policy/ledger.h"
#include "policy/unread.h"

namespace uptake {

/// WindowCard: the figures of one window of packet time. `end_ns` is 0 for the whole of a run without windows.
struct WindowCard {
  std::uint64_t start_ns = 0;
  std::uint64_t end_ns = 0;
  Ledger ledger;
  LimitCounts limits{};
  UnreadCounts unread;
  const Figures* figures = nullptr;  ///< settled and merged; borrowed
};

/// ScoreCard: what a run found, ready to be rendered. Holds nothing about the run or the machine.
struct ScoreCard {
  std::string profile;            ///< name of the verdict profile
  bool directions_known = false;  ///< customer prefixes were given
  std::vector<WindowCard> windows;
};

}  // namespace uptake
