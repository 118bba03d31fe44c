#include "policy/catalogue/resolvers/area.h"

#include <array>

#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/judge.h"
#include "policy/correlate/resolvers/facts.h"

namespace uptake {
namespace {

using resolvers::kAnswer;
using resolvers::Known;
using resolvers::kResolver;
using resolvers::Shows;

// --- judges ---

constexpr bool refuses(Shows shows) noexcept { return shows == Shows::explained || shows == Shows::refused; }

Judgement validates(std::uint64_t v, const Profile&) noexcept {
  const auto shows = static_cast<Shows>(v);
  return Judgement::pass_if(shows == Shows::called_validated || refuses(shows));
}
/// Of what does not validate.
Judgement refuses_bogus(std::uint64_t v, const Profile&) noexcept {
  const auto shows = static_cast<Shows>(v);
  if (refuses(shows)) return Judgement::pass();
  return shows == Shows::handed_out ? Judgement::fail() : Judgement::not_applicable();
}
Judgement explains(std::uint64_t v, const Profile&) noexcept {
  const auto shows = static_cast<Shows>(v);
  return refuses(shows) ? Judgement::pass_if(shows == Shows::explained) : Judgement::not_applicable();
}
template <Known kLeast>
Judgement known_since(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(static_cast<Known>(v) >= kLeast);
}

// --- rows ---

using namespace standards;

constexpr std::string_view kHidden =
    "Answers that could not be validated here; failures that give no reason, where no answer was seen that does not "
    "validate; responses whose query was not seen; queries without DO, and encrypted DNS.";
constexpr std::string_view kOutside =
    "Queries with CD, which want no validation; answers that are proved to be unsigned; what a resolver says of its "
    "own zones (AA), or declares not to be the zone's answer (RFC 8914: info-codes 3, 4, 15 to 17, 19), or makes for "
    "NAT64; and where AD is missing, what whoever validates may take for insecure: algorithms and digests by SHA-1, "
    "here or above, and NSEC3 with iterations (RFC 9905, RFC 9276).";
constexpr std::string_view kShown =
    "AD stands in each answer that validates here, to a query with AD or DO; what does not validate is refused: by "
    "SERVFAIL that says so (RFC 8914: info-codes 6 to 12), or by SERVFAIL to a question of which an answer that does "
    "not validate was seen in the five minutes before.";
constexpr std::string_view kNotShown =
    "An answer that validates comes without AD, or one that does not, though all links above it do, is handed out.";
constexpr std::string_view kTrap =
    "A forwarder may drop AD, and hides who is behind it. A resolver that joins records of two ages hands out what "
    "does not validate, though it does.";
constexpr std::string_view kRefusedWords =
    "SERVFAIL that says so (RFC 8914: info-codes 6 to 12), or to a question of which such an answer was seen.";

constexpr Measure row(std::uint16_t fact, const Unit& unit, std::string_view id, const Standard& standard,
                      Judge judge, std::string_view question, std::string_view passes) {
  return Measure{id, &standard, unit, "resolvers", fact, judge, question, passes, kHidden}
      .from_join()
      .leaves_out(kOutside)
      .beware(kTrap);
}
template <Known kLeast>
constexpr Measure known(std::string_view id, std::string_view question, std::string_view passes) {
  return Measure{id,
                 &kDnssec,
                 Unit::responses,
                 "resolvers",
                 resolvers::kKnown,
                 known_since<kLeast>,
                 question,
                 passes,
                 "Nothing: it is counted of each response that DNSSEC is about, and was read."}
      .from_join()
      .neutral()
      .beware(
          "Keys and DS records are asked for when their time is over, which is a day for most: of signed answers "
          "of a resolver that runs already some 5 % can be judged after 12 hours of watching, and half after a "
          "day. Records that are lent (--dnssec-records) help from the start, and count as seen when an answer "
          "with keys comes.");
}

constexpr std::array kRows = {
    row(kResolver, Unit::resolvers, "dnssec.resolver.validates", kDnssec, validates,
        "How many resolvers show by each answer that they validate?", kShown)
        .fails_if(kNotShown),
    row(kAnswer, Unit::subscribers, "dnssec.resolver.validates", kDnssec, validates,
        "How many subscribers have each answer validated for them?", kShown)
        .fails_if(kNotShown),
    row(kResolver, Unit::resolvers, "dnssec.resolver.refuses", kDnssec, by_entity<refuses_bogus>,
        "How many resolvers refuse all that does not validate?", kRefusedWords)
        .fails_if("Such an answer is handed out."),
    row(kAnswer, Unit::responses, "dnssec.resolver.refuses", kDnssec, refuses_bogus,
        "How many answers that do not validate do resolvers refuse?", kRefusedWords)
        .fails_if("Such an answer is handed out."),
    row(kAnswer, Unit::responses, "dnssec.resolver.explains", kExtendedErrors, explains,
        "How many refusals of what does not validate say that it does not?", "An info-code from 6 to 12 (RFC 8914)."),
    known<Known::minutes>("dnssec.keys.seen", "How many responses came when the keys of some zone had been seen?",
                          "A DNSKEY RRset that verifies came before it, or is it."),
    known<Known::two_hours>("dnssec.keys.hours_2", "How many responses came when keys had been seen for 2 hours?",
                            "The first DNSKEY RRset that verifies came 2 hours before, or more."),
    known<Known::twelve_hours>("dnssec.keys.hours_12",
                               "How many responses came when keys had been seen for 12 hours?",
                               "The first DNSKEY RRset that verifies came 12 hours before, or more."),
    known<Known::day>("dnssec.keys.day", "How many responses came when keys had been seen for a day?",
                      "The first DNSKEY RRset that verifies came 24 hours before, or more."),
};

}  // namespace

Area resolvers_area() { return {.name = "resolvers", .measures = kRows}; }

}  // namespace uptake
