#pragma once

#include <string>
#include <utility>
#include <variant>

#include "tools/uptake/options.h"

namespace uptake {

/// Failure: why the program must stop, in one line: what, where, what to do. Printed behind "uptake: ".
struct Failure {
  Exit exit = Exit::internal;
  std::string line;
};

/// Either: a value, or why there is none.
template <class T>
using Either = std::variant<T, Failure>;

}  // namespace uptake
