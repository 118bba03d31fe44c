#include "tools/uptake/store/names.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "tools/uptake/store/schema.h"

namespace uptake::store {
namespace {

std::string_view counts_of(const Unit& unit) noexcept {
  switch (unit.counts) {
    case Unit::Counts::sightings:
      return "sightings";
    case Unit::Counts::bytes:
      return "bytes";
    case Unit::Counts::entities:
      return "entities";
  }
  return "unknown";
}

std::string_view answer_of(Answer answer) noexcept {
  switch (answer) {
    case Answer::share:
      return "share";
    case Answer::across_families:
      return "across_families";
    case Answer::two_counts:
      return "two_counts";
  }
  return "unknown";
}

/// The words of what stands there already may have become better; what it means has not changed.
std::vector<std::int64_t> write_measures(Database& database, const Catalogue& catalogue) {
  Statement insert(
      database,
      "INSERT INTO measure (name, unit, meaning, counts, standard, document, theme, title, good, answer, "
      "headline, place, question, area) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14) "
      "ON CONFLICT (name, unit, meaning) DO UPDATE SET theme = excluded.theme, title = excluded.title, "
      "headline = excluded.headline, place = excluded.place RETURNING id");
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    const Measure& m = catalogue.measures()[i];
    const std::string meaning = catalogue.meaning(i);
    insert.start(m.id, name_of(m.unit), std::string_view(meaning), counts_of(m.unit), m.standard->id,
                 m.standard->document, name_of(m.standard->theme), title_of(m.standard->theme), name_of(m.good),
                 answer_of(m.answer), m.headline, std::int64_t{m.place}, m.question, catalogue.area(i));
    if (insert.step()) ids.push_back(insert.number(0));
    insert.step();
  }
  return ids;
}

/// One measure of each area, which knows its words.
std::vector<std::size_t> one_of_each_area(const Catalogue& catalogue) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < catalogue.size(); ++i)
    if (found.empty() || catalogue.area(i) != catalogue.area(found.back())) found.push_back(i);
  return found;
}

void write_vantages(Database& database, const Catalogue& catalogue) {
  Statement vantage(database, "INSERT OR REPLACE INTO vantage VALUES (?1, ?2, ?3)");
  for (const std::size_t i : one_of_each_area(catalogue))
    for (std::size_t v = 0; v < kVantages; ++v)
      vantage.run(catalogue.area(i), static_cast<std::int64_t>(v),
                  catalogue.words(i).of(static_cast<Vantage>(v)).name);
}

/// A reason keeps the outcome that an earlier uptake gave it, so that what stands there is called as it was. A new
/// one gets that of its place, unless this means something else there.
std::map<std::string_view, Names::OutcomesOfReasons> write_reasons(Database& database, const Catalogue& catalogue) {
  Statement insert(
      database,
      "INSERT INTO reason SELECT ?1, CASE WHEN EXISTS (SELECT 1 FROM reason WHERE area = ?1 AND outcome = ?2) "
      "THEN (SELECT max(outcome) + 1 FROM reason WHERE area = ?1) ELSE ?2 END, ?3 "
      "WHERE NOT EXISTS (SELECT 1 FROM reason WHERE area = ?1 AND name = ?3)");
  Statement find(database, "SELECT min(outcome) FROM reason WHERE area = ?1 AND name = ?2");
  std::map<std::string_view, Names::OutcomesOfReasons> outcomes;
  for (const std::size_t i : one_of_each_area(catalogue))
    for (std::size_t r = 0; r < kReasons; ++r) {
      const std::string_view name = catalogue.words(i).of(static_cast<Reason>(r)).name;
      insert.run(catalogue.area(i), kFirstReason + static_cast<std::int64_t>(r), name);
      find.start(catalogue.area(i), name);
      find.step();
      outcomes[catalogue.area(i)][r] = find.number(0);
    }
  return outcomes;
}

}  // namespace

Names::Names(Database& database, const Catalogue& catalogue) {
  Transaction transaction(database);
  measures_ = write_measures(database, catalogue);
  write_vantages(database, catalogue);
  reasons_ = write_reasons(database, catalogue);
  // An upsert that changes nothing, so that the number comes back of what stands there already, too.
  Statement counter(database,
                    "INSERT INTO counter (kind, name) VALUES (?1, ?2) "
                    "ON CONFLICT (kind, name) DO UPDATE SET name = excluded.name RETURNING id");
  const auto number_of = [&](std::string_view kind, std::string_view name) {
    counter.start(kind, name);
    const std::int64_t id = counter.step() ? counter.number(0) : 0;
    counter.step();
    return id;
  };
  for (std::size_t i = 0; i < kDispositions; ++i)
    ended_[i] = number_of("ended", name_of(static_cast<Disposition>(i)));
  for (std::size_t i = 0; i < kLimits; ++i) limits_[i] = number_of("limit", name_of(static_cast<Limit>(i)));
  for (std::size_t i = 1; i < kUnreads; ++i)
    for (const Family family : {Family::v4, Family::v6}) {
      const auto place = static_cast<std::size_t>(family);
      const std::string_view name = name_of(static_cast<Unread>(i));
      unread_packets_[i][place] = number_of(fmt::format("unread_packets_{}", name_of(family)), name);
      unread_bytes_[i][place] = number_of(fmt::format("unread_bytes_{}", name_of(family)), name);
    }
  transaction.commit();
}

}  // namespace uptake::store
