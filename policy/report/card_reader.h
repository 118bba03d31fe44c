#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "policy/refusal.h"
#include "policy/report/card_facts.h"

namespace uptake {

/// CardFault: why a text is not taken as a score card. Thrown by whoever reads one, caught by read_card().
struct CardFault : std::runtime_error {
  explicit CardFault(const std::string& what, std::string todo = "give what uptake wrote with --json")
      : std::runtime_error(what), hint(std::move(todo)) {}
  std::string hint;
};

/// Adds to a sum. Throws CardFault where it would not fit.
void add_count(std::uint64_t& sum, std::uint64_t count);
/// The count of that key. Throws CardFault where it is something else, json::exception where there is none.
[[nodiscard]] std::uint64_t count_at(const nlohmann::json& object, const char* key);
/// What a card says of the figures of one of its windows; of no window: null.
[[nodiscard]] CardFacts facts_of(const nlohmann::json& card, const nlohmann::json& window);
/// False: it stands for windows without frames.
[[nodiscard]] bool has_figures(const nlohmann::json& window);

/// Calls `take` with the card that `text` is in JSON, which it may keep. Refusal (configuration): it is none, or
/// `take` threw CardFault or json::exception. What it says begins with `begin`.
[[nodiscard]] std::optional<Refusal> read_card(std::string_view text, const std::string& name, std::string_view begin,
                                               const std::function<void(nlohmann::json& card)>& take);

/// Runs `read`, which reads further in a card that was parsed. Refusals: as of read_card().
[[nodiscard]] std::optional<Refusal> refuse_faults(const std::string& name, std::string_view begin,
                                                   const std::function<void()>& read);

}  // namespace uptake
