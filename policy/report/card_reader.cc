#include "policy/report/card_reader.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "policy/report/json.h"

namespace uptake {

using nlohmann::json;

void add_count(std::uint64_t& sum, std::uint64_t count) {
  if (count > ~std::uint64_t{0} - sum) throw CardFault("its counts are beyond 64 bits");
  sum += count;
}

std::uint64_t count_at(const json& object, const char* key) {
  const json& value = object.at(key);
  if (!value.is_number_unsigned()) throw CardFault(fmt::format("its \"{}\" is no count", key));
  return value.get<std::uint64_t>();
}

CardFacts facts_of(const json& card, const json& window) {
  CardFacts facts;
  facts.catalogue = card.at("catalogue").get<std::string>();
  facts.profile = card.at("profile").get<std::string>();
  facts.directions_known = card.at("directions_known").get<bool>();
  if (!window.contains("client_groups")) return facts;
  const json& groups = window.at("client_groups");
  facts.k = count_at(groups, "k");
  facts.subscriber = groups.at("subscriber").get<std::array<std::uint64_t, 2>>();
  facts.key = groups.at("key").get<std::string>();
  return facts;
}

bool has_figures(const json& window) {
  return !window.contains("empty_windows") || window.at("ledger").at("frames") != 0;
}

std::optional<Refusal> read_card(std::string_view text, const std::string& name, std::string_view begin,
                                 const std::function<void(json& card)>& take) {
  return refuse_faults(name, begin, [&] {
    json card = json::parse(text);
    if (card.at("schema").get_ref<const std::string&>() != kScoreCardSchema) throw CardFault("it has another schema");
    take(card);
  });
}

std::optional<Refusal> refuse_faults(const std::string& name, std::string_view begin,
                                     const std::function<void()>& read) {
  const auto refusal = [&](const CardFault& fault) {
    return Refusal{Why::configuration, fmt::format("{}{}", begin, fault.what()), name, fault.hint};
  };
  try {
    read();
    return std::nullopt;
  } catch (const json::parse_error&) {
    return refusal(CardFault("it is no JSON"));
  } catch (const json::exception&) {
    return refusal(CardFault("a part of it is missing, or of another kind"));
  } catch (const CardFault& fault) {
    return refusal(fault);
  }
}

}  // namespace uptake
