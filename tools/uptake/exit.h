#pragma once

#include "policy/refusal.h"

namespace uptake {

/// Exit: how the program ends; the numbers are promised to scripts (64 and above as in sysexits.h).
enum class Exit : int {
  ok = 0,
  internal = 1,        ///< a ledger that does not close, or a programming error
  damaged = 2,         ///< finished, but the input was damaged: the result is partial
  lost = 3,            ///< more frames were lost than --max-loss allows
  usage = 64,          ///< the command line
  no_input = 66,       ///< a file that is not there, or is no capture
  system = 71,         ///< no memory, or no thread
  cannot_create = 73,  ///< an output that cannot be opened
  cannot_write = 74,   ///< an output that stopped taking bytes
  permission = 77,     ///< the system refuses access
  configuration = 78,  ///< a customer, profile or key file that cannot be understood
};
[[nodiscard]] constexpr int code(Exit exit) noexcept { return static_cast<int>(exit); }

/// How the program ends when it is refused something.
[[nodiscard]] constexpr Exit exit_of(Why why) noexcept {
  switch (why) {
    case Why::usage:
      return Exit::usage;
    case Why::no_input:
    case Why::no_capture:
    case Why::busy:
      return Exit::no_input;
    case Why::interrupted:
      return Exit::damaged;
    case Why::permission:
      return Exit::permission;
    case Why::configuration:
      return Exit::configuration;
    case Why::cannot_create:
      return Exit::cannot_create;
    case Why::cannot_write:
      return Exit::cannot_write;
  }
  return Exit::internal;
}

}  // namespace uptake
