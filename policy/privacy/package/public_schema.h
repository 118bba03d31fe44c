#pragma once

#include <algorithm>
#include <array>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/privacy/package/public_package.h"

namespace uptake::package {

/// Column: one column of a published table.
struct Column {
  std::string_view name{};
  std::string_view type{};    ///< of Data Package v2
  bool required = false;      ///< never empty
  std::string_view values{};  ///< those allowed, between spaces; empty: any
  std::string_view words{};   ///< what it says; empty: the name does
};

inline constexpr Column kObservationColumns[] = {
    {"MEASURE", "string", true},
    {"UNIT", "string", true},
    {"FAMILY", "string", true, "_T ipv4 ipv6"},
    {"DIRECTION", "string", true, "_T from_customer toward_customer unknown"},
    {"VANTAGE", "string", true},
    {"SECTOR", "string", true},
    {"OUTCOME", "string", true, "pass fail unobservable not_applicable"},
    {"REF_AREA", "string", true},
    {"OPERATOR", "string", true},
    {"FREQ", "string", true, "M"},
    {"TIME_PERIOD", "string", true},
    {"OBS_VALUE", "integer", false, {}, "Counts to tens, bytes to three digits; empty: hidden."},
    {"OBS_STATUS", "string", true, "A M", "A normal, M missing."},
    {"CONF_STATUS", "string", true, "F A O T D",
     "F free, A fewer than k subscribers, O one dominates, T two dominate, D secondary."},
};
inline constexpr std::span kObservations{kObservationColumns};

inline constexpr Column kMeasureColumns[] = {
    {"MEASURE", "string", true},
    {"UNIT", "string", true},
    {"STANDARD", "string", true},
    {"DOCUMENT", "string", true},
    {"PASS_IS", "string", true, "desired undesired neutral"},
    {"MERGE", "string", true, "add never", "Whether figures of several operators may be added."},
    {"HEADLINE", "string", true, "yes no"},
    {"ANSWER", "string", true, "share two_counts", "two_counts: pass and fail may be the same ones, no share."},
    {"QUESTION", "string", true},
};
inline constexpr std::span kMeasures{kMeasureColumns};

inline constexpr Column kHeadlineColumns[] = {
    {"MEASURE", "string", true},
    {"UNIT", "string", true},
    {"TIME_PERIOD", "string", true},
    {"SHARE", "number", false, {}, "pass / (pass + fail) of the rounded totals; empty: one of them is hidden."},
    {"LOWER_IF_UNSEEN_FAIL", "number"},
    {"UPPER_IF_UNSEEN_PASS", "number"},
    {"CHANGE_POINTS", "number", false, {}, "Not computed: always empty."},
    {"CHANGE_CLEAR", "string", false, {}, "Not computed: always empty."},
};
inline constexpr std::span kHeadline{kHeadlineColumns};

inline constexpr Column kCoverageColumns[] = {
    {"TIME_PERIOD", "string", true},
    {"DAYS_COVERED", "integer", true},
    {"DAYS_IN_PERIOD", "integer", true},
    {"FRAMES", "integer", false, {}, "To three digits, below 1,000 to tens; empty: they would tell a hidden count."},
    {"FRAMES_LOST_SHARE", "number", false, {}, "Empty: not known, as of files."},
    {"FRAMES_CUT_SHARE", "number"},
    {"LIMITS_REACHED", "string", true},
    {"DAMAGED_INPUTS", "integer", true},
    {"INTERRUPTED_RUNS", "integer", true},
    {"SUBSCRIBERS_CLASS", "string", false, {}, "Of the window with most; empty: not known."},
};
inline constexpr std::span kCoverage{kCoverageColumns};

inline constexpr Column kShareColumns[] = {
    {"MEASURE", "string", true},
    {"UNIT", "string", true},
    {"FAMILY", "string", true, "_T ipv4 ipv6"},
    {"DIRECTION", "string", true, "_T from_customer toward_customer unknown"},
    {"VANTAGE", "string", true},
    {"SECTOR", "string", true},
    {"REF_AREA", "string", true},
    {"OPERATOR", "string", true},
    {"FREQ", "string", true, "M"},
    {"TIME_PERIOD", "string", true},
    {"OBS_VALUE",
     "number",
     false,
     {},
     "pass / (pass + fail) of the rounded counts; empty: hidden, or nothing to share."},
    {"OBS_STATUS", "string", true, "A M", "A normal, M missing."},
    {"CONF_STATUS", "string", true, "F A O T D",
     "Why pass or fail is hidden: F free, A fewer than k subscribers, O one dominates, T two dominate, D secondary."},
    {"LOWER_IF_UNSEEN_FAIL", "number"},
    {"UPPER_IF_UNSEEN_PASS", "number"},
};
inline constexpr std::span kShares{kShareColumns};

/// kCoverage without how much there was.
inline constexpr auto kSharesCoverageColumns = [] {
  std::array<Column, kCoverage.size() - 1> columns{};
  std::copy_if(kCoverage.begin(), kCoverage.end(), columns.begin(),
               [](const Column& column) { return column.name != "FRAMES"; });
  return columns;
}();
inline constexpr std::span kSharesCoverage{kSharesCoverageColumns};

inline constexpr Column kMergedColumns[] = {
    {"MEASURE", "string", true},
    {"UNIT", "string", true},
    {"FAMILY", "string", true, "_T ipv4 ipv6"},
    {"DIRECTION", "string", true, "_T from_customer toward_customer unknown"},
    {"VANTAGE", "string", true},
    {"SECTOR", "string", true},
    {"OUTCOME", "string", true, "pass fail unobservable not_applicable"},
    {"TIME_PERIOD", "string", true},
    {"AT_LEAST",
     "integer",
     false,
     {},
     "The sum where MERGE is add (a subscriber has one operator), else the largest."},
    {"AT_MOST", "integer", false, {}, "The sum; empty: no operator gives it."},
    {"OPERATORS",
     "integer",
     true,
     {},
     "Those that give it. One that hides pass or fail of a cell is left out of all its outcomes."},
};
inline constexpr std::span kMerged{kMergedColumns};

inline constexpr Column kMergedHeadlineColumns[] = {
    {"MEASURE", "string", true},
    {"UNIT", "string", true},
    {"TIME_PERIOD", "string", true},
    {"SHARE", "number", false, {}, "pass / (pass + fail) of the sums; empty where figures do not add."},
    {"LOWER_IF_UNSEEN_FAIL", "number", false, {}, "Empty, too, where an operator hides what was not seen."},
    {"UPPER_IF_UNSEEN_PASS", "number"},
    {"CHANGE_POINTS", "number", false, {}, "Not computed: always empty."},
    {"CHANGE_CLEAR", "string", false, {}, "Not computed: always empty."},
    {"EQUAL_WEIGHT", "number", false, {}, "The mean of the operators' shares, whatever their size."},
    {"OPERATORS", "integer", true, {}, "Those that give pass and fail."},
};
inline constexpr std::span kMergedHeadline{kMergedHeadlineColumns};

/// kCoverage, behind who it is of.
inline constexpr auto kMergedCoverageColumns = [] {
  std::array<Column, kCoverage.size() + 1> columns{};
  columns[0] = {"OPERATOR", "string", true};
  std::copy(kCoverage.begin(), kCoverage.end(), columns.begin() + 1);
  return columns;
}();
inline constexpr std::span kMergedCoverage{kMergedCoverageColumns};

[[nodiscard]] std::vector<std::string> columns_of(std::span<const Column> columns);

/// An operator's name as it is compared: the case of ASCII letters makes no other operator.
[[nodiscard]] std::string operator_key(std::string name);
/// datapackage.json (Data Package v2): the tables' schemas, and how the figures were made.
[[nodiscard]] std::string datapackage(const PackageName& name, const CardSums& sums);
/// That of a package without volumes, with its member "uptake".
[[nodiscard]] std::string shares_datapackage(const nlohmann::ordered_json& facts);
/// That of a merged package, with its member "uptake".
[[nodiscard]] std::string merged_datapackage(const nlohmann::ordered_json& facts);

}  // namespace uptake::package
