#include "policy/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/report/format.h"
#include "policy/report/rows.h"
#include "policy/report/text_parts.h"
#include "policy/report/themes.h"
#include "policy/report/wrap.h"

namespace uptake {
namespace report {

void Page::title(std::string_view words) {
  text += fmt::format("\n{}{}{}\n", colour ? "\x1b[1m" : "", words, colour ? "\x1b[0m" : "");
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

constexpr unsigned kNarrowest = 60;
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

// None of those judged passed: told in one line with its equals, for distributions have many such rows.
bool none_passed(const MeasureRow& row) { return row.pass() == 0 && row.fail() != 0 && row.entities.best_pass == 0; }

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

void append_theme(Page& page, std::size_t theme, const std::vector<const MeasureRow*>& rows, bool directions_known) {
  page.title(report::themes()[theme].title);
  report::append_columns(page);
  std::string_view asked;
  for (const MeasureRow* row : rows) {
    if (none_passed(*row)) continue;
    if (row->measure->question != asked) page.wrapped("  ", row->measure->question);
    asked = row->measure->question;
    report::append_measure(page, *row, theme != report::kAddressTheme, directions_known);
  }
  append_zeros(page, rows);
}

void append_themes(Page& page, const std::vector<MeasureRow>& rows, bool directions_known) {
  std::vector<std::vector<const MeasureRow*>> by_theme(report::themes().size());
  std::vector<const MeasureRow*> not_seen;
  std::vector<const MeasureRow*> not_applicable;
  for (const MeasureRow& row : rows) {
    if (row.empty()) {
      not_seen.push_back(&row);
      continue;
    }
    if (!judged_or_hidden(row)) {
      not_applicable.push_back(&row);
      continue;
    }
    by_theme[report::theme_of(row.measure->standard->id)].push_back(&row);
  }
  for (std::size_t theme = 0; theme < by_theme.size(); ++theme)
    if (!by_theme[theme].empty()) append_theme(page, theme, by_theme[theme], directions_known);
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
      "* fewer than 30 judged: such a share says little. uptake catalogue explains every measure.");
}

std::string window_words(const WindowCard& window) {
  if (window.end_ns == 0) return "the whole of the input";
  std::string words = "window ";
  report::append_time(words, window.start_ns, report::TimeDigits::seconds);
  words += " to ";
  report::append_time(words, window.end_ns, report::TimeDigits::seconds);
  return words;
}

std::string empty_words(std::uint64_t windows) {
  if (windows == 1) return "not one frame";
  return fmt::format("{} windows without a frame", report::grouped_digits(windows));
}

Page page_of(TextOptions options) {
  Page page;
  page.width = std::clamp(options.width, kNarrowest, kWidest);
  page.colour = options.colour;
  return page;
}

}  // namespace

std::string render_text_window(const ScoreCard& card, const WindowCard& window, const Catalogue& catalogue,
                               TextOptions options) {
  Page page = page_of(options);
  if (window.empty_windows != 0) {
    page.title(fmt::format("{}: {}", window_words(window), empty_words(window.empty_windows)));
    return std::move(page.text);
  }
  page.title(fmt::format("uptake score card: {}{}; profile {}", window_words(window),
                         card.interrupted ? ", INTERRUPTED" : "", card.profile));
  report::append_ledger(page, window);
  append_themes(page, report::rows_of(window, catalogue), card.directions_known);
  return std::move(page.text);
}

std::string render_text_end(TextOptions options) {
  Page page = page_of(options);
  append_legend(page);
  return std::move(page.text);
}

std::string render_text(const ScoreCard& card, const Catalogue& catalogue, TextOptions options) {
  std::string text;
  for (const WindowCard& window : card.windows) text += render_text_window(card, window, catalogue, options);
  if (card.windows.empty()) text += "uptake score card: nothing was read\n";
  text += render_text_end(options);
  return text.substr(text.find_first_not_of('\n'));
}

}  // namespace uptake
