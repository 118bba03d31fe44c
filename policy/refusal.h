#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace uptake {

/// Why: what kind of thing stands in the way. A program makes its exit code of it.
enum class Why : std::uint8_t {
  usage,          ///< what was asked for makes no sense
  no_input,       ///< an input that is not there or cannot be read
  no_capture,     ///< an input that is there, and is none
  busy,           ///< no descriptor is left for an input
  interrupted,    ///< before there was anything to show
  permission,     ///< the system refuses access
  configuration,  ///< a customer, profile or key text that cannot be understood
  cannot_create,  ///< an output that cannot be opened
  cannot_write,   ///< an output that stopped taking bytes
};

/// Refusal: why something cannot be had. Its line says where, what, and what to do.
struct Refusal {
  Why why = Why::usage;
  std::string what;
  std::string where = {};  ///< a path, an option; or empty, where `what` says it
  std::string hint = {};   ///< what to do; or empty, where `what` says it
  [[nodiscard]] std::string line() const {
    return (where.empty() ? "" : where + ": ") + what + (hint.empty() ? "" : "; " + hint);
  }
};

/// What was asked for makes no sense: `line` says all of it.
[[nodiscard]] inline Refusal usage(std::string line) { return {Why::usage, std::move(line)}; }

/// A text at `where` that cannot be taken as what it is given for.
[[nodiscard]] inline Refusal fault(std::string what, std::string where) {
  return {Why::configuration, std::move(what), std::move(where)};
}

/// Either: a value, or why there is none.
template <class T>
using Either = std::variant<T, Refusal>;

}  // namespace uptake
