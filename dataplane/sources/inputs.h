#pragma once

#include <string>
#include <vector>

#include "policy/refusal.h"

namespace uptake {

/// Input: one file to be read, as named by the user or found in a directory.
struct Input {
  std::string path;           ///< "-" is standard input
  bool in_directory = false;  ///< found there: it may turn out to be no capture
};

/// Inputs: what the arguments stand for, in their order; a directory's files by name.
struct Inputs {
  std::vector<Input> files;
  std::vector<Refusal> refusals;   ///< of arguments that stand for nothing
  std::vector<std::string> notes;  ///< what was left out of directories, one line each
};

/// Replaces directories by the regular files directly in them, or by all below them when `recursive`, and globs
/// (glob(7)) by what they match. A name that exists is taken as it is, whatever characters it has.
[[nodiscard]] Inputs expand_inputs(const std::vector<std::string>& arguments, bool recursive);

}  // namespace uptake
