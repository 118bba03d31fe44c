#include "policy/privacy/package/public_shares.h"

#include <fmt/format.h>

#include <algorithm>

namespace uptake::package {

bool is_total(const report::TableReader& table, std::size_t row) {
  return std::ranges::all_of(kPlaceColumns, [&](std::string_view name) { return table.cell(row, name) == "_T"; });
}

std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) {
  if (a > ~std::uint64_t{0} - b) throw report::TableFault("its counts are beyond 64 bits");
  return a + b;
}

std::optional<std::uint64_t> thousandths_of(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  // Above 2^53 the product would overflow; shifting both changes far less than a digit.
  while (whole > std::uint64_t{1} << 53) {
    whole >>= 1;
    part >>= 1;
  }
  return (part * 1000 + whole / 2) / whole;
}

std::string share_text(std::optional<std::uint64_t> thousandths) {
  return thousandths ? fmt::format("{}.{:03}", *thousandths / 1000, *thousandths % 1000) : std::string();
}

std::array<std::string, 3> shares_of(const OutcomeTotals& totals) {
  if (!totals.pass || !totals.fail) return {};
  const std::uint64_t judged = sum_of(*totals.pass, *totals.fail);
  const std::string share = share_text(thousandths_of(*totals.pass, judged));
  if (!totals.unseen || judged == 0) return {share, {}, {}};
  const std::uint64_t all = sum_of(judged, *totals.unseen);
  return {share, share_text(thousandths_of(*totals.pass, all)),
          share_text(thousandths_of(sum_of(*totals.pass, *totals.unseen), all))};
}

}  // namespace uptake::package
