#include "tools/uptake/store/window_writer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "policy/entities.h"
#include "policy/figures.h"

namespace uptake::store {
namespace {

constexpr const char* kPeriod =
    "INSERT INTO period (level, start, series, length, covered, windows, empty, frames, wire_bytes, captured_bytes, "
    "port_lost, port_silent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
    "ON CONFLICT (level, start, series) DO UPDATE SET covered = min(length, covered + excluded.covered), "
    "windows = windows + excluded.windows, empty = empty + excluded.empty, frames = frames + excluded.frames, "
    "wire_bytes = wire_bytes + excluded.wire_bytes, captured_bytes = captured_bytes + excluded.captured_bytes, "
    "port_lost = port_lost + excluded.port_lost, port_silent = port_silent + excluded.port_silent RETURNING id";
constexpr const char* kCoverage =
    "INSERT INTO coverage VALUES (?1, ?2, ?3) ON CONFLICT (period, counter) DO UPDATE SET n = n + excluded.n";
constexpr const char* kSighting =
    "INSERT INTO sighting VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (period, measure, cell, outcome) DO UPDATE SET n = n + excluded.n";
// The window with most of the entities takes the places of the one that had most before.
constexpr const char* kEntity = R"(
INSERT INTO entity VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (period, measure) DO UPDATE SET sampled = sampled + excluded.sampled, pass = pass + excluded.pass,
  fail = fail + excluded.fail, hidden = hidden + excluded.hidden, best_pass = best_pass + excluded.best_pass,
  best_fail = best_fail + excluded.best_fail,
  (top_pass, top_fail, top_hidden, top_best_pass, top_best_fail) =
    (SELECT excluded.top_pass, excluded.top_fail, excluded.top_hidden, excluded.top_best_pass, excluded.top_best_fail
     WHERE excluded.top_pass + excluded.top_fail + excluded.top_hidden > top_pass + top_fail + top_hidden
     UNION ALL SELECT top_pass, top_fail, top_hidden, top_best_pass, top_best_fail LIMIT 1))";

/// `count` of a sample of `kept` entities, as many of all.
std::uint64_t of_all(std::uint64_t count, std::uint64_t distinct, std::uint64_t kept) {
  if (kept == 0) return count;
  const long double all = static_cast<long double>(count) * static_cast<long double>(distinct);
  return static_cast<std::uint64_t>(all / static_cast<long double>(kept) + 0.5L);
}

}  // namespace

WindowWriter::WindowWriter(Database& database, const Catalogue& catalogue, std::int64_t series)
    : catalogue_(catalogue),
      series_(series),
      names_(database, catalogue),
      period_(database, kPeriod),
      coverage_(database, kCoverage),
      sighting_(database, kSighting),
      entity_(database, kEntity),
      crowds_(database, names_) {}

void WindowWriter::add(const ScoreCard& card, const WindowCard& window, std::int64_t start, std::int64_t end,
                       const std::array<std::int64_t, kLevels>& cutoff) {
  if (window.empty_windows > 0) return add_empty(window, start, end, cutoff);
  const std::int64_t length = end - start;
  std::vector<Span> spans{{Level::day, floor_to(start, kDay), kDay}};
  if (length <= kHour) spans.push_back({Level::hour, floor_to(start, kHour), kHour});
  if (length != kHour && length != kDay) spans.push_back({Level::window, start, length});
  const std::vector<report::MeasureRow> rows = report::rows_of(window, catalogue_);
  for (const Span& span : spans) {
    if (span.start + span.length <= cutoff[static_cast<std::size_t>(span.level)]) continue;
    const std::int64_t id = period(span, length, 1, 0, window.ledger, card);
    add_coverage(id, window);
    add_figures(id, window, rows);
    if (span.level == Level::day) crowds_.add(id, card, window, rows);
  }
}

/// Windows without a frame leave no figures, but say that somebody looked.
void WindowWriter::add_empty(const WindowCard& window, std::int64_t start, std::int64_t end,
                             const std::array<std::int64_t, kLevels>& cutoff) {
  const std::int64_t length = (end - start) / static_cast<std::int64_t>(window.empty_windows);
  const ScoreCard nothing;
  const auto cover = [&](Level level, std::int64_t step) {
    const std::int64_t kept = cutoff[static_cast<std::size_t>(level)];
    std::int64_t at = floor_to(start, step);
    if (kept > at) at += (kept - at) / step * step;
    for (; at < end; at += step) {
      if (at + step <= kept) continue;
      const std::int64_t covered = std::min(end, at + step) - std::max(start, at);
      (void)period({level, at, step}, covered, 0, static_cast<std::uint64_t>(covered / length), {}, nothing);
    }
  };
  cover(Level::day, kDay);
  if (length <= kHour) cover(Level::hour, kHour);
  if (length != kHour && length != kDay) cover(Level::window, length);
}

std::int64_t WindowWriter::period(const Span& span, std::int64_t covered, std::uint64_t windows, std::uint64_t empty,
                                  const Ledger& ledger, const ScoreCard& card) {
  std::uint64_t lost = 0;
  bool silent = false;
  for (const CardPort& port : card.ports) {
    lost += port.lost.value_or(0);
    silent = silent || !port.lost;
  }
  period_.start(static_cast<std::int64_t>(span.level), span.start, series_, span.length, covered, windows, empty,
                ledger.frames, ledger.wire_bytes, ledger.captured_bytes, lost, std::int64_t{silent});
  const std::int64_t id = period_.step() ? period_.number(0) : 0;
  period_.step();
  return id;
}

void WindowWriter::add_coverage(std::int64_t period, const WindowCard& window) {
  const auto put = [&](std::int64_t counter, std::uint64_t count) {
    if (count != 0) coverage_.run(period, counter, count);
  };
  for (std::size_t i = 0; i < kDispositions; ++i) put(names_.ended(i), window.ledger.ended[i]);
  for (std::size_t i = 0; i < kLimits; ++i) put(names_.limit(i), window.limits[i]);
  for (std::size_t kind = 1; kind < kUnreads; ++kind)
    for (const Family family : {Family::v4, Family::v6}) {
      const UnreadCounts::Count& count = window.unread.of(static_cast<Unread>(kind), family);
      put(names_.unread_packets(kind, family), count.packets);
      put(names_.unread_bytes(kind, family), count.bytes);
    }
}

void WindowWriter::add_figures(std::int64_t period, const WindowCard& window,
                               const std::vector<report::MeasureRow>& rows) {
  for (const report::MeasureRow& row : rows) {
    if (row.empty()) continue;
    if (row.counts_entities())
      add_entities(period, row, window.figures->entities(row.measure->unit).kept());
    else
      add_sightings(period, row);
  }
}

void WindowWriter::add_sightings(std::int64_t period, const report::MeasureRow& row) {
  const std::int64_t measure = names_.measure(row.index);
  const Names::OutcomesOfReasons& reasons = names_.reasons(catalogue_.area(row.index));
  for (const report::CellCounts& cell : row.cells) {
    const auto place = static_cast<std::int64_t>(cell.cell.in_group());
    const auto put = [&](std::int64_t outcome, std::uint64_t count) {
      if (count != 0) sighting_.run(period, measure, place, outcome, count);
    };
    put(kPass, cell.counts.pass);
    put(kFail, cell.counts.fail);
    put(kNotApplicable, cell.counts.not_applicable);
    for (std::size_t r = 0; r < kReasons; ++r) put(reasons[r], cell.counts.unobservable[r]);
  }
}

/// Of a sample, what stands for all: samples of different windows could not be added.
void WindowWriter::add_entities(std::int64_t period, const report::MeasureRow& row, std::uint64_t kept) {
  const auto all = [&](std::uint64_t count) { return row.sampled ? of_all(count, row.distinct, kept) : count; };
  const EntityCounts& counts = row.entities;
  entity_.run(period, names_.measure(row.index), std::int64_t{row.sampled}, all(counts.pass), all(counts.fail),
              all(counts.unobservable), all(counts.best_pass), all(counts.best_fail));
}

}  // namespace uptake::store
