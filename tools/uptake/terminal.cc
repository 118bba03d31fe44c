#include "tools/uptake/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace uptake {

Terminal look_at_terminal(int fd) noexcept {
  Terminal terminal;
  terminal.is_terminal = isatty(fd) == 1;
  if (!terminal.is_terminal) return terminal;
  struct winsize size {};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) terminal.width = size.ws_col;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  const bool asked_not_to = no_colour != nullptr && *no_colour != '\0';
  terminal.colour = !asked_not_to && kind != nullptr && std::string_view(kind) != "dumb";
  return terminal;
}

}  // namespace uptake
