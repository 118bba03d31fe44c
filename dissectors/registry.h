#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "dissectors/dissector.h"
#include "dissectors/dns/dns.h"
#include "dissectors/frame/facts.h"
#include "dissectors/tls/tls.h"

namespace uptake {

/// Registry: the table of dissectors, in the order in which they are asked to claim a flow.
/// Row 0 stands for the packet path and claims nothing. FactIds run through the rows.
class Registry {
 public:
  /// `others` have facts, and claim nothing: correlators.
  explicit Registry(std::vector<Row> rows, std::span<const Row> others = {})
      : rows_(std::move(rows)), dissectors_(rows_.size()) {
    rows_.insert(rows_.end(), others.begin(), others.end());
    FactId next = 0;
    for (Row& row : rows_) {
      row.base = next;
      next = static_cast<FactId>(next + std::max(row.facts.size(), row.exhibits.size()));
    }
    fact_count_ = next;
  }

  /// The dissectors.
  [[nodiscard]] std::span<const Row> rows() const noexcept { return {rows_.data(), dissectors_}; }
  /// All that have facts: the dissectors, and the others behind them.
  [[nodiscard]] std::span<const Row> all_rows() const noexcept { return rows_; }
  [[nodiscard]] FactId base(std::size_t row) const noexcept { return rows_[row].base; }
  [[nodiscard]] FactId fact_count() const noexcept { return fact_count_; }
  /// The row that declared `fact`.
  [[nodiscard]] std::size_t row_of_fact(FactId fact) const noexcept {
    std::size_t row = rows_.size() - 1;
    while (row > 0 && rows_[row].base > fact) --row;
    return row;
  }
  /// Base of the row named `name`; fact_count() when there is none.
  [[nodiscard]] FactId base(std::string_view name) const noexcept {
    for (const Row& row : rows_)
      if (row.name == name) return row.base;
    return fact_count_;
  }

 private:
  std::vector<Row> rows_;
  std::size_t dissectors_;
  FactId fact_count_ = 0;
};

/// The dissectors of uptake: one line each.
[[nodiscard]] inline std::vector<Row> dissectors() {
  return {
      frame::row(),
      row_of<dns::Dissector>(),
      row_of<tls::Dissector>(),
  };
}

}  // namespace uptake
