#pragma once

#include <poll.h>

namespace uptake {

/// A read of `fd` would not wait.
[[nodiscard]] inline bool readable(int fd) noexcept {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, 0) > 0;
}

}  // namespace uptake
