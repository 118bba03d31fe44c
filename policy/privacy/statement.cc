#include "policy/privacy/statement.h"

#include <fmt/format.h>

#include <span>
#include <string_view>

#include "policy/crowds.h"
#include "policy/figures.h"
#include "policy/privacy/package/public_package.h"
#include "policy/privacy/package/public_schema.h"
#include "policy/privacy/public_figures.h"
#include "policy/privacy/release.h"
#include "policy/report/wrap.h"

namespace uptake {
namespace {

/// Statement: a text of headings and points.
class Statement {
 public:
  void heading(std::string_view line) { text_ += fmt::format("{}{}\n", text_.empty() ? "" : "\n", line); }
  void point(std::string_view line) { report::append_wrapped(text_, "- ", line, report::kScreenColumns); }
  void columns(std::string_view file, std::span<const package::Column> columns) {
    report::append_wrapped(text_, fmt::format("- {}: ", file),
                           fmt::format("{}", fmt::join(package::columns_of(columns), ", ")), report::kScreenColumns);
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

void tell_held(Statement& statement) {
  const SubscriberLengths subscriber;
  statement.heading("It holds");
  statement.point(
      "Counts of one month: of each measure how many passed, failed, could not be observed, and were not asked, in "
      "total and by address family, direction and vantage.");
  statement.point(fmt::format(
      "Of these only what at least {} subscribers stand behind; of several windows, in the one with most. A "
      "subscriber "
      "is an address of IPv4 (/{}) or a prefix of IPv6 (/{}), unless --subscriber or --customers said otherwise.",
      Gate::kEnough, subscriber.v4, subscriber.v6));
  statement.point(
      fmt::format("Of connections, queries and all else that clients do, only what no group of clients has more than "
                  "{} % of, and "
                  "no two more than {} %. There are {} groups. Of packets and bytes nobody knows it.",
                  kMostPercentOfOne, kMostPercentOfTwo, ClientGroups::kGroups));
  statement.point(fmt::format(
      "Every count rounded to {}, bytes to {} digits. Shares are computed of rounded counts, to 0.1 point. A zero is "
      "shown as it is.",
      PublicCount::kRounding, PublicCount::kDigitsOfBytes));
  statement.point("Where a count is hidden: an empty cell, and a letter that says why.");
  statement.point(
      "What was covered: days, frames, shares of frames lost and cut short, limits that were reached, and a class of "
      "size, as 10k-100k subscribers.");
  statement.point("The operator's name, country and month, as they were given; versions, catalogue and profile.");
}

void tell_columns(Statement& statement) {
  statement.heading("Its columns, and there are no others");
  statement.columns("observations.csv", package::kObservations);
  statement.columns("headline.csv", package::kHeadline);
  statement.columns("measures.csv", package::kMeasures);
  statement.columns("coverage.csv", package::kCoverage);
  statement.point("observations.json has what observations.csv has.");
  statement.point(
      "With --public, shares stand in the place of counts, and coverage.csv has no FRAMES: volumes are business "
      "secrets.");
}

void tell_never(Statement& statement) {
  statement.heading("It never holds");
  statement.point("Addresses, prefixes, ports, or what is computed of them: digests, sketches, client groups, keys.");
  statement.point("Names that were asked for or shown, mail addresses, certificates, or any text of the traffic.");
  statement.point("Times finer than the month.");
  statement.point("Files, interfaces or hosts of the operator.");
  statement.point(
      "The table that is written holds numbers and letters alone; a compiler refuses it where a text would fit.");
}

void tell_limits(Statement& statement) {
  statement.heading("What it does not promise");
  statement.point(fmt::format(
      "Without one subscriber a count of subscribers moves by 0 or {}; counts of what they do, and of the names and "
      "servers they met, can move by more.",
      PublicCount::kRounding));
  statement.point(fmt::format(
      "What is published never tells a hidden count closer than {} apart, by the sums of its own measure. Sums over "
      "several measures are not looked at.",
      Gate::kEnough));
  statement.point("Two cuts of one period could tell what differs: --ledger refuses the second.");
  statement.point("No noise is added: it is no differential privacy.");
  statement.point("It is about packages. What --events and --json write is for the operator alone.");
}

}  // namespace

std::string privacy_statement() {
  Statement statement;
  statement.heading(fmt::format("What a package of uptake export ({}) holds", kPublicSchema));
  tell_held(statement);
  tell_columns(statement);
  tell_never(statement);
  tell_limits(statement);
  return statement.text();
}

}  // namespace uptake
