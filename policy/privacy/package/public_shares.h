#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/report/csv_reader.h"

namespace uptake::package {

/// Columns that say which part of the sightings a row is of; "_T" in all of them: of all.
inline constexpr std::array<std::string_view, 4> kPlaceColumns = {"FAMILY", "DIRECTION", "VANTAGE", "SECTOR"};
[[nodiscard]] bool is_total(const report::TableReader& table, std::size_t row);

/// OutcomeTotals: published counts; nothing where one is hidden.
struct OutcomeTotals {
  std::optional<std::uint64_t> pass, fail, unseen;
};

/// Adds counts. Throws TableFault where it would not fit.
[[nodiscard]] std::uint64_t sum_of(std::uint64_t a, std::uint64_t b);

/// To 0.1 point, half up; nothing where there is nothing to share.
[[nodiscard]] std::optional<std::uint64_t> thousandths_of(std::uint64_t part, std::uint64_t whole);
/// "0.945"; empty for nothing.
[[nodiscard]] std::string share_text(std::optional<std::uint64_t> thousandths);

/// SHARE, LOWER_IF_UNSEEN_FAIL and UPPER_IF_UNSEEN_PASS; empty where they cannot be said.
[[nodiscard]] std::array<std::string, 3> shares_of(const OutcomeTotals& totals);

}  // namespace uptake::package
