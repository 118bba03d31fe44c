#include "policy/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/report/numbers.h"
#include "policy/report/rows.h"
#include "policy/report/text_parts.h"
#include "policy/report/times.h"
#include "policy/report/wrap.h"

namespace uptake {
namespace report {

void Page::title(std::string_view words) { text += fmt::format("\n{}\n", bold(words)); }

std::string Page::bold(std::string_view words) const {
  return fmt::format("{}{}{}", colour ? "\x1b[1m" : "", words, colour ? "\x1b[0m" : "");
}

void Page::warning(std::string_view words) {
  text += fmt::format("{}{}{}\n", colour ? "\x1b[31m" : "", words, colour ? "\x1b[0m" : "");
}

void Page::line(std::string_view words) {
  text += words;
  text += '\n';
}

void Page::wrapped(std::string_view first, std::string_view words) { append_wrapped(text, first, words, width); }

}  // namespace report

namespace {

using report::MeasureRow;
using report::Page;

constexpr unsigned kLeastWidth = 60;
constexpr unsigned kWidest = 100;

std::string name_list(const std::vector<const MeasureRow*>& rows) {
  std::string names;
  for (const MeasureRow* row : rows) {
    if (!names.empty()) names += ", ";
    names += fmt::format("{}/{}", row->measure->id, name_of(row->measure->unit));
  }
  return names;
}

bool judged_or_hidden(const MeasureRow& row) { return row.pass() + row.fail() + row.hidden() != 0; }

// True when none of those judged passed. Such rows share one line, because distributions have many of them.
bool none_passed(const MeasureRow& row) {
  if (row.measure->answer == Answer::two_counts) return false;
  return row.pass() == 0 && row.fail() != 0 && row.entities.best_pass == 0;
}

void append_zeros(Page& page, const std::vector<const MeasureRow*>& rows) {
  using Key = std::tuple<Unit, std::uint64_t, std::uint64_t>;
  std::map<Key, std::string> zeros;
  for (const MeasureRow* row : rows) {
    if (!none_passed(*row)) continue;
    std::string& names = zeros[{row->measure->unit, row->fail(), row->hidden()}];
    if (!names.empty()) names += ", ";
    names += row->measure->id;
  }
  for (const auto& [key, names] : zeros) {
    const auto& [unit, judged, hidden] = key;
    const std::string unknown =
        hidden == 0 ? std::string{} : fmt::format(" ({} more unknown)", report::grouped_digits(hidden));
    page.line(fmt::format("  none of {} {}{}{}:", report::grouped_digits(judged), name_of(unit),
                          judged < report::kFew ? " *" : "", unknown));
    page.wrapped("    ", names);
  }
}

void append_theme(Page& page, const Theme& theme, const std::vector<const MeasureRow*>& rows, bool directions_known) {
  page.title(title_of(theme));
  report::append_columns(page);
  std::string_view asked;
  for (const MeasureRow* row : rows) {
    if (none_passed(*row)) continue;
    if (row->measure->question != asked)
      page.wrapped("  ", fmt::format("{} ({})", row->measure->question, row->measure->id));
    asked = row->measure->question;
    // Splitting by family what is about the family says nothing.
    report::append_measure(page, *row, theme != Theme::modern_address, directions_known);
  }
  append_zeros(page, rows);
}

void append_themes(Page& page, const std::vector<MeasureRow>& rows, bool directions_known,
                   const std::vector<Theme>& themes, std::optional<Theme> only) {
  std::vector<std::vector<const MeasureRow*>> by_theme(themes.size());
  std::vector<const MeasureRow*> not_seen;
  std::vector<const MeasureRow*> not_applicable;
  for (const MeasureRow& row : rows) {
    const Theme& theme = row.measure->standard->theme;
    if (only && theme != *only) continue;
    if (row.empty()) {
      not_seen.push_back(&row);
      continue;
    }
    if (!judged_or_hidden(row)) {
      not_applicable.push_back(&row);
      continue;
    }
    by_theme[static_cast<std::size_t>(std::ranges::find(themes, theme) - themes.begin())].push_back(&row);
  }
  for (std::size_t i = 0; i < themes.size(); ++i)
    if (!by_theme[i].empty()) append_theme(page, themes[i], by_theme[i], directions_known);
  page.line("");
  if (!not_applicable.empty()) page.wrapped("seen, but never applicable: ", name_list(not_applicable));
  if (!not_seen.empty()) page.wrapped("not seen: ", name_list(not_seen));
}

void append_legend(Page& page) {
  page.title("How to read it");
  page.wrapped(
      "  ",
      "share: of those judged, how many pass. unknown: of all sightings, how many could not be judged; it is "
      "not a no. worst case: where the share would lie if all unknown ones failed, and if all passed. "
      "* fewer than 30 judged: such a share says little. Only entities have an interval: all else comes in bursts, "
      "and uptake compare says what bursts explain. "
      "uptake explain ID tells all of a measure.");
}

Page page_of(TextOptions options) {
  Page page;
  page.width = std::clamp(options.width, kLeastWidth, kWidest);
  page.colour = options.colour;
  return page;
}

}  // namespace

std::string render_window(const ScoreCard& card, const WindowCard& window, const Catalogue& catalogue,
                          TextOptions options) {
  Page page = page_of(options);
  page.title(report::card_title(card, window));
  if (window.empty_windows != 0) return std::move(page.text);
  page.wrapped("  ", fmt::format("profile {}{}", card.profile, report::label_words(card)));
  const std::vector<MeasureRow> rows = report::rows_of(window, catalogue);
  report::append_ledger(page, card, window, rows);
  if (window.ledger.frames != 0) append_themes(page, rows, card.directions_known, catalogue.themes(), options.only);
  return std::move(page.text);
}

std::string render_end(TextOptions options) {
  Page page = page_of(options);
  append_legend(page);
  return std::move(page.text);
}

}  // namespace uptake
