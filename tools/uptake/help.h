#pragma once

#include <string>

namespace uptake {

/// The texts of --help: examples first, at most 80 columns wide and one screen high.
[[nodiscard]] std::string main_help();
[[nodiscard]] std::string read_help();
[[nodiscard]] std::string live_help();
[[nodiscard]] std::string compare_help();
[[nodiscard]] std::string targets_help();
[[nodiscard]] std::string report_help();
[[nodiscard]] std::string records_help();
[[nodiscard]] std::string export_help();
[[nodiscard]] std::string merge_help();

}  // namespace uptake
