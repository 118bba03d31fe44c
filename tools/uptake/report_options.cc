#include "tools/uptake/report_options.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/report/page/strings.h"
#include "policy/report/periods.h"
#include "tools/uptake/exit.h"
#include "tools/uptake/option_words.h"
#include "tools/uptake/output.h"
#include "tools/uptake/query_words.h"
#include "tools/uptake/tell.h"
#include "tools/uptake/values.h"
#include "tools/uptake/words.h"

namespace uptake {
namespace {

using By = store::ReportQuery::By;

std::optional<By> parse_by(std::string_view text) noexcept {
  constexpr std::array<std::pair<std::string_view, By>, 4> kWords = {
      {{"hour", By::hour}, {"day", By::day}, {"week", By::week}, {"month", By::month}}};
  for (const auto& [word, by] : kWords)
    if (word == text) return by;
  return std::nullopt;
}

/// What is asked of a page alone.
std::optional<Refusal> take_page(const std::string& language, ReportOptions& options) {
  if (options.html_file.empty() &&
      (!language.empty() || !options.plugins.empty() || !options.policy.empty() || !options.offered.empty()))
    return usage("report: --language, --policy, --offered and --plugin are of a page; give --html as well");
  if (!options.html_file.empty() && !options.json_file.empty())
    return usage("report: writes --json or --html; run it twice");
  if (!language.empty()) {
    if (!page::Strings::of(language))
      return usage(fmt::format("--language: \"{}\" is not known; give one of: {}", printable(language),
                               fmt::join(page::Strings::languages(), ", ")));
    options.language = language;
  }
  if (options.html_file == "-") return std::nullopt;
  for (const std::string& input : options.cards)
    if (same_place(options.html_file, input))
      return usage(fmt::format("--html: \"{}\" is also an input and would be overwritten; name another file",
                               printable(options.html_file)));
  return std::nullopt;
}

}  // namespace

Either<ReportOptions> parse_report(std::span<const std::string> words) {
  ReportOptions options;
  QueryWords query;
  std::string by;
  std::string language;
  std::vector<OptionWord> known = {
      {"--by", &by},
      {"--group", &options.query.group},
      {"--all", &options.query.all},
      {"--json", &options.json_file},
      {"--html", &options.html_file},
      {"--language", &language},
      {"--policy", &options.policy},
      {"--offered", &options.offered},
      {"--plugin", &options.plugins},
      {"-q,--quiet", &options.quiet},
  };
  query.add_to(known);
  Either<std::vector<std::string>> plain = sort_words("report", known, words);
  if (Refusal* refusal = std::get_if<Refusal>(&plain)) return std::move(*refusal);
  const std::vector<std::string>& rest = std::get<std::vector<std::string>>(plain);
  if (rest.empty()) return usage("report: of which store? name the file that --store wrote");
  if (rest.size() > 1 && options.html_file.empty())
    return usage(fmt::format("report: takes one store, got \"{}\" as well; leave it out", printable(rest[1])));
  options.store = rest[0];
  options.cards = rest;
  if (auto refusal = take_page(language, options)) return *std::move(refusal);
  if (auto refusal = take_query("report", query, options.query)) return *std::move(refusal);
  if (!by.empty()) {
    const std::optional<By> read = parse_by(by);
    if (!read)
      return usage(fmt::format("--by: \"{}\" is not understood; give hour, day, week or month", printable(by)));
    options.query.by = *read;
  }
  if (options.json_file != "-" && same_place(options.json_file, options.store))
    return usage(fmt::format("--json: \"{}\" is the store and would be overwritten; name another file",
                             printable(options.json_file)));
  return options;
}

int run_report(const ReportOptions& options) {
  const Either<PeriodReport> read = store::read_report(options.store, options.query);
  if (const Refusal* refusal = std::get_if<Refusal>(&read)) return stop_with(*refusal);
  const PeriodReport& report = std::get<PeriodReport>(read);
  std::optional<Refusal> failure;
  if (!options.json_file.empty()) failure = write_whole(options.json_file, render_periods_json(report));
  if (!failure && !options.quiet && options.json_file != "-") failure = write_whole("-", render_periods(report));
  return failure ? stop_with(*failure) : code(Exit::ok);
}

}  // namespace uptake
