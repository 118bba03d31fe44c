#include "policy/report/catalogue_text.h"

#include <fmt/format.h>

#include "policy/report/wrap.h"

namespace uptake {
namespace {

constexpr std::size_t kWidth = 100;

std::string_view good_words(Good good) {
  switch (good) {
    case Good::high:
      return "a high share is good";
    case Good::low:
      return "a low share is good";
    case Good::none:
      break;
  }
  return "neither high nor low is good";
}

void append_when_said(std::string& out, std::string_view first, std::string_view words) {
  if (!words.empty()) report::append_wrapped(out, first, words, kWidth);
}

void append_measure(std::string& out, const Measure& measure) {
  out += fmt::format("\n{} / {}\n", measure.id, name_of(measure.unit));
  report::append_wrapped(out, "  question  ", measure.question, kWidth);
  report::append_wrapped(out, "  standard  ",
                         fmt::format("{} ({})", measure.standard->title, measure.standard->document), kWidth);
  out += fmt::format("  theme     {}; {}{}\n", title_of(measure.standard->theme), good_words(measure.good),
                     measure.headline.empty() ? "" : fmt::format("; on the first screen: {}", measure.headline));
  report::append_wrapped(out, "  passes    ", measure.passes, kWidth);
  append_when_said(out, "  fails     ", measure.fails);
  report::append_wrapped(out, "  hidden    ", measure.hidden, kWidth);
  append_when_said(out, "  left out  ", measure.outside);
  append_when_said(out, "  beware    ", measure.traps);
}

}  // namespace

std::string render_catalogue(const Catalogue& catalogue) {
  std::string out = fmt::format("{} measures, each by id and unit\n", catalogue.size());
  for (const Measure& measure : catalogue.measures()) append_measure(out, measure);
  return out;
}

}  // namespace uptake
