#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uptake {

/// Vantage: between whom a message travelled: 0 is none, and 1 to 3 are what its area calls so (Vocabulary).
enum class Vantage : std::uint8_t { none };
inline constexpr std::size_t kVantages = 4;

/// Reason: why a sighting could not be judged: a place in Counts. These mean the same in every area; the places
/// between them mean what an area says (own_reason).
enum class Reason : std::uint8_t {
  truncated = 3,
  gap = 4,
  malformed = 5,
  limit = 6,
  no_answer_path = 8,  ///< only one direction of the link is in the capture
  not_asked = 11,      ///< nobody asked for it here, so its absence says nothing
  unfinished = 13,     ///< the capture does not show how it went on
};
inline constexpr std::size_t kReasons = 14;

inline constexpr std::array<std::uint8_t, 7> kOwnReasons = {0, 1, 2, 7, 9, 10, 12};
/// Reason number `which` of an area. Reports list reasons in the order of their places.
[[nodiscard]] constexpr Reason own_reason(std::size_t which) noexcept {
  assert(which < kOwnReasons.size());
  return static_cast<Reason>(kOwnReasons[which]);
}

/// VantageRow: what a vantage is called: in JSON, and in text.
struct VantageRow {
  std::string_view name;
  std::string_view words;
};

/// ReasonRow: what a reason is called in JSON, what it means, and whether something was lost or not captured; the
/// others lie in the protocols.
struct ReasonRow {
  Reason reason{};
  std::string_view name;
  std::string_view words;
  bool means_loss = true;
};

/// Vocabulary: how an area calls its vantages and its own reasons; static. Whatever has no row is "unknown".
class Vocabulary {
 public:
  constexpr Vocabulary() noexcept = default;
  /// `vantages`: of Vantage 1 and what follows. `reasons`: of its own_reason()s, in any order.
  constexpr Vocabulary(std::span<const VantageRow> vantages, std::span<const ReasonRow> reasons) noexcept
      : vantages_(vantages), reasons_(reasons) {}

  [[nodiscard]] VantageRow of(Vantage vantage) const noexcept;
  [[nodiscard]] ReasonRow of(Reason reason) const noexcept;
  /// Why it cannot be used; empty when it can.
  [[nodiscard]] std::string fault() const;

 private:
  std::span<const VantageRow> vantages_;
  std::span<const ReasonRow> reasons_;
};

}  // namespace uptake
