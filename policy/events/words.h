#pragma once

#include <cstddef>
#include <string_view>

#include "policy/events/describer.h"

// What the describers of joins have in common.
namespace uptake {

/// The word of an enumerator: `words` has one for each, in order.
template <class Words, class Code>
[[nodiscard]] constexpr std::string_view word_of(const Words& words, Code code) noexcept {
  const auto place = static_cast<std::size_t>(code);
  return place < words.size() ? words[place] : "unknown";
}

/// Appends flags under their names in a table of fields.
template <class Table, auto... kMembers>
void append_flags(EventFields& fields, const auto& bits) {
  (fields.flag(Table::template name<kMembers>(), bits.*kMembers), ...);
}

}  // namespace uptake
