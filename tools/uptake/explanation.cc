#include "tools/uptake/explanation.h"

#include <fmt/format.h>

#include <vector>

#include "policy/report/explain.h"
#include "tools/uptake/values.h"
#include "tools/uptake/words.h"

namespace uptake {

Either<std::string> explanation(const Catalogue& catalogue, const std::string& words) {
  constexpr std::size_t kMostShown = 8;
  std::string text;
  for (const std::size_t row : rows_named(catalogue, words)) {
    if (!text.empty()) text += '\n';
    text += render_explanation(catalogue, row);
  }
  if (!text.empty()) return text;
  const std::string said = printable(words.substr(0, 60));
  std::vector<std::string> known;
  for (const Measure& measure : catalogue.measures()) known.emplace_back(measure.id);
  if (const std::string_view near = nearest(words, known); !near.empty())
    return Refusal{Why::usage, fmt::format("explain: no measure is called \"{}\"; did you mean {}?", said, near)};
  const std::vector<std::string_view> like = ids_like(catalogue, words);
  if (like.empty())
    return Refusal{Why::usage, fmt::format("explain: no measure is called \"{}\"; uptake catalogue lists all", said)};
  std::string some;
  for (std::size_t i = 0; i < like.size() && i < kMostShown; ++i) some += fmt::format(" {}", like[i]);
  if (like.size() > kMostShown) some += fmt::format(" and {} more", like.size() - kMostShown);
  return Refusal{Why::usage, fmt::format("explain: no measure is called \"{}\"; these hold it:{}", said, some)};
}

}  // namespace uptake
