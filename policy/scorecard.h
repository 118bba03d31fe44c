#pragma once

#include <cstdint>
#include <optional>
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

/// Label: what the user says of a run: operator=ISP-A. Plain text of one line.
struct Label {
  std::string key;
  std::string value;
};

/// InputDamage: what stood behind `offset` in one of the inputs could not be read.
struct InputDamage {
  std::uint64_t input = 0;  ///< its number, from 1; names stay out of the card
  std::uint64_t offset = 0;
  std::string what;
};

/// CardPort: a port, and the frames that it dropped before uptake saw them; nothing when the port does not say.
struct CardPort {
  std::string port;
  std::optional<std::uint64_t> lost;
};

/// ScoreCard: what a run found, ready to be rendered. Holds nothing about the machine. While a run goes on its
/// windows are rendered one by one, and stand beside the card.
struct ScoreCard {
  std::string profile;            ///< name of the verdict profile
  bool directions_known = false;  ///< customer prefixes were given
  std::vector<WindowCard> windows{};
  std::string version{};  ///< of uptake
  std::vector<Label> labels{};
  std::uint64_t inputs = 0;       ///< files or ports
  std::uint64_t lost_before = 0;  ///< frames that the files say were lost before they were written
  std::vector<InputDamage> damage{};
  bool interrupted = false;       ///< a signal ended the run before the inputs did
  std::vector<CardPort> ports{};  ///< of a live run
};

}  // namespace uptake
