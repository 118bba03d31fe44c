#pragma once

#include <string_view>

namespace uptake {

/// The texts of --help: examples first, at most 80 columns wide and one screen high.
[[nodiscard]] std::string_view main_help() noexcept;
[[nodiscard]] std::string_view read_help() noexcept;
[[nodiscard]] std::string_view live_help() noexcept;
[[nodiscard]] std::string_view compare_help() noexcept;
[[nodiscard]] std::string_view targets_help() noexcept;
[[nodiscard]] std::string_view report_help() noexcept;
[[nodiscard]] std::string_view records_help() noexcept;
[[nodiscard]] std::string_view export_help() noexcept;
[[nodiscard]] std::string_view merge_help() noexcept;

}  // namespace uptake
