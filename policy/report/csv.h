#pragma once

#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/scorecard.h"

namespace uptake {

/// The names of the columns of csv_rows(), in an order that stays; a line end (RFC 4180: CR LF) behind them.
[[nodiscard]] std::string csv_header();

/// One row for each measure of one window, also where nothing was seen. A share, interval or bound that does not
/// exist is empty. No cell begins like a formula of a spreadsheet.
[[nodiscard]] std::string csv_rows(const ScoreCard& card, const WindowCard& window, const Catalogue& catalogue);

}  // namespace uptake
