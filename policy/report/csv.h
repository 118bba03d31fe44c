#pragma once

#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/report/card_writer.h"
#include "policy/scorecard.h"

namespace uptake {

/// ScoreCardCsv: the score card as a table (RFC 4180), of which the columns stand in an order that stays: a row for
/// each measure of each window, also where nothing was seen. A share, interval or bound that does not exist is empty.
/// No cell begins like a formula of a spreadsheet. What it is made with outlives it.
class ScoreCardCsv final : public CardWriter {
 public:
  ScoreCardCsv(const ScoreCard& card, const Catalogue& catalogue) : card_(card), catalogue_(catalogue) {}

  [[nodiscard]] std::string begin() override;
  [[nodiscard]] std::string window(const WindowCard& window) override;
  [[nodiscard]] std::string end() override { return {}; }

 private:
  const ScoreCard& card_;
  const Catalogue& catalogue_;
};

}  // namespace uptake
