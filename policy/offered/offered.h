#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/refusal.h"

namespace uptake {

/// OfferTest: a test of what domains offer, and the measure of use that it stands beside.
struct OfferTest {
  std::string name;
  std::string within;  ///< the test without which it is not made; or empty
  std::string measure;
  std::string unit;
};
/// Those of Internet.nl, from internet-nl.toml.
[[nodiscard]] std::span<const OfferTest> offer_tests();

/// Offer: of the domains of a list, how many offer what a test asks for. It is never added to figures of use.
struct Offer {
  const OfferTest* test = nullptr;
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t untested = 0;  ///< the test could not be made
};

/// OfferedResults: what Internet.nl found of a list of domains. The domains stay out of it.
struct OfferedResults {
  std::string name;      ///< what who asked calls the list
  std::string kind;      ///< "web" or "mail"
  std::string finished;  ///< the day, as "2026-11-20"; or empty
  std::uint64_t domains = 0;
  std::vector<Offer> offers;  ///< of tests that were made of some domain
};

/// Reads the results of a batch request (API 2) in JSON. Refusal (configuration): they are none.
[[nodiscard]] Either<OfferedResults> read_offered(std::string_view json, const std::string& name);

/// OfferOfList: an offer, and the list whose domains make it.
struct OfferOfList {
  const OfferedResults* list = nullptr;
  const Offer* offer = nullptr;
};
/// The offers beside a measure.
[[nodiscard]] std::vector<OfferOfList> offers_of(std::span<const OfferedResults> lists, std::string_view measure,
                                                 std::string_view unit);

}  // namespace uptake
