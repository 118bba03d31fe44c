#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/periods.h"
#include "policy/refusal.h"
#include "policy/statistics.h"

namespace uptake {

/// CardFile: a score card in JSON, and the name of its file.
struct CardFile {
  std::string name;
  std::string json;
};

/// PageSource: what a page is made of: figures period by period, and how shares moved from the first to the newest.
struct PageSource {
  PeriodReport report;
  std::vector<std::optional<Change>> changes{};  ///< by measure; nothing where no client groups tell it from bursts
};

/// Score cards of one place, a period each, in the order of their time. Refusal (configuration): one is no score
/// card, its figures mean something else than those of the others, or its time is in that of another.
[[nodiscard]] Either<PageSource> read_cards(std::span<const CardFile> cards, const Catalogue& catalogue);

/// Adds the measures of the catalogue that a report has not seen, so that the page can say so.
void complete(PageSource& source, const Catalogue& catalogue);

}  // namespace uptake
