#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "policy/catalogue/catalogue.h"
#include "policy/report/card_writer.h"
#include "policy/scorecard.h"

namespace uptake {

/// CardFormat: a form in which a score card is written to files.
struct CardFormat {
  std::string_view option;  ///< "--json"
  /// What the writer is made with outlives it.
  std::unique_ptr<CardWriter> (*writer)(const ScoreCard& card, const Catalogue& catalogue);

  /// Of the files in a folder.
  [[nodiscard]] constexpr std::string_view ending() const noexcept { return option.substr(2); }
};

/// All of them, one line each.
[[nodiscard]] std::span<const CardFormat> card_formats() noexcept;

}  // namespace uptake
