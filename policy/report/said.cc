#include "policy/report/said.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/report/numbers.h"

namespace uptake::report {

Said said_of(const Outcomes& outcomes, bool bytes, bool few) {
  Said said;
  const std::uint64_t judged = outcomes.judged();
  said.basis = judged == 0 ? Basis::none : few ? Basis::few : Basis::enough;
  said.share = percent_text(outcomes.pass, judged);
  if (said.basis != Basis::enough) said.share = judged == 0 ? "unknown" : "too few";
  said.base = bytes ? short_bytes(judged) : short_count(judged);
  if (outcomes.hidden == 0) return said;
  said.unseen = percent_text(outcomes.hidden, outcomes.all());
  said.between = between_text(outcomes.pass, outcomes.pass + outcomes.hidden, outcomes.all());
  return said;
}

Said said_of(const StoredMeasure& measure, const PeriodFigure& figure, bool few) {
  Said said = said_of(figure.shown(measure), measure.counts == Unit::Counts::bytes, few);
  const std::uint64_t least = figure.largest.judged();
  const std::uint64_t sum = figure.sum.judged();
  if (measure.counts_entities())
    said.base = least == sum ? short_count(sum) : fmt::format("{} to {}", short_count(least), short_count(sum));
  return said;
}

bool is_of_few(const PeriodReport& report, const ReportPeriod& period, std::size_t index) {
  const auto few = [&](std::size_t i) { return period.figures[i].shown(report.measures[i]).judged() < kFew; };
  const StoredMeasure& measure = report.measures[index];
  if (measure.counts != Unit::Counts::bytes) return few(index);
  for (std::size_t i = 0; i < report.measures.size(); ++i) {
    const StoredMeasure& other = report.measures[i];
    if (other.unit == name_of(Unit::connections) && !other.headline.empty() && other.standard == measure.standard &&
        few(i))
      return true;
  }
  return false;
}

}  // namespace uptake::report
