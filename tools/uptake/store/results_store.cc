#include "tools/uptake/store/results_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <utility>

#include "dissectors/packet_time.h"

namespace uptake::store {
namespace {

std::string text_of(const std::vector<Label>& labels) {
  std::string text;
  for (const Label& label : labels) text += fmt::format("{}{}={}", text.empty() ? "" : "\n", label.key, label.value);
  return text;
}

/// A clock of a capture that is wrong must not make all that is stored look old.
std::int64_t latest_believed() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count() + kDay;
}

using Cutoff = std::array<std::int64_t, kLevels>;

/// Periods that end at this time or before it are not kept.
Cutoff cutoff_of(Database& database, std::int64_t newest) {
  Statement state(database, "SELECT max(newest, ?1), keep_windows, keep_hours, keep_days FROM state");
  state.start(newest);
  Cutoff cutoff;
  cutoff.fill(std::numeric_limits<std::int64_t>::min());
  if (!state.step()) return cutoff;
  for (std::size_t level = 0; level < kLevels; ++level)
    if (const std::int64_t kept = state.number(static_cast<int>(level) + 1); kept != kForEver)
      cutoff[level] = state.number(0) - kept;
  return cutoff;
}

void forget(Database& database, const Cutoff& cutoff) {
  Statement old(database, "SELECT id FROM period WHERE level = ?1 AND start <= ?2 AND start + length <= ?2");
  std::vector<std::int64_t> ids;
  for (std::size_t level = 0; level < kLevels; ++level)
    for (old.start(static_cast<std::int64_t>(level), cutoff[level]); old.step();) ids.push_back(old.number(0));
  if (ids.empty()) return;
  for (const char* table : {"DELETE FROM sighting WHERE period = ?1", "DELETE FROM entity WHERE period = ?1",
                            "DELETE FROM coverage WHERE period = ?1", "DELETE FROM crowd WHERE period = ?1",
                            "DELETE FROM crowd_facts WHERE period = ?1", "DELETE FROM period WHERE id = ?1"}) {
    Statement gone(database, table);
    for (const std::int64_t id : ids) gone.run(id);
  }
}

}  // namespace

Either<std::unique_ptr<ResultsStore>> ResultsStore::open(const std::string& path,
                                                         const std::optional<Retention>& retention) {
  Either<WriterLock> lock = WriterLock::take(path);
  if (Refusal* refusal = std::get_if<Refusal>(&lock)) return std::move(*refusal);
  Either<std::unique_ptr<Database>> database = open_to_write(path);
  if (Refusal* refusal = std::get_if<Refusal>(&database)) return std::move(*refusal);
  std::unique_ptr<ResultsStore> made(new ResultsStore(path, std::get<WriterLock>(std::move(lock)),
                                                      std::get<std::unique_ptr<Database>>(std::move(database))));
  try {
    made->keep(retention);
  } catch (const DatabaseError& error) {
    return refusal_of(error, path, true);
  }
  return made;
}

/// What is kept stays as it was said last.
void ResultsStore::keep(const std::optional<Retention>& retention) {
  if (!retention) return;
  Transaction transaction(*database_);
  Statement(*database_, "UPDATE state SET keep_windows = ?1, keep_hours = ?2, keep_days = ?3")
      .run((*retention)[0], (*retention)[1], (*retention)[2]);
  forget(*database_, cutoff_of(*database_, 0));
  transaction.commit();
}

std::optional<Refusal> ResultsStore::begin(const ScoreCard& card, const Catalogue& catalogue, const StoreRun& run) {
  try {
    Transaction transaction(*database_);
    const std::string labels = text_of(card.labels);
    Statement series(*database_,
                     "INSERT INTO series (profile, catalogue, config, version, labels, directions_known) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET labels = labels RETURNING id");
    series.start(std::string_view(card.profile), std::string_view(catalogue.version()), std::string_view(run.config),
                 std::string_view(card.version), std::string_view(labels), std::int64_t{card.directions_known});
    if (series.step()) series_ = series.number(0);
    series.step();
    Statement label(*database_, "INSERT OR IGNORE INTO label VALUES (?1, ?2, ?3)");
    for (const Label& one : card.labels) label.run(series_, std::string_view(one.key), std::string_view(one.value));
    if (!run.input.empty())
      if (std::optional<Refusal> refusal = begin_input(run)) return refusal;
    transaction.commit();
    writer_.emplace(*database_, catalogue, series_);
  } catch (const DatabaseError& error) {
    return refusal_of(error, path_, true);
  }
  return std::nullopt;
}

std::optional<Refusal> ResultsStore::begin_input(const StoreRun& run) {
  Statement known(*database_, "SELECT id, series, stored_to FROM input WHERE digest = ?1");
  known.start(std::string_view(run.input));
  if (!known.step()) {
    Statement(*database_,
              "INSERT INTO input (digest, series, stored_from, stored_to, damaged) VALUES (?1, ?2, 0, 0, 0)")
        .run(std::string_view(run.input), series_);
    input_ = database_->number("SELECT last_insert_rowid()");
    return std::nullopt;
  }
  if (known.number(1) != series_)
    return Refusal{Why::usage,
                   "holds this input already, read with other options or by another uptake; it would count twice",
                   path_, "name another store"};
  input_ = known.number(0);
  stored_to_ = known.number(2);
  return std::nullopt;
}

void ResultsStore::add(const ScoreCard& card, const WindowCard& window) {
  const auto start = static_cast<std::int64_t>(window.start_ns / kSecondNs);
  const auto end = static_cast<std::int64_t>(window.end_ns / kSecondNs);
  const std::uint64_t windows = std::max<std::uint64_t>(1, window.empty_windows);
  // The windows of an input come in the order of time, and again in the same order.
  if (input_ != 0 && start < stored_to_) {
    known_before_ += windows;
    return;
  }
  try {
    write(card, window, start, end);
    stored_ += windows;
  } catch (const DatabaseError& error) {
    failed_ += windows;
    if (!failure_) failure_ = refusal_of(error, path_, true);
  }
}

void ResultsStore::write(const ScoreCard& card, const WindowCard& window, std::int64_t start, std::int64_t end) {
  Transaction transaction(*database_);
  const std::int64_t newest = std::min(end, latest_believed());
  const Cutoff cutoff = cutoff_of(*database_, newest);
  writer_->add(card, window, start, end, cutoff);
  Statement(*database_, "UPDATE state SET newest = ?1 WHERE newest < ?1").run(newest);
  if (input_ != 0)
    Statement(*database_,
              "UPDATE input SET stored_to = ?2, stored_from = CASE stored_to WHEN 0 THEN ?3 ELSE stored_from END "
              "WHERE id = ?1")
        .run(input_, end, start);
  forget(*database_, cutoff);
  transaction.commit();
  if (input_ != 0) stored_to_ = end;
}

void ResultsStore::know_damage(std::uint64_t places) {
  if (input_ == 0) return;
  try {
    Statement(*database_, "UPDATE input SET damaged = ?2 WHERE id = ?1").run(input_, places);
  } catch (const DatabaseError& error) {
    if (!failure_) failure_ = refusal_of(error, path_, true);
  }
}

}  // namespace uptake::store
