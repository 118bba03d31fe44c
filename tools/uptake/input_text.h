#pragma once

#include <cstddef>
#include <string>

#include "policy/refusal.h"

namespace uptake {

/// More than any profile, policy, key or signature holds.
inline constexpr std::size_t kMostText = std::size_t{1} << 20;

/// The whole of a small text or key file. Failures: no_input, permission, or configuration above `most` bytes.
[[nodiscard]] Either<std::string> read_text(const std::string& path, std::size_t most);

/// A score card, or a file that was made of cards: a card of five-minute windows for a day has some 100 MB.
[[nodiscard]] Either<std::string> read_card_text(const std::string& path);

}  // namespace uptake
