#pragma once

#include <optional>
#include <string>
#include <vector>

namespace uptake {

/// OpenError: why a run cannot start: one line that says what, where and what to do, and the exit code it asks for.
struct OpenError {
  std::string message;
  int exit_code = 66;  ///< 66 no input, 77 permission (sysexits.h)
};

/// Input: one file to be read, as named by the user or found in a directory.
struct Input {
  std::string path;           ///< "-" is standard input
  bool in_directory = false;  ///< found there: it may turn out to be no capture
};

/// Inputs: what the arguments stand for, in their order; a directory's files by name.
struct Inputs {
  std::vector<Input> files;
  std::optional<OpenError> error;
};

/// Replaces directories by the regular files directly in them, and globs (glob(7)) by what they match.
/// A name that exists is taken as it is, whatever characters it has.
[[nodiscard]] Inputs expand_inputs(const std::vector<std::string>& arguments);

}  // namespace uptake
