#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/refusal.h"
#include "tools/uptake/store/report_reader.h"

namespace uptake {

/// ReportOptions: what `uptake report` is asked for.
struct ReportOptions {
  std::string store;
  store::ReportQuery query;
  std::string json_file;             ///< "-" is standard output; or empty
  std::string html_file;             ///< the same; with it the report is a page and nothing else
  std::vector<std::string> cards;    ///< of a page: score cards in JSON, or the store alone
  std::string language = "en";       ///< of a page
  std::string policy;                ///< of a page: whose targets stand on it, by name or as a file; or empty
  std::vector<std::string> offered;  ///< of a page: results of Internet.nl
  std::vector<std::string> plugins;  ///< of a page: shared objects whose measures it has
  bool quiet = false;                ///< no text
};

/// Understands the words behind `report`. A Refusal names the word at fault and says what to do.
[[nodiscard]] Either<ReportOptions> parse_report(std::span<const std::string> words);

/// Prints the report. Returns an Exit code; what is wrong is told in one line.
[[nodiscard]] int run_report(const ReportOptions& options);

}  // namespace uptake
