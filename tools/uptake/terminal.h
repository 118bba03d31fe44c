#pragma once

namespace uptake {

/// Terminal: what a file descriptor leads to. Colour is wanted on a terminal unless NO_COLOR is set (and not empty)
/// or TERM is "dumb". `width` is 100 where there is no terminal to ask.
struct Terminal {
  bool is_terminal = false;
  bool colour = false;
  unsigned width = 100;
};
[[nodiscard]] Terminal look_at_terminal(int fd) noexcept;

}  // namespace uptake
