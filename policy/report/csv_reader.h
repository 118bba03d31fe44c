#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "policy/report/csv_table.h"

namespace uptake::report {

/// TableFault: why a table cannot be read.
struct TableFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// TableReader: rows of a CSV text, whose cells are found by the names of their columns. Throws TableFault where the
/// text is no table, or has no such column.
class TableReader {
 public:
  explicit TableReader(std::string_view text);
  [[nodiscard]] bool has(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t column(std::string_view name) const;
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size() - 1; }
  [[nodiscard]] const CsvRow& row(std::size_t i) const noexcept { return rows_[i + 1]; }
  [[nodiscard]] const std::string& cell(std::size_t i, std::string_view name) const { return row(i)[column(name)]; }

 private:
  std::vector<CsvRow> rows_;
};

/// A count; nothing where the cell is empty. Throws TableFault where it holds another thing.
[[nodiscard]] std::optional<std::uint64_t> count_of(std::string_view cell);

}  // namespace uptake::report
