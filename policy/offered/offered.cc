#include "policy/offered/offered.h"

#include <toml++/toml.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "policy/embedded.h"

namespace uptake {
namespace {

using nlohmann::json;

std::vector<OfferTest> read_tests() {
  std::vector<OfferTest> tests;
  for (const EmbeddedText& file : embedded_offered()) {
    const toml::table document = toml::parse(file.text);
    for (const toml::node& node : *document["test"].as_array()) {
      const toml::table& row = *node.as_table();
      const auto text = [&](std::string_view key) { return row[key].value_or(std::string{}); };
      tests.push_back({text("name"), text("within"), text("measure"), text("unit")});
    }
  }
  return tests;
}

enum class Outcome : std::uint8_t { pass, fail, untested, absent };

/// Failures of recommended and optional tests are failures: whether it is asked for is another question.
Outcome outcome_of(const json& tests, const std::string& name) {
  const auto found = tests.find(name);
  if (found == tests.end()) return Outcome::absent;
  const auto& status = found->at("status").get_ref<const std::string&>();
  if (status == "passed") return Outcome::pass;
  return status == "failed" || status == "warning" || status == "info" ? Outcome::fail : Outcome::untested;
}

/// Who fails the test around this one does not offer it: so its share is never above that of the one around it.
Outcome nested_outcome(const json& tests, const OfferTest& test) {
  const Outcome own = outcome_of(tests, test.name);
  if (own == Outcome::pass || own == Outcome::fail || test.within.empty()) return own;
  const auto all = offer_tests();
  const auto around = std::ranges::find(all, test.within, &OfferTest::name);
  const Outcome outer = around == all.end() ? outcome_of(tests, test.within) : nested_outcome(tests, *around);
  return outer == Outcome::fail ? Outcome::fail : own;
}

void add_domain(const json& domain, std::vector<Offer>& offers) {
  const bool tested = domain.at("status") == "ok";
  for (Offer& offer : offers) {
    if (!tested) {
      ++offer.untested;
      continue;
    }
    switch (nested_outcome(domain.at("results").at("tests"), *offer.test)) {
      case Outcome::pass:
        ++offer.pass;
        break;
      case Outcome::fail:
        ++offer.fail;
        break;
      case Outcome::untested:
      case Outcome::absent:
        ++offer.untested;
        break;
    }
  }
}

/// A day in front of a time; nothing where there is none.
std::string day_of(const json& request) {
  const auto found = request.find("finished_date");
  if (found == request.end() || !found->is_string()) return {};
  const std::string day = found->get<std::string>().substr(0, 10);
  const bool is_one = day.size() == 10 && day.find_first_not_of("0123456789-") == std::string::npos;
  return is_one ? day : std::string{};
}

OfferedResults results_of(const json& document) {
  const json& request = document.at("request");
  if (!document.at("api_version").get_ref<const std::string&>().starts_with("2.") || request.at("status") != "done")
    throw std::invalid_argument("is not finished, or of another version of the API than 2");
  OfferedResults results;
  results.name = request.at("name").get<std::string>();
  results.kind = request.at("request_type").get<std::string>();
  results.finished = day_of(request);
  for (const OfferTest& test : offer_tests())
    if (test.name.starts_with(results.kind + "_")) results.offers.push_back({&test});
  if (results.offers.empty()) throw std::invalid_argument("is neither of web nor of mail");
  for (const auto& [name, domain] : document.at("domains").items()) {
    ++results.domains;
    add_domain(domain, results.offers);
  }
  std::erase_if(results.offers, [](const Offer& offer) { return offer.pass + offer.fail == 0; });
  return results;
}

}  // namespace

std::span<const OfferTest> offer_tests() {
  static const std::vector<OfferTest> kTests = read_tests();
  return kTests;
}

Either<OfferedResults> read_offered(std::string_view text, const std::string& name) {
  const auto refusal = [&](std::string what) {
    return Refusal{Why::configuration, std::move(what), name, "give the results of a batch request of Internet.nl"};
  };
  try {
    return results_of(json::parse(text));
  } catch (const std::invalid_argument& fault) {
    return refusal(fault.what());
  } catch (const json::exception&) {
    return refusal("is no result of Internet.nl");
  }
}

std::vector<OfferOfList> offers_of(std::span<const OfferedResults> lists, std::string_view measure,
                                   std::string_view unit) {
  std::vector<OfferOfList> found;
  for (const OfferedResults& list : lists)
    for (const Offer& offer : list.offers)
      if (offer.test->measure == measure && offer.test->unit == unit) found.push_back({&list, &offer});
  return found;
}

}  // namespace uptake
