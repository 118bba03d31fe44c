#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "policy/events/describer.h"
#include "policy/measure.h"

namespace uptake {

/// Area: all that the policy says of one field: its measures, and how its facts are written as events; all static.
/// `vantage` says for one fact (that dissector's own number) of these measures between whom its message travelled;
/// nullptr: vantage is none. `words` names the vantages, and the reasons that are the area's own.
struct Area {
  std::string_view name;
  std::span<const Measure> measures;
  Vantage (*vantage)(std::uint16_t fact, std::uint64_t value) noexcept = nullptr;
  Vocabulary words{};
  std::span<const EventDescriber> events{};

  /// Witness: `fact` is counted without a subject, as packets are. Subscribers seen with `of` stand behind the
  /// `value` of it that belongs to theirs. Both are facts of `dissector`.
  struct Witness {
    std::string_view dissector;
    std::uint16_t fact;
    std::uint16_t of;
    std::uint64_t (*value)(std::uint64_t) noexcept;
  };
  std::span<const Witness> witnesses{};
};

/// The rows of several files, one behind the other.
[[nodiscard]] std::vector<Measure> joined(std::initializer_list<std::span<const Measure>> parts);

}  // namespace uptake
