#include "tools/uptake/card_text.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "policy/report/format.h"
#include "tools/uptake/terminal.h"

namespace uptake {
namespace {

/// One line for a window of which there is no figure to show; else empty.
std::string nothing_text(const WindowCard& window) {
  const std::uint64_t filtered = window.ledger.ended[static_cast<std::size_t>(Disposition::filtered)];
  if (window.ledger.frames > filtered || window.empty_windows > 1) return {};
  std::string line = "uptake: ";
  if (window.end_ns != 0) {
    report::append_time(line, window.start_ns, report::TimeDigits::seconds);
    line += ": ";
  }
  if (filtered == 0) return line + "no frames\n";
  line += fmt::format("none of {} frames passed the filter", filtered);
  const std::uint64_t outside = window.limits[static_cast<std::size_t>(Limit::filter_outside)];
  if (outside != 0)
    line += fmt::format("; {} of them are tagged or tunnelled, and it looks at outer headers only: try vlan and ...",
                        outside);
  return line + '\n';
}

TextOptions look_of(const std::optional<Theme>& only) {
  const Terminal terminal = look_at_terminal(STDOUT_FILENO);
  return {terminal.width, terminal.colour, only};
}

}  // namespace

CardText::CardText(const Catalogue& catalogue, bool whole, const std::optional<Theme>& only)
    : catalogue_(catalogue),
      whole_(whole),
      look_(look_of(only)),
      clears_line_(look_at_terminal(STDERR_FILENO).is_terminal) {}

void CardText::show(const ScoreCard& card, const WindowCard& window) {
  const std::string nothing = nothing_text(window);
  explains_ = explains_ || nothing.empty();
  if (!nothing.empty()) return write(nothing);
  write(whole_ ? render_window(card, window, catalogue_, look_)
               : '\n' + render_screen(card, window, catalogue_, look_));
}

void CardText::write(std::string text) {
  if (!shown_) text.erase(0, std::min(text.find_first_not_of('\n'), text.size()));
  shown_ = true;
  if (clears_line_) std::fputs("\r\x1b[K", stderr);
  out_.write(text);
  out_.flush();
}

void CardText::finish() {
  if (!shown_) write("uptake score card: nothing was read\n");
  if (whole_ && explains_) write(render_end(look_));
  out_.commit();
}

}  // namespace uptake
