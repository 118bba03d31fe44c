#include "policy/privacy/package/public_package.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "policy/privacy/package/public_schema.h"
#include "policy/report/csv_table.h"

namespace uptake {
namespace {

using report::append_csv_row;
using report::CsvRow;

/// The words of a place for FAMILY, DIRECTION and VANTAGE.
std::array<std::string, 3> place_words(std::size_t place, const Vocabulary& words) {
  std::array<std::string, 3> out = {"_T", "_T", "_T"};
  if (place >= PublicTable::kVantage)
    out[2] = words.of(static_cast<Vantage>(place - PublicTable::kVantage)).name;
  else if (place >= PublicTable::kDirection)
    out[1] = name_of(static_cast<Direction>(place - PublicTable::kDirection));
  else if (place >= PublicTable::kFamily)
    out[0] = name_of(static_cast<Family>(place - PublicTable::kFamily));
  return out;
}

void append_table(std::string& out, const PublicTable& table, const PackageName& name, const Catalogue& catalogue) {
  const Measure& measure = catalogue.measures()[table.measure];
  // Of entities nothing says whether the question applies to them.
  const std::size_t outcomes = is_entity(measure.unit) ? table.outcomes.size() - 1 : table.outcomes.size();
  for (std::size_t place = 0; place < PublicTable::kPlaces; ++place) {
    if (!table.shown[place]) continue;
    const auto [family, direction, vantage] = place_words(place, catalogue.words(table.measure));
    for (std::size_t i = 0; i < outcomes; ++i) {
      const PublicCount& count = table.outcomes[i][place];
      append_csv_row(out, {std::string(measure.id), std::string(name_of(measure.unit)), family, direction, vantage,
                           "_T", std::string(name_of(static_cast<Judgement::Outcome>(i))), name.area,
                           name.operator_name, "M", name.period, count.free() ? std::to_string(count.value()) : "",
                           count.free() ? "A" : "M", std::string(letter_of(count.release()))});
    }
  }
}

std::string observations(const PackageName& name, const Published& published, const Catalogue& catalogue) {
  std::string out;
  append_csv_row(out, package::columns_of(package::kObservations));
  for (const PublicTable& table : published.tables) append_table(out, table, name, catalogue);
  return out;
}

std::string_view pass_is(Good good) {
  if (good == Good::none) return "neutral";
  return good == Good::high ? "desired" : "undesired";
}

std::string measures(const Published& published, const Catalogue& catalogue) {
  std::string out;
  append_csv_row(out, package::columns_of(package::kMeasures));
  for (const PublicTable& table : published.tables) {
    const Measure& measure = catalogue.measures()[table.measure];
    const bool adds = !is_entity(measure.unit) || measure.unit == Unit::subscribers;
    append_csv_row(
        out, {std::string(measure.id), std::string(name_of(measure.unit)), std::string(measure.standard->id),
              std::string(measure.standard->document), std::string(pass_is(measure.good)), adds ? "add" : "never",
              measure.headline.empty() ? "no" : "yes", measure.answer == Answer::two_counts ? "two_counts" : "share",
              std::string(measure.question)});
  }
  return out;
}

/// "10k-100k"; empty where it is not known.
std::string size_class(std::uint64_t subscribers) {
  if (subscribers == 0) return {};
  if (subscribers < 1000) return "below-1k";
  if (subscribers < 10'000) return "1k-10k";
  if (subscribers < 100'000) return "10k-100k";
  return subscribers < 1'000'000 ? "100k-1M" : "above-1M";
}

unsigned days_in(const std::string& period) {
  const std::chrono::year year(std::stoi(period.substr(0, 4)));
  const std::chrono::month month(static_cast<unsigned>(std::stoi(period.substr(5, 2))));
  return unsigned{(year / month / std::chrono::last).day()};
}

std::string part_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "" : fmt::format("{:.3f}", static_cast<double>(part) / static_cast<double>(whole));
}

/// Whether frames tell nothing: each stands once in the counts of packets, so they would tell one that is hidden.
bool tell_nothing(const Published& published, const Catalogue& catalogue) {
  bool known = false;
  for (const PublicTable& table : published.tables) {
    if (catalogue.measures()[table.measure].unit != Unit::packets) continue;
    known = true;
    for (const PublicTable::Places& places : table.outcomes)
      if (!places[PublicTable::kTotal].free()) return false;
  }
  return known;
}

std::string coverage(const PackageName& name, const CardCoverage& seen, bool with_frames) {
  std::string limits;
  for (const std::string_view limit : seen.limits) limits += fmt::format("{}{}", limits.empty() ? "" : " ", limit);
  const PublicCount frames(seen.frames, Release::free, seen.frames < 1000 ? Unit::packets : Unit::bytes);
  const bool loss = seen.loss_known && !seen.loss_unknown;
  std::string out;
  append_csv_row(out, package::columns_of(package::kCoverage));
  append_csv_row(out, {name.period, std::to_string(seen.days.size()), std::to_string(days_in(name.period)),
                       with_frames ? std::to_string(frames.value()) : "",
                       loss ? part_of(seen.lost, seen.lost + seen.frames) : "", part_of(seen.cut, seen.frames),
                       limits.empty() ? "none" : limits, std::to_string(seen.damaged),
                       std::to_string(seen.interrupted), size_class(seen.subscribers)});
  return out;
}

std::size_t cells_with(const Published& published, bool free) {
  std::size_t count = 0;
  for (const PublicTable& table : published.tables)
    for (const PublicTable::Places& places : table.outcomes)
      for (std::size_t i = 0; i < places.size(); ++i) count += table.shown[i] && places[i].free() == free ? 1 : 0;
  return count;
}

}  // namespace

PackageTexts public_texts(const PackageName& name, const CardSums& sums, const Published& published,
                          const Catalogue& catalogue) {
  return {{"observations.csv", observations(name, published, catalogue)},
          {"measures.csv", measures(published, catalogue)},
          {"coverage.csv", coverage(name, sums.coverage, tell_nothing(published, catalogue))},
          {"datapackage.json", package::datapackage(name, sums)}};
}

std::string describe_package(const CardSums& sums, const Published& published) {
  std::string text;
  if (published.tables.empty())
    text = fmt::format("no cell: behind no count stand {} subscribers of which none dominates it\n", Gate::kEnough);
  else
    text = fmt::format("{} measures, {} counts published, {} hidden ({} of them because another could be computed)\n",
                       published.tables.size(), cells_with(published, true), cells_with(published, false),
                       published.secondary);
  const auto add = [&](std::size_t count, std::string_view why) {
    if (count != 0) text += fmt::format("{} measures left out: {}\n", count, why);
  };
  add(published.closed, "no count of theirs may leave");
  add(published.not_added, "entities of several windows do not add up");
  add(published.sampled, "their entities are a sample");
  add(sums.unknown, "this uptake does not know them; a plugin may be missing");
  return text;
}

}  // namespace uptake
