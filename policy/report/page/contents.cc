#include "policy/report/page/contents.h"

#include <algorithm>

namespace uptake::page {
namespace {

template <class Parts, class Make>
auto& part_named(Parts& parts, std::string_view name, std::string Parts::value_type::*field, Make make) {
  const auto found = std::ranges::find(parts, name, field);
  return found == parts.end() ? parts.emplace_back(make()) : *found;
}

}  // namespace

Contents::Contents(const PageSource& source, const Catalogue& catalogue, const Strings& strings,
                   const TargetPolicy* policy)
    : source_(source), strings_(strings), policy_(policy) {
  for (std::size_t i = 0; i < periods().size(); ++i)
    if (periods()[i].coverage.frames != 0) now_ = i;
  for (const StoredMeasure& measure : report().measures) {
    const std::size_t place = catalogue.find(measure.id, Unit{measure.unit});
    known_.push_back(place == catalogue.size() ? nullptr : &catalogue.measures()[place]);
    words_.push_back(place == catalogue.size() ? nullptr : &catalogue.words(place));
  }
  if (policy != nullptr) results_ = hold_against(*policy, period_of(report(), periods()[now_]));
  arrange(catalogue);
}

const std::string& Contents::standard_of(const TargetResult& result) const {
  return measure(find(result.target->measure, result.target->unit)).standard;
}

bool Contents::is_headline(std::size_t index, bool tied) const {
  if (measure(index).headline.empty()) return false;
  const Measure* known = known_[index];
  if (known == nullptr) return !measure(index).two_counts;
  return report::is_shown(known->answer, report().directions_known, tied);
}

void Contents::arrange(const Catalogue& catalogue) {
  for (const Theme& theme : catalogue.themes())
    themes_.push_back({std::string(name_of(theme)), std::string(title_of(theme)), {}});
  bool tied = false;
  for (std::size_t i = 0; i < known_.size(); ++i)
    tied = tied || (known_[i] != nullptr && known_[i]->answer == Answer::across_families && shown(i).judged() != 0);
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const StoredMeasure& one = measure(i);
    ThemePart& theme = part_named(themes_, one.theme, &ThemePart::name, [&] {
      return ThemePart{one.theme, one.title, {}};
    });
    StandardPart& standard = part_named(theme.standards, one.standard, &StandardPart::id, [&] {
      return StandardPart{one.standard,
                          known_[i] == nullptr ? one.standard : std::string(known_[i]->standard->title),
                          one.document,
                          {},
                          {}};
    });
    (is_headline(i, tied) ? standard.headlines : standard.others).push_back(i);
  }
  for (const TargetResult& result : results_) raise(find(result.target->measure, result.target->unit));
  const auto place = [&](std::size_t i) { return measure(i).place; };
  for (ThemePart& theme : themes_) {
    for (StandardPart& standard : theme.standards) std::ranges::stable_sort(standard.headlines, {}, place);
    std::ranges::stable_sort(theme.standards, {}, [&](const StandardPart& standard) {
      const bool ours = !standard.headlines.empty() && !measure(standard.headlines[0]).headline.empty();
      return ours ? place(standard.headlines[0]) : std::int64_t{1000};
    });
  }
  std::erase_if(themes_, [](const ThemePart& theme) { return theme.standards.empty(); });
}

/// A standard without a headline stands in the table by the measure of its target.
void Contents::raise(std::size_t index) {
  ThemePart& theme = *std::ranges::find(themes_, measure(index).theme, &ThemePart::name);
  StandardPart& standard = *std::ranges::find(theme.standards, measure(index).standard, &StandardPart::id);
  const bool has_one = !standard.headlines.empty() && !measure(standard.headlines[0]).headline.empty();
  if (has_one || std::erase(standard.others, index) == 0) return;
  standard.headlines.push_back(index);
}

std::vector<const StandardPart*> Contents::rows() const {
  std::vector<const StandardPart*> parts;
  for (const ThemePart& theme : themes_)
    for (const StandardPart& standard : theme.standards)
      if (!standard.headlines.empty()) parts.push_back(&standard);
  return parts;
}

std::size_t Contents::find(std::string_view id, std::string_view unit) const {
  const std::size_t place = report().find(id, unit);
  return place == report().measures.size() ? npos : place;
}

report::Said Contents::said(std::size_t index, std::size_t period) const {
  return report::said_of(measure(index), periods()[period].figures[index],
                         report::is_of_few(report(), periods()[period], index));
}

std::size_t Contents::main(const StandardPart& part) const {
  for (const std::size_t index : part.headlines)
    if (!is_unseen(index)) return index;
  return part.headlines.empty() ? npos : part.headlines[0];
}

}  // namespace uptake::page
