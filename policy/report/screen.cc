#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "policy/report/numbers.h"
#include "policy/report/said.h"
#include "policy/report/text.h"
#include "policy/report/text_parts.h"
#include "policy/report/times.h"
#include "policy/report/unread.h"
#include "policy/report/wrap.h"

namespace uptake {
namespace {

using report::MeasureRow;
using report::Page;
using Lines = std::vector<std::string>;

constexpr std::size_t kNarrowest = 40;
constexpr std::size_t kLines = 23;  // of 24: one is the prompt's
constexpr std::size_t kThemeColumn = 23;
constexpr std::size_t kMostNotes = 2;

Lines wrapped(std::string_view first, std::string_view words, std::size_t width) {
  std::string text;
  report::append_wrapped(text, first, words, width);
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// Shortens a label, which may be of any length. The other renderings hold all of it.
std::string cut(std::string text, std::size_t width) {
  // Columns of a UTF-8 octet: none for a continuation, two for the first of three or more, which may be a wide
  // letter.
  const auto columns_of = [](char c) -> std::size_t {
    const auto octet = static_cast<unsigned char>(c);
    return (octet & 0xc0) == 0x80 ? 0 : octet >= 0xe1 ? 2 : 1;
  };
  std::size_t columns = 0;
  std::size_t fits = 0;  // octets that leave room for the dots
  for (std::size_t i = 0; i < text.size(); ++i) {
    columns += columns_of(text[i]);
    if (columns > width) return text.substr(0, fits) + "...";
    const bool ends = i + 1 == text.size() || columns_of(text[i + 1]) != 0;
    if (columns + 3 <= width && ends) fits = i + 1;
  }
  return text;
}

/// Figure: one headline as its columns say it.
struct Figure {
  std::string_view words;
  std::string share;
  std::string base;
  std::string unseen = "-";
  std::string between = "-";
};

/// Bytes have a small base when the connections of the same standard are few.
bool is_of_few(const MeasureRow& row, const std::vector<MeasureRow>& rows) {
  if (row.measure->unit != Unit::bytes) return row.pass() + row.fail() < report::kFew;
  return std::ranges::any_of(rows, [&](const MeasureRow& other) {
    return other.measure->unit == Unit::connections && !other.measure->headline.empty() &&
           other.measure->standard == row.measure->standard && other.pass() + other.fail() < report::kFew;
  });
}

Figure figure_of(const MeasureRow& row, const std::vector<MeasureRow>& rows) {
  const report::Said said =
      report::said_of({row.pass(), row.fail(), row.hidden()}, row.measure->unit == Unit::bytes, is_of_few(row, rows));
  Figure figure{row.measure->headline, said.share, said.base};
  if (row.hidden() == 0) return figure;
  figure.unseen = said.unseen;
  figure.between = said.between;
  std::erase(figure.between, ' ');
  return figure;
}

std::string column_names() {
  return fmt::format("{:<{}}{:<25}{:>7}{:>9}{:>8}{:>8}", "", kThemeColumn, "", "share", "of", "unseen", "between");
}

Lines figure_lines(const Figure& figure, std::size_t width) {
  if (width >= report::kScreenColumns)
    return {fmt::format("{:<25}{:>7}{:>9}{:>8}{:>8}", figure.words, figure.share, figure.base, figure.unseen,
                        figure.between)};
  std::string words = fmt::format("{} of {}", figure.share, figure.base);
  if (figure.unseen != "-") words += fmt::format("; unseen {}, so between {}", figure.unseen, figure.between);
  return wrapped("  ", fmt::format("{}: {}", figure.words, words), width);
}

/// Block: a theme and its lines, the most telling first.
struct Block {
  Theme theme = Theme::other;
  std::vector<Lines> figures;
};

bool across_families(const MeasureRow& row) {
  return row.measure->answer == Answer::across_families && row.pass() + row.fail() != 0;
}

bool is_headline(const MeasureRow& row, const Theme& theme, const ScoreCard& card, bool tied) {
  return report::is_shown(row.measure->answer, card.directions_known, tied) && !row.measure->headline.empty() &&
         row.measure->standard->theme == theme && row.pass() + row.fail() + row.hidden() != 0;
}

// What of a theme is not read yet, in one line.
std::string unread_words(const Theme& theme, const WindowCard& window, std::size_t width) {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::string names;
  for (const report::UnreadLine& line : report::unread_of(window)) {
    if (line.theme != theme) continue;
    packets += line.packets;
    bytes += line.bytes;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", line.words);
  }
  if (packets == 0) return {};
  const std::string words =
      fmt::format("not read yet: {} packets, {} of ", report::short_count(packets), report::short_bytes(bytes));
  return words + cut(names, width - words.size());
}

/// Of a theme without a headline. What was met too late, or on one side alone, was seen all the same.
std::string_view nothing_words(const Theme& theme, const std::vector<MeasureRow>& rows) {
  const bool met = std::ranges::any_of(
      rows, [&theme](const MeasureRow& row) { return row.measure->standard->theme == theme && !row.empty(); });
  return met ? "seen, but none of its headlines can be told (--all)" : "nothing of it was seen";
}

Block block_of(const Theme& theme, const std::vector<MeasureRow>& rows, const ScoreCard& card,
               const WindowCard& window, std::size_t width) {
  Block block{theme, {}};
  const bool wide = width >= report::kScreenColumns;
  const std::string_view indent = wide ? "" : "  ";
  const bool tied = std::ranges::any_of(rows, across_families);
  const std::size_t left = wide ? width - kThemeColumn : width;
  std::vector<const MeasureRow*> headlines;
  for (const MeasureRow& row : rows)
    if (is_headline(row, theme, card, tied)) headlines.push_back(&row);
  std::ranges::stable_sort(headlines, {}, [](const MeasureRow* row) { return row->measure->place; });
  for (const MeasureRow* row : headlines)
    block.figures.push_back(row->measure->answer == Answer::two_counts
                                ? wrapped(indent, report::two_counts(*row, true), left)
                                : figure_lines(figure_of(*row, rows), width));
  const std::string unread = unread_words(theme, window, wide ? left : report::kScreenColumns);
  if (!unread.empty()) block.figures.push_back(wrapped(indent, unread, width));
  if (block.figures.empty()) block.figures.push_back({fmt::format("{}{}", indent, nothing_words(theme, rows))});
  return block;
}

/// Leaves out figures of the longest blocks until all fit in `most` lines: each time the last line but one of a
/// block, because the last may say what is not read.
void shorten(std::vector<Block>& blocks, std::size_t most) {
  const auto longer = [](const Block& a, const Block& b) { return a.figures.size() < b.figures.size(); };
  std::size_t lines = 0;
  for (const Block& block : blocks) lines += block.figures.size();
  for (; lines > most; --lines) {
    const auto longest = std::ranges::max_element(blocks, longer);
    if (longest->figures.size() < 2) return;
    longest->figures.erase(longest->figures.end() - 2);
  }
}

void append_blocks(Page& page, const std::vector<Block>& blocks) {
  const bool wide = page.width >= report::kScreenColumns;
  if (wide) page.line(column_names());
  for (const Block& block : blocks) {
    if (!wide) page.line(page.bold(title_of(block.theme)));
    bool first = true;
    for (const Lines& figure : block.figures)
      for (const std::string& line : figure) {
        std::string before;
        if (wide) before = page.bold(fmt::format("{:<{}}", first ? title_of(block.theme) : "", kThemeColumn));
        if (!first && wide) before = std::string(kThemeColumn, ' ');
        first = false;
        page.line(before + line);
      }
  }
}

// The words of a loss up to the first comma, colon, semicolon or bracket: what follows explains.
std::string_view brief(std::string_view words) { return words.substr(0, words.find_first_of(";,(:")); }

Lines losses(const ScoreCard& card, const WindowCard& window) {
  Lines items;
  if (!window.ledger.closes()) items.emplace_back("FRAMES THAT NOBODY CAN ACCOUNT FOR, so do not use them");
  if (card.interrupted) items.emplace_back("what came behind the interruption");
  if (!card.damage.empty())
    items.push_back(fmt::format("what could not be read of {} of {} inputs", card.damage.size(), card.inputs));
  if (card.lost_before != 0)
    items.push_back(
        fmt::format("{} frames lost before the files were written", report::short_count(card.lost_before)));
  std::uint64_t lost = 0;
  std::size_t silent = 0;
  for (const CardPort& port : card.ports) port.lost ? lost += *port.lost : ++silent;
  if (lost != 0) items.push_back(fmt::format("{} frames lost by the ports", report::short_count(lost)));
  if (silent != 0) items.emplace_back("what the ports lost, which is not known");
  for (const report::Loss& loss : report::losses_of(window))
    items.push_back(fmt::format("{} {}", report::short_count(loss.count), brief(loss.words)));
  std::uint64_t unread = 0;
  for (const report::UnreadLine& line : report::unread_of(window))
    if (!line.theme.on_first_screen) unread += line.packets;
  if (unread != 0)
    items.push_back(
        fmt::format("{} packet{} of other protocols", report::short_count(unread), unread == 1 ? "" : "s"));
  return items;
}

/// What is not in the figures, in few lines: the first items, and how many there are beside them.
Lines notes(const ScoreCard& card, const WindowCard& window, const std::vector<MeasureRow>& rows, std::size_t width) {
  constexpr std::string_view kFirst = "Not in the figures: ";
  if (report::nothing_missing(card, window, rows))
    return wrapped("", "Nothing is missing that uptake knows of.", width);
  const Lines items = losses(card, window);
  if (items.empty()) return wrapped(kFirst, "what stands under \"unseen\" or is not read yet.", width);
  Lines fitting = wrapped(kFirst, fmt::format("{} kinds of losses; --all names them.", items.size()), width);
  std::string words;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) words += "; ";
    words += items[i];
    const std::size_t more = items.size() - i - 1;
    Lines lines = wrapped(kFirst, words + (more == 0 ? "." : fmt::format("; and {} more, see --all.", more)), width);
    if (lines.size() > kMostNotes && width >= report::kScreenColumns) break;
    fitting = std::move(lines);
  }
  return fitting;
}

std::string title_words(const ScoreCard& card, const WindowCard& window) {
  const Ledger& ledger = window.ledger;
  if (window.end_ns != 0 || !ledger.has_span()) return report::card_title(card, window);
  return fmt::format("uptake score card{}: {}", card.interrupted ? ", interrupted" : "",
                     report::span_words(ledger.first_ns, ledger.last_ns));
}

std::string what_was_read(const ScoreCard& card, const WindowCard& window) {
  const Ledger& ledger = window.ledger;
  std::string words =
      fmt::format("{} frames, {}", report::short_count(ledger.frames), report::short_bytes(ledger.wire_bytes));
  const std::uint64_t filtered = ledger.ended[static_cast<std::size_t>(Disposition::filtered)];
  if (filtered != 0)
    words += fmt::format(", {} of them past the filter", report::short_count(ledger.frames - filtered));
  if (card.inputs != 0)
    words += fmt::format(", {} {}{}", report::short_count(card.inputs), card.ports.empty() ? "file" : "port",
                         card.inputs == 1 ? "" : "s");
  if (window.end_ns == 0) words += ", the whole of the input";
  if (ledger.has_span()) words += fmt::format(", {}", report::length_words(ledger.last_ns - ledger.first_ns));
  return words;
}

}  // namespace

std::string render_screen(const ScoreCard& card, const WindowCard& window, const Catalogue& catalogue,
                          TextOptions options) {
  Page page;
  page.width = std::clamp<std::size_t>(options.width, kNarrowest, report::kScreenColumns);
  page.colour = options.colour;
  Lines head = wrapped("", what_was_read(card, window), page.width);
  if (!card.labels.empty()) head.insert(head.begin(), cut(report::label_words(card).substr(2), page.width));
  if (window.empty_windows != 0) {
    page.wrapped("", report::card_title(card, window));
    return std::move(page.text);
  }
  for (const std::string& line : wrapped("", title_words(card, window), page.width)) page.line(page.bold(line));
  for (const std::string& line : head) page.line(line);
  const std::vector<MeasureRow> rows = report::rows_of(window, catalogue);
  const Lines foot = notes(card, window, rows, page.width);
  if (window.ledger.frames != 0) {
    std::vector<Block> blocks;
    for (const Theme& theme : catalogue.themes())
      if (theme.on_first_screen) blocks.push_back(block_of(theme, rows, card, window, page.width));
    // The title, the names of the columns, how to read them and how to see more are a line each.
    if (page.width >= report::kScreenColumns) shorten(blocks, kLines - 4 - head.size() - foot.size());
    append_blocks(page, blocks);
    page.wrapped("", "Share: of those judged. Unseen: cannot be judged; between: if all fail, or pass.");
  }
  for (const std::string& line : foot) page.line(line);
  page.wrapped("", "To see more: --all, --only THEME, --csv FILE; uptake explain ID; uptake --help");
  return std::move(page.text);
}

}  // namespace uptake
