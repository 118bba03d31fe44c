#include "policy/report/json.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "policy/report/format.h"
#include "policy/report/json_crowds.h"
#include "policy/report/json_writer.h"
#include "policy/report/rows.h"
#include "policy/statistics.h"

namespace uptake {
namespace {

using report::JsonWriter;
using report::MeasureRow;
using Layout = report::JsonWriter::Layout;

// Null where there is no share: nothing could be judged, which is not the same as 0. Sightings come in bursts, so an
// interval that takes them for independent would be far too narrow: only entities have one.
void write_shares(JsonWriter& json, const Measure& measure, std::uint64_t pass, std::uint64_t fail,
                  std::uint64_t hidden) {
  const std::uint64_t judged = pass + fail;
  const bool has_share = judged != 0 && measure.answer != Answer::two_counts;
  if (has_share)
    json.share("share", pass, judged);
  else
    json.null("share");
  if (is_entity(measure.unit)) {
    const Interval interval = wilson(pass, fail);
    if (has_share)
      json.pair("interval", fmt::format("{:.6f}", interval.low), fmt::format("{:.6f}", interval.high));
    else
      json.null("interval");
  }
  json.bounds(pass, hidden, measure.answer == Answer::two_counts ? 0 : judged + hidden);
}

void write_counts(JsonWriter& json, const MeasureRow& row, const Counts& counts) {
  json.number("pass", counts.pass);
  json.number("fail", counts.fail);
  json.open_object("unobservable", Layout::inline_);
  for (std::size_t i = 0; i < kReasons; ++i)
    if (counts.unobservable[i] != 0) json.number(row.words->of(static_cast<Reason>(i)).name, counts.unobservable[i]);
  json.close_object();
  json.number("not_applicable", counts.not_applicable);
  write_shares(json, *row.measure, counts.pass, counts.fail, counts.hidden());
}

void write_cells(JsonWriter& json, const MeasureRow& row) {
  json.open_list("cells");
  for (const report::CellCounts& cell : row.cells) {
    json.open_object(Layout::inline_);
    json.text("family", name_of(cell.cell.family));
    json.text("direction", name_of(cell.cell.direction));
    json.text("vantage", row.words->of(cell.cell.vantage).name);
    write_counts(json, row, cell.counts);
    report::write_crowds(json, row, cell.counts, cell.crowds);
    json.close_object();
  }
  json.close_list();
}

void write_entities(JsonWriter& json, const MeasureRow& row) {
  const EntityCounts& counts = row.entities;
  json.open_object("entities", Layout::inline_);
  json.text("counted", row.sampled ? "sampled" : "exact");
  json.number("distinct", row.distinct);
  json.number("unobservable", counts.unobservable);
  json.open_object("worst");
  json.number("pass", counts.pass);
  json.number("fail", counts.fail);
  write_shares(json, *row.measure, counts.pass, counts.fail, counts.unobservable);
  json.close_object();
  json.open_object("best");
  json.number("pass", counts.best_pass);
  json.number("fail", counts.best_fail);
  write_shares(json, *row.measure, counts.best_pass, counts.best_fail, counts.unobservable);
  json.close_object();
  report::write_entity_crowds(json, row);
  json.close_object();
}

void write_measure(JsonWriter& json, const MeasureRow& row) {
  json.open_object();
  json.text("id", row.measure->id);
  json.text("standard", row.measure->standard->id);
  json.text("document", row.measure->standard->document);
  json.text("theme", name_of(row.measure->standard->theme));
  json.text("good", name_of(row.measure->good));
  json.flag("headline", !row.measure->headline.empty());
  json.text("unit", name_of(row.measure->unit));
  if (row.counts_entities()) {
    write_entities(json, row);
    json.close_object();
    return;
  }
  json.open_object("total", Layout::inline_);
  write_counts(json, row, row.total);
  report::write_crowds(json, row, row.total, row.crowds);
  json.close_object();
  write_cells(json, row);
  json.close_object();
}

void write_ledger(JsonWriter& json, const Ledger& ledger) {
  json.open_object("ledger");
  json.number("frames", ledger.frames);
  json.number("wire_bytes", ledger.wire_bytes);
  json.number("captured_bytes", ledger.captured_bytes);
  if (ledger.has_span()) {
    json.time("first_time", ledger.first_ns);
    json.time("last_time", ledger.last_ns);
  } else {
    json.null("first_time");
    json.null("last_time");
  }
  json.open_object("ended");
  for (std::size_t i = 0; i < kDispositions; ++i) json.number(name_of(static_cast<Disposition>(i)), ledger.ended[i]);
  json.close_object();
  json.flag("closes", ledger.closes());
  json.close_object();
}

void write_limits(JsonWriter& json, const LimitCounts& limits) {
  json.open_object("limits");
  for (std::size_t i = 0; i < kLimits; ++i) json.number(name_of(static_cast<Limit>(i)), limits[i]);
  json.close_object();
}

void write_unread(JsonWriter& json, const UnreadCounts& unread) {
  json.open_list("unread");
  for (std::size_t kind = 1; kind < kUnreads; ++kind) {
    for (const Family family : {Family::v4, Family::v6}) {
      const UnreadCounts::Count& count = unread.of(static_cast<Unread>(kind), family);
      if (count.packets == 0) continue;
      json.open_object(Layout::inline_);
      json.text("protocol", name_of(static_cast<Unread>(kind)));
      json.text("family", name_of(family));
      json.number("packets", count.packets);
      json.number("bytes", count.bytes);
      json.close_object();
    }
  }
  json.close_list();
}

void write_measures(JsonWriter& json, const std::vector<MeasureRow>& rows) {
  json.open_list("measures");
  for (const MeasureRow& row : rows)
    if (!row.empty()) write_measure(json, row);
  json.close_list();
  json.open_list("not_seen");
  for (const MeasureRow& row : rows) {
    if (!row.empty()) continue;
    json.open_object(Layout::inline_);
    json.text("id", row.measure->id);
    json.text("unit", name_of(row.measure->unit));
    json.close_object();
  }
  json.close_list();
}

void write_window(JsonWriter& json, const WindowCard& window, const Catalogue& catalogue) {
  json.open_object();
  if (window.end_ns == 0) {
    json.null("start");
    json.null("end");
  } else {
    json.time("start", window.start_ns);
    json.time("end", window.end_ns);
  }
  if (window.empty_windows != 0) json.number("empty_windows", window.empty_windows);
  if (window.figures != nullptr) report::write_client_groups(json, *window.figures);
  write_ledger(json, window.ledger);
  write_limits(json, window.limits);
  write_unread(json, window.unread);
  write_measures(json, report::rows_of(window, catalogue));
  json.close_object();
}

void write_label(JsonWriter& json, const ScoreCard& card) {
  json.open_object("label", Layout::inline_);
  for (const Label& label : card.labels) json.text(label.key, label.value);
  json.close_object();
}

// What is known of a run when it ends: behind its windows.
void write_run(JsonWriter& json, const ScoreCard& card) {
  json.number("inputs", card.inputs);
  json.number("lost_before", card.lost_before);
  json.open_list("damage");
  for (const InputDamage& damage : card.damage) {
    json.open_object(Layout::inline_);
    json.number("input", damage.input);
    json.number("offset", damage.offset);
    json.text("what", damage.what);
    json.close_object();
  }
  json.close_list();
  json.flag("interrupted", card.interrupted);
  json.open_list("ports");
  for (const CardPort& port : card.ports) {
    json.open_object(Layout::inline_);
    json.text("port", port.port);
    if (port.lost)
      json.number("lost", *port.lost);
    else
      json.null("lost");
    json.close_object();
  }
  json.close_list();
}

}  // namespace

std::string ScoreCardJson::begin() {
  json_.open_object();
  json_.text("schema", kScoreCardSchema);
  json_.text("version", card_.version);
  json_.text("catalogue", catalogue_.version());
  json_.text("profile", card_.profile);
  json_.flag("directions_known", card_.directions_known);
  write_label(json_, card_);
  json_.open_list("windows");
  return std::exchange(text_, {});
}

std::string ScoreCardJson::window(const WindowCard& window) {
  write_window(json_, window, catalogue_);
  return std::exchange(text_, {});
}

std::string ScoreCardJson::end() {
  json_.close_list();
  write_run(json_, card_);
  json_.close_object();
  return std::exchange(text_, {});
}

std::string render_json(const ScoreCard& card, const Catalogue& catalogue) {
  ScoreCardJson json(card, catalogue);
  std::string out = json.begin();
  for (const WindowCard& window : card.windows) out += json.window(window);
  return out + json.end();
}

}  // namespace uptake
