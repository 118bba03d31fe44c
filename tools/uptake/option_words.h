#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/refusal.h"

namespace uptake {

/// OptionWord: an option and where its value goes: the last one into a string, each of a repeatable one into a list,
/// true into a flag, which has no value.
struct OptionWord {
  std::string_view names;  ///< "--workers", or "-q,--quiet"
  std::variant<std::string*, std::vector<std::string>*, bool*> place;
};

/// Sorts the words behind a verb: values go to their places, what is neither option nor value is returned in its
/// order. A Refusal names the word at fault and, where one is near, the option that may have been meant.
[[nodiscard]] Either<std::vector<std::string>> sort_words(std::string_view verb, std::span<const OptionWord> options,
                                                          std::span<const std::string> words);

}  // namespace uptake
