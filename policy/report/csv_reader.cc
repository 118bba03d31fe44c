#include "policy/report/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace uptake::report {

TableReader::TableReader(std::string_view text) : rows_(csv_rows_of(text)) {
  if (rows_.empty()) throw TableFault("it has no header");
  for (const CsvRow& row : rows_)
    if (row.size() != rows_[0].size()) throw TableFault("its rows are not all as long as its header");
}

bool TableReader::has(std::string_view name) const noexcept {
  return std::find(rows_[0].begin(), rows_[0].end(), name) != rows_[0].end();
}

std::size_t TableReader::column(std::string_view name) const {
  const auto found = std::find(rows_[0].begin(), rows_[0].end(), name);
  if (found == rows_[0].end()) throw TableFault(fmt::format("it has no column {}", name));
  return static_cast<std::size_t>(found - rows_[0].begin());
}

std::optional<std::uint64_t> count_of(std::string_view cell) {
  if (cell.empty()) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc{} || end != cell.data() + cell.size())
    throw TableFault(fmt::format("\"{}\" is no count", cell));
  return number;
}

}  // namespace uptake::report
