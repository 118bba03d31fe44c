#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace uptake {

/// CardFacts: what a score card says of how its figures were made. Figures of equal facts mean the same.
struct CardFacts {
  std::string catalogue;
  std::string profile;
  bool directions_known = false;
  std::uint64_t k = 0;                        ///< 0: it was read without client groups
  std::array<std::uint64_t, 2> subscriber{};  ///< prefix lengths
  std::string key;                            ///< of the client groups; does not leave

  [[nodiscard]] bool operator==(const CardFacts&) const = default;
};

}  // namespace uptake
