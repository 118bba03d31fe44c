#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "dissectors/address.h"
#include "dissectors/frame/frame.h"
#include "policy/catalogue/catalogue.h"
#include "policy/ledger.h"
#include "policy/unread.h"
#include "tools/uptake/store/database.h"

namespace uptake::store {

/// Names: the numbers that measures and counters of this uptake have in a store. What they are called and mean stands
/// there as well, so that whoever reads it needs neither this catalogue nor its plugins.
class Names {
 public:
  /// Writes the names that are not there yet; throws DatabaseError.
  Names(Database& database, const Catalogue& catalogue);

  [[nodiscard]] std::int64_t measure(std::size_t index) const { return measures_[index]; }
  /// By Reason: the outcome that stands for it.
  using OutcomesOfReasons = std::array<std::int64_t, kReasons>;
  /// Those of an area of the catalogue.
  [[nodiscard]] const OutcomesOfReasons& reasons(std::string_view area) const { return reasons_.at(area); }
  [[nodiscard]] std::int64_t ended(std::size_t disposition) const { return ended_[disposition]; }
  [[nodiscard]] std::int64_t limit(std::size_t limit) const { return limits_[limit]; }
  [[nodiscard]] std::int64_t unread_packets(std::size_t kind, Family family) const {
    return unread_packets_[kind][static_cast<std::size_t>(family)];
  }
  [[nodiscard]] std::int64_t unread_bytes(std::size_t kind, Family family) const {
    return unread_bytes_[kind][static_cast<std::size_t>(family)];
  }

 private:
  std::vector<std::int64_t> measures_;                     ///< by index in the catalogue
  std::map<std::string_view, OutcomesOfReasons> reasons_;  ///< by area
  std::array<std::int64_t, kDispositions> ended_{};
  std::array<std::int64_t, kLimits> limits_{};
  std::array<std::array<std::int64_t, 2>, kUnreads> unread_packets_{};
  std::array<std::array<std::int64_t, 2>, kUnreads> unread_bytes_{};
};

}  // namespace uptake::store
