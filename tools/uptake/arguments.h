#pragma once

#include <span>
#include <string>
#include <string_view>

#include "policy/refusal.h"
#include "tools/uptake/export_options.h"
#include "tools/uptake/options.h"
#include "tools/uptake/report_options.h"

namespace uptake {

/// Command: what one command line asks for.
struct Command {
  enum class Verb : std::uint8_t {
    read,
    live,
    dnssec_records,
    catalogue,
    catalogue_json,
    explain,
    report,
    compare,
    targets,
    publish,
    verify,
    merge,
    privacy_statement,
    version,
    help
  };
  Verb verb = Verb::help;
  /// Of those that read traffic; of catalogue and explain: the plugins; of compare: inputs or a store with its parts,
  /// and all; of targets: the policy and a card, and plugins.
  RunOptions options;
  std::string help;          ///< of help: the text to print
  std::string words;         ///< of explain: the measure, by its id or its words on the first screen
  ReportOptions report{};    ///< of report; of targets and compare: what is asked of a store, and what is offered
  bool json = false;         ///< of targets
  ExportOptions exported{};  ///< of publish and verify
  MergeOptions merged{};     ///< of merge
};

/// Understands the words behind the program's name. A Refusal names the word at fault and says what to do.
/// Looks at the file system only to tell inputs from the words of a filter and from outputs.
[[nodiscard]] Either<Command> parse_arguments(std::span<const std::string> words);

}  // namespace uptake
