#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dissectors/dissector.h"

namespace uptake {

/// Registry: the table of dissectors, in the order in which they are asked to claim a flow.
/// Row 0 stands for the packet path and claims nothing. FactIds run through the rows.
/// The constructor throws std::invalid_argument, saying which row is wrong and why.
class Registry {
 public:
  /// All are asked whose a flow is, one behind the other. A flow has eight bits for the row of its dissector.
  static constexpr std::size_t kMaxRows = 64;

  /// `others` have facts, and claim nothing: correlators.
  explicit Registry(std::vector<Row> rows, std::span<const Row> others = {})
      : rows_(std::move(rows)), dissectors_(rows_.size()) {
    rows_.insert(rows_.end(), others.begin(), others.end());
    check();
    FactId next = 0;
    for (Row& row : rows_) {
      row.base = next;
      next = static_cast<FactId>(next + numbers_of(row));
      if (!row.habits.hands_over_to.empty())
        row.next = static_cast<std::uint8_t>(dissector_named(row.habits.hands_over_to, row, "hands over to"));
    }
    fact_count_ = next;
    for (Row& row : rows_)
      if (!row.notes_as.empty()) row.base = rows_[dissector_named(row.notes_as, row, "notes as")].base;
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
    while (row > 0 && (rows_[row].base > fact || !rows_[row].notes_as.empty())) --row;
    return row;
  }
  /// Base of the row named `name`; fact_count() when there is none.
  [[nodiscard]] FactId base(std::string_view name) const noexcept {
    for (const Row& row : rows_)
      if (row.name == name) return row.base;
    return fact_count_;
  }

 private:
  /// The dissector that `row` names as what it `does`. Throws std::invalid_argument when there is none.
  [[nodiscard]] std::size_t dissector_named(std::string_view name, const Row& row, const std::string& does) const {
    for (std::size_t number = 1; number < dissectors_; ++number)
      if (rows_[number].name == name) return number;
    refuse(row, does + " \"" + std::string(name) + "\", which is no dissector");
  }
  /// Facts and kinds of Exhibits are two numberings that start from the same base.
  [[nodiscard]] static std::size_t numbers_of(const Row& row) noexcept {
    return std::max(row.facts.size(), row.exhibits.size());
  }
  [[noreturn]] static void refuse(const Row& row, const std::string& why) {
    throw std::invalid_argument("dissector " + std::string(row.name) + ": " + why);
  }
  static void check_facts(const Row& row) {
    for (std::size_t i = 0; i < row.facts.size(); ++i) {
      const std::string_view name = row.facts[i].name;
      if (name.empty()) refuse(row, "fact " + std::to_string(i) + " has no name");
      for (std::size_t other = 0; other < i; ++other)
        if (row.facts[other].name == name) refuse(row, "has two facts named " + std::string(name));
    }
  }
  void check() const {
    std::size_t facts = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      if (row.name.empty()) refuse(row, "row " + std::to_string(i) + " has no name");
      if (i == kMaxRows && i < dissectors_)
        refuse(row, "is more than the " + std::to_string(kMaxRows) + " rows that a flow can name");
      for (std::size_t other = 0; other < i; ++other)
        if (rows_[other].name == row.name) refuse(row, "stands in the registry already");
      check_facts(row);
      if (!row.notes_as.empty() && numbers_of(row) > 0) refuse(row, "has facts of its own and notes another's");
      facts += numbers_of(row);
      // fact_count() is a FactId too.
      if (facts > std::numeric_limits<FactId>::max()) refuse(row, "its facts go beyond the numbers that there are");
    }
  }

  std::vector<Row> rows_;
  std::size_t dissectors_;
  FactId fact_count_ = 0;
};

/// The dissectors of uptake; rows.cc lists them, one line each.
[[nodiscard]] std::vector<Row> dissectors();

}  // namespace uptake
