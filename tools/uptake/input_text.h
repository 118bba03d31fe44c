#pragma once

#include <cstddef>
#include <string>

#include "policy/refusal.h"

namespace uptake {

/// The whole of a small text or key file. Failures: no_input, permission, or configuration above `most` bytes.
[[nodiscard]] Either<std::string> read_text(const std::string& path, std::size_t most);

}  // namespace uptake
