#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uptake {

/// Finished: how another program ended, and what it wrote.
struct Finished {
  bool ok = false;     ///< it ended by itself, with 0
  std::string output;  ///< of its standard output
  std::string errors;  ///< of its standard error
};

/// Runs a program that is looked for as the shell would, without a shell: words[0], with the others as its arguments
/// and `input` at its standard input; and waits for its end. Nothing where there is no such program, or no process or
/// memory for it: errno says why.
[[nodiscard]] std::optional<Finished> run_child(const std::vector<std::string>& words, std::string_view input);

}  // namespace uptake
