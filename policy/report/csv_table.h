#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace uptake::report {

using CsvRow = std::vector<std::string>;

/// A cell in quotes, its own ones doubled.
[[nodiscard]] std::string quoted_cell(std::string_view text);
/// Appends a row of a table (RFC 4180): cells with a comma, a quote or a line end are quoted.
void append_csv_row(std::string& out, const CsvRow& cells);

/// The rows of a table, the header first. What is not closed ends with the text.
[[nodiscard]] std::vector<CsvRow> csv_rows_of(std::string_view text);

}  // namespace uptake::report
