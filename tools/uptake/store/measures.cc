#include "tools/uptake/store/measures.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "policy/standard.h"

namespace uptake::store {
namespace {

Unit::Counts counts_named(std::string_view name) noexcept {
  if (name == "bytes") return Unit::Counts::bytes;
  return name == "entities" ? Unit::Counts::entities : Unit::Counts::sightings;
}

/// Themes of uptake in their order; those of plugins stand before the last, as in every report.
std::size_t place_of_theme(std::string_view name) noexcept {
  const auto found = std::ranges::find(kThemes, name, &Theme::name);
  if (found == kThemes.end()) return kThemes.size() - 1;
  const auto place = static_cast<std::size_t>(found - kThemes.begin());
  return place + 1 == kThemes.size() ? place + 1 : place;
}

/// Row: a measure on its way to its place.
struct Row {
  StoredMeasure measure;
  std::int64_t id = 0;
  std::string area;
  std::int64_t place_of_headline = 0;  ///< of the headline with its id

  [[nodiscard]] auto order() const {
    return std::tuple(place_of_theme(measure.theme), std::string_view(measure.theme), place_of_headline,
                      std::string_view(measure.id), measure.headline.empty(), id);
  }
};

}  // namespace

Measures read_measures(Database& database, bool all) {
  Statement rows(
      database,
      "SELECT id, name, unit, counts, standard, document, theme, title, good, answer, headline, place, area, "
      "(SELECT min(place) FROM measure AS other WHERE other.name = measure.name AND other.headline != '') "
      "AS first FROM measure WHERE ?1 OR first IS NOT NULL");
  constexpr std::int64_t kBehindHeadlines = 1000;
  std::vector<Row> found;
  for (rows.start(std::int64_t{all}); rows.step();) {
    Row& row = found.emplace_back();
    row.id = rows.number(0);
    row.measure = {.id = rows.text(1),
                   .unit = rows.text(2),
                   .counts = counts_named(rows.text(3)),
                   .standard = rows.text(4),
                   .document = rows.text(5),
                   .theme = rows.text(6),
                   .title = rows.text(7),
                   .good = rows.text(8),
                   .two_counts = rows.text(9) == "two_counts",
                   .headline = rows.text(10),
                   .place = rows.number(11)};
    row.area = rows.text(12);
    row.place_of_headline = rows.is_null(13) ? kBehindHeadlines : rows.number(13);
  }
  std::ranges::sort(found, [](const Row& a, const Row& b) { return a.order() < b.order(); });
  Measures measures;
  for (Row& row : found) {
    measures.rows.push_back(std::move(row.measure));
    measures.ids.push_back(row.id);
    measures.areas.push_back(std::move(row.area));
  }
  Statement reasons(database, "SELECT area, outcome, name FROM reason");
  for (reasons.start(); reasons.step();) measures.reasons[{reasons.text(0), reasons.number(1)}] = reasons.text(2);
  return measures;
}

}  // namespace uptake::store
