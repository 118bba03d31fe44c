#include "tools/uptake/compare_files.h"

#include <utility>

#include "policy/compare/compare.h"
#include "tools/uptake/input_text.h"

namespace uptake {
namespace {

Either<Period> period_at(const std::string& path) {
  Either<std::string> text = read_card_text(path);
  if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
  return read_period(std::get<std::string>(text), path);
}

}  // namespace

Either<Compared> compare_files(const std::string& before, const std::string& after, bool all) {
  Either<Period> earlier = period_at(before);
  if (Refusal* refusal = std::get_if<Refusal>(&earlier)) return std::move(*refusal);
  Either<Period> later = period_at(after);
  if (Refusal* refusal = std::get_if<Refusal>(&later)) return std::move(*refusal);
  const Comparison comparison = compare(std::get<Period>(earlier), std::get<Period>(later));
  return Compared{render_comparison(std::get<Period>(earlier), std::get<Period>(later), comparison, all),
                  comparison.why_not.empty()};
}

}  // namespace uptake
