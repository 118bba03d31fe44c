#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/figures.h"
#include "policy/scorecard.h"
#include "policy/standard.h"

namespace uptake {

/// RunOptions: what the command line asks of one run. Values are checked for form, not yet opened.
struct RunOptions {
  std::vector<std::string> inputs;   ///< read: files, directories, globs or "-", as typed; never empty
  bool recursive = false;            ///< read: directories with all below them
  std::string filter;                ///< BPF expression, or empty
  std::vector<std::string> plugins;  ///< shared objects with further dissectors and measures
  std::vector<std::string> ports;    ///< live: interfaces, bus addresses or vdev specifications; never empty
  bool list_ports = false;           ///< live: print what --port takes, and end
  std::vector<unsigned> cores;       ///< live: the cores to run on; empty means a choice by the program
  std::string eal;                   ///< live: further words for the EAL, as typed
  std::uint64_t duration_ns = 0;     ///< live: 0 runs until it is interrupted

  unsigned workers = 1;
  std::uint64_t window_ns = 0;     ///< 0 is one window for the whole run
  std::string customers_file;      ///< or empty: directions are not known
  std::vector<std::string> nat64;  ///< prefixes of the networks' own translators
  SubscriberLengths subscriber;
  std::string ca_file;                      ///< trust anchors in PEM; or empty: those of the system
  std::string trust_anchor;                 ///< DNSSEC: zone-file text; or empty: those of the root
  std::string dnssec_records;               ///< zone-file text; or empty
  std::string profile = "ncsc-nl-2025-05";  ///< a name, or the path of a TOML file
  std::uint64_t max_flows = 0;              ///< 0 is the default of the source: 1 Mi from files, 4 Mi live
  double max_loss_percent = 100;            ///< of frames; above it the run exits with Exit::lost
  std::string client_groups_file;           ///< a key that stays; or empty: nobody asks who stands behind a count
  std::string key_file;                     ///< or empty: made of the input offline, a fresh key live

  /// The score card in each of card_formats(), by its option; "-" is standard output, empty is none.
  std::map<std::string_view, std::string> card_files;
  std::string run_info_file;  ///< what the score card must not hold: versions, files, speed; or empty
  std::string records_file;   ///< zone-file text of the DS and DNSKEY RRsets that were verified; or empty
  std::string store_file;     ///< results store that windows are added to; or empty
  std::optional<std::array<std::int64_t, 3>> keep;  ///< seconds that it keeps windows, hours and days; 0: for ever
  std::string events_file;                          ///< one JSON object a line; "-" is standard output, empty is none
  bool all = false;                                 ///< every measure instead of the first screen
  std::optional<Theme> only;                        ///< every measure of one theme
  std::vector<Label> labels;                        ///< what the user calls the run
  bool quiet = false;  ///< no score card text and no progress, only what was asked for and errors
};

}  // namespace uptake
