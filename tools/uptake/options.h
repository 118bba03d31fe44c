#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/prefix_set.h"
#include "policy/figures.h"
#include "policy/scorecard.h"
#include "policy/standard.h"

namespace uptake {

/// Exit: how the program ends; the numbers are promised to scripts (64 and above as in sysexits.h).
enum class Exit : int {
  ok = 0,
  internal = 1,        ///< a ledger that does not close, or a programming error
  damaged = 2,         ///< finished, but the input was damaged: the result is partial
  lost = 3,            ///< more frames were lost than --max-loss allows
  usage = 64,          ///< the command line
  no_input = 66,       ///< a file that is not there, or is no capture
  cannot_create = 73,  ///< an output that cannot be opened
  cannot_write = 74,   ///< an output that stopped taking bytes
  permission = 77,     ///< the system refuses access
  configuration = 78,  ///< a customer, profile or key file that cannot be understood
};
[[nodiscard]] constexpr int code(Exit exit) noexcept { return static_cast<int>(exit); }

/// RunOptions: what the command line asks of one run. Values are checked for form, not yet opened.
struct RunOptions {
  std::vector<std::string> inputs;  ///< read: files, directories, globs or "-", as typed; never empty
  std::string filter;               ///< BPF expression, or empty
  std::vector<std::string> ports;   ///< live: PCI addresses or vdev specifications; never empty
  std::vector<unsigned> cores;      ///< live: the cores to run on; empty means a choice by the program
  std::string eal;                  ///< live: further words for the EAL, as typed
  std::uint64_t duration_ns = 0;    ///< live: 0 runs until it is interrupted

  unsigned workers = 1;
  std::uint64_t window_ns = 0;  ///< 0 is one window for the whole run
  std::string customers_file;   ///< or empty: directions are not known
  std::vector<Prefix> nat64;    ///< of the networks' own translators
  SubscriberLengths subscriber;
  std::string profile = "ncsc-nl-2025-05";  ///< a name, or the path of a TOML file
  std::uint64_t max_flows = 0;              ///< 0 is the default of the source: 1 Mi from files, 4 Mi live
  double max_loss_percent = 100;            ///< of frames; above it the run exits with Exit::lost
  std::string key_file;                     ///< or empty: the published constant offline, a fresh key live

  std::string json_file;      ///< score card; "-" is standard output, empty is none
  std::string csv_file;       ///< a row for each measure and window; "-" is standard output, empty is none
  std::string run_info_file;  ///< what the score card must not hold: versions, files, speed; or empty
  std::string events_file;    ///< one JSON object a line; "-" is standard output, empty is none
  bool all = false;           ///< every measure instead of the first screen
  std::optional<Theme> only;  ///< every measure of one theme
  std::vector<Label> labels;  ///< what the user calls the run
  bool quiet = false;         ///< no score card text and no progress, only what was asked for and errors
};

}  // namespace uptake
