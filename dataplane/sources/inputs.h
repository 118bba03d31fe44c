#pragma once

#include <string>
#include <vector>

namespace uptake {

/// Exit codes of sysexits.h: no input, permission.
inline constexpr int kNoInput = 66;
inline constexpr int kPermission = 77;

/// OpenError: why an input cannot be read: what, where and what to do, and the exit code if there is no other.
struct OpenError {
  std::string path;
  std::string what;
  std::string hint;
  int exit_code = kNoInput;
  [[nodiscard]] std::string message() const { return path + ": " + what + "; " + hint; }
};

/// Input: one file to be read, as named by the user or found in a directory.
struct Input {
  std::string path;           ///< "-" is standard input
  bool in_directory = false;  ///< found there: it may turn out to be no capture
};

/// Inputs: what the arguments stand for, in their order; a directory's files by name.
struct Inputs {
  std::vector<Input> files;
  std::vector<OpenError> errors;   ///< of arguments that stand for nothing
  std::vector<std::string> notes;  ///< what was left out of directories, one line each
};

/// Replaces directories by the regular files directly in them, or by all below them when `recursive`, and globs
/// (glob(7)) by what they match. A name that exists is taken as it is, whatever characters it has.
[[nodiscard]] Inputs expand_inputs(const std::vector<std::string>& arguments, bool recursive);

}  // namespace uptake
