#include "policy/events/dane.h"

#include <array>
#include <string_view>

#include "policy/correlate/dane/facts.h"
#include "policy/events/certificates.h"
#include "policy/events/words.h"

namespace uptake {
namespace {

using certificates::Sight;
using dane::BitFields;
using dane::Bits;
using dane::Match;
using dane::Published;
using dane::Way;

constexpr std::array<std::string_view, 10> kPublished = {"unseen",  "usable", "unusable",   "absent",    "insecure",
                                                         "address", "bogus",  "not_judged", "ambiguous", "limit"};
constexpr std::array<std::string_view, 7> kWays = {"begun",  "not_offered", "masked", "refused",
                                                   "unused", "one_sided",   "lost"};
/// Of a chain that was seen.
constexpr std::array<std::string_view, 8> kMatches = {"verified",     "mismatch",      "expired",     "name mismatch",
                                                      "broken chain", "unusable TLSA", "not visible", "no anchors"};

/// Where the server has records that the client can use.
std::string_view outcome_of(const Bits& b) noexcept {
  switch (b.way) {
    case Way::begun:
      break;
    case Way::not_offered:
    case Way::masked:
      return "no STARTTLS";
    case Way::refused:
      return "STARTTLS refused";
    case Way::unused:
      return "TLS unused";
    case Way::one_sided:
    case Way::lost:
      return "not visible";
  }
  if (b.sight == Sight::seen) return word_of(kMatches, b.match);
  return b.sight == Sight::none || b.sight == Sight::refused ? "no certificate" : "not visible";
}

std::string_view outcome_name(const Bits& b) noexcept {
  switch (b.published) {
    case Published::usable:
      return outcome_of(b);
    case Published::unusable:
      return "unusable TLSA";
    case Published::absent:
      return "no TLSA";
    case Published::insecure:
    case Published::address:
      return "insecure TLSA";
    case Published::bogus:
      return "bogus TLSA";
    default:
      return "not judged";
  }
}

void describe(std::uint64_t value, EventFields& fields) {
  const Bits b = Bits::unpack(value);
  fields.word("outcome", outcome_name(b));
  fields.word("records", word_of(kPublished, b.published));
  fields.word(BitFields::name<&Bits::way>(), word_of(kWays, b.way));
  if (b.way == Way::begun) fields.word(BitFields::name<&Bits::sight>(), sight_name(b.sight));
  const bool matched = b.published == Published::usable && b.way == Way::begun && b.sight == Sight::seen;
  if (matched && b.match == Match::valid) fields.number(BitFields::name<&Bits::usage>(), b.usage);
  append_flags<BitFields, &Bits::mail, &Bits::relay, &Bits::pair, &Bits::asked, &Bits::inferred>(fields, b);
  if (b.server_name != dane::ServerName::unseen)
    fields.flag(BitFields::name<&Bits::server_name>(), b.server_name == dane::ServerName::present);
}

/// Of most mail connections nobody was seen to ask for records.
bool is_known(std::uint64_t value) noexcept { return Bits::unpack(value).published != Published::unseen; }

constexpr EventDescriber kEvents[] = {{"dane", dane::kConnection, "dane", describe, nullptr, is_known}};

}  // namespace

std::span<const EventDescriber> dane_events() noexcept { return kEvents; }

}  // namespace uptake
