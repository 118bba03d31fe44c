#include "policy/report/catalogue_text.h"

#include <fmt/format.h>

#include "policy/report/wrap.h"

namespace uptake {
namespace {

constexpr std::size_t kWidth = 100;

void append_measure(std::string& out, const Measure& measure) {
  out += fmt::format("\n{} / {}\n", measure.id, name_of(measure.unit));
  report::append_wrapped(out, "  question  ", measure.question, kWidth);
  report::append_wrapped(out, "  standard  ",
                         fmt::format("{} ({})", measure.standard->title, measure.standard->document), kWidth);
  report::append_wrapped(out, "  passes    ", measure.passes, kWidth);
  report::append_wrapped(out, "  hidden    ", measure.hidden, kWidth);
}

}  // namespace

std::string render_catalogue(const Catalogue& catalogue) {
  std::string out = fmt::format("{} measures, each by id and unit\n", catalogue.size());
  for (const Measure& measure : catalogue.measures()) append_measure(out, measure);
  return out;
}

}  // namespace uptake
