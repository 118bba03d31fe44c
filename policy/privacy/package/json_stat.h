#pragma once

#include <string>
#include <string_view>

#include "policy/refusal.h"

namespace uptake {

/// observations.json (JSON-stat 2.0), made of nothing but the texts of the other files: each row of observations.csv
/// is a cell, and one without a value has its CONF_STATUS as status. The questions are those of measures.csv, title
/// and extension those of datapackage.json. Refusal (configuration): one of them has another form.
[[nodiscard]] Either<std::string> json_stat_of(std::string_view observations, std::string_view measures,
                                               std::string_view datapackage);

}  // namespace uptake
