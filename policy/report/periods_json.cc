#include "policy/report/format.h"
#include "policy/report/json_writer.h"
#include "policy/report/periods.h"

namespace uptake {
namespace {

using report::JsonWriter;
using Layout = report::JsonWriter::Layout;

void write_names(JsonWriter& json, std::string_view key, const std::vector<NamedCount>& counts) {
  json.open_object(key, Layout::inline_);
  for (const NamedCount& count : counts) json.number(count.name, count.count);
  json.close_object();
}

void write_list(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.open_list(key, Layout::inline_);
  for (const std::string& text : texts) json.item(text);
  json.close_list();
}

void write_outcomes(JsonWriter& json, const Outcomes& outcomes) {
  json.number("pass", outcomes.pass);
  json.number("fail", outcomes.fail);
  json.number("unobservable", outcomes.hidden);
}

/// Null where there is no share: nothing could be judged, which is not the same as 0.
void write_share(JsonWriter& json, const StoredMeasure& measure, const Outcomes& shown) {
  if (measure.two_counts || shown.judged() == 0)
    json.null("share");
  else
    json.share("share", shown.pass, shown.judged());
  json.bounds(shown.pass, shown.hidden, measure.two_counts ? 0 : shown.all());
}

void write_figure(JsonWriter& json, const StoredMeasure& measure, const PeriodFigure& figure) {
  json.open_object(Layout::inline_);
  json.text("id", measure.id);
  json.text("unit", measure.unit);
  if (measure.counts_entities()) {
    json.open_object("sum");
    write_outcomes(json, figure.sum);
    json.close_object();
    json.open_object("largest");
    write_outcomes(json, figure.largest);
    json.close_object();
    json.number("sampled", figure.sampled);
  } else {
    write_outcomes(json, figure.sum);
    write_names(json, "reasons", figure.reasons);
    json.number("not_applicable", figure.not_applicable);
  }
  write_share(json, measure, figure.shown(measure));
  json.close_object();
}

void write_coverage(JsonWriter& json, const PeriodCoverage& coverage) {
  json.open_object("coverage");
  json.number("seconds", coverage.expected);
  json.number("covered", coverage.covered);
  json.number("windows", coverage.windows);
  json.number("empty_windows", coverage.empty);
  json.number("frames", coverage.frames);
  json.number("wire_bytes", coverage.wire_bytes);
  json.number("captured_bytes", coverage.captured_bytes);
  json.number("lost_by_ports", coverage.port_lost);
  json.number("windows_of_silent_ports", coverage.port_silent);
  write_names(json, "ended", coverage.ended);
  write_names(json, "limits", coverage.limits);
  json.close_object();
}

void write_period(JsonWriter& json, const PeriodReport& report, const ReportPeriod& period) {
  json.open_object();
  json.text("from", report::time_text(period.from));
  json.text("to", report::time_text(period.to));
  write_coverage(json, period.coverage);
  json.open_list("figures");
  for (std::size_t i = 0; i < report.measures.size(); ++i)
    if (!period.figures[i].empty()) write_figure(json, report.measures[i], period.figures[i]);
  json.close_list();
  json.close_object();
}

void write_measure(JsonWriter& json, const StoredMeasure& measure) {
  json.open_object(Layout::inline_);
  json.text("id", measure.id);
  json.text("unit", measure.unit);
  json.text("standard", measure.standard);
  json.text("document", measure.document);
  json.text("theme", measure.theme);
  json.text("good", measure.good);
  if (measure.headline.empty())
    json.null("headline");
  else
    json.text("headline", measure.headline);
  json.flag("meaning_changed", measure.changed);
  json.close_object();
}

}  // namespace

std::string render_periods_json(const PeriodReport& report) {
  std::string text;
  JsonWriter json(text);
  json.open_object();
  json.text("schema", kPeriodsSchema);
  json.text("from", report::time_text(report.from));
  json.text("to", report::time_text(report.to));
  json.text("by", report.by.empty() ? "all" : report.by);
  json.text("profile", report.profile);
  write_list(json, "catalogues", report.catalogues);
  write_list(json, "versions", report.versions);
  write_list(json, "labels", report.labels);
  json.number("damaged", report.damaged);
  json.open_list("measures");
  for (const StoredMeasure& measure : report.measures) write_measure(json, measure);
  json.close_list();
  json.open_list("groups");
  for (const PeriodGroup& group : report.groups) {
    json.open_object();
    if (report.key.empty())
      json.null("label");
    else
      json.text("label", report.key);
    json.text("value", group.value);
    json.open_list("periods");
    for (const ReportPeriod& period : group.periods) write_period(json, report, period);
    json.close_list();
    json.close_object();
  }
  json.close_list();
  json.close_object();
  return text;
}

}  // namespace uptake
