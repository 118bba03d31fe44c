#include "policy/report/card_formats.h"

#include "policy/report/csv.h"
#include "policy/report/json.h"

namespace uptake {
namespace {

template <class Writer>
std::unique_ptr<CardWriter> make(const ScoreCard& card, const Catalogue& catalogue) {
  return std::make_unique<Writer>(card, catalogue);
}

constexpr CardFormat kFormats[] = {
    {"--json", make<ScoreCardJson>},
    {"--csv", make<ScoreCardCsv>},
};

}  // namespace

std::span<const CardFormat> card_formats() noexcept { return kFormats; }

}  // namespace uptake
