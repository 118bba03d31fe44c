#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/report/public_package.h"

namespace uptake::report {

/// Column: one column of a published table.
struct Column {
  std::string_view name;
  std::string_view type;      ///< of Data Package v2
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
    {"FRAMES", "integer", true, {}, "To three digits."},
    {"FRAMES_LOST_SHARE", "number", false, {}, "Empty: not known, as of files."},
    {"FRAMES_CUT_SHARE", "number"},
    {"LIMITS_REACHED", "string", true},
    {"DAMAGED_INPUTS", "integer", true},
    {"INTERRUPTED_RUNS", "integer", true},
    {"SUBSCRIBERS_CLASS", "string", false, {}, "Of the window with most; empty: not known."},
};
inline constexpr std::span kCoverage{kCoverageColumns};

[[nodiscard]] std::vector<std::string> columns_of(std::span<const Column> columns);

/// datapackage.json (Data Package v2): the tables' schemas, and how the figures were made.
[[nodiscard]] std::string datapackage(const PackageName& name, const CardSums& sums);

}  // namespace uptake::report
