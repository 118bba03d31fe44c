#include "policy/correlate/dane/publications.h"

#include <algorithm>
#include <array>
#include <span>

#include "dissectors/packet_time.h"
#include "policy/correlate/dane/response.h"
#include "policy/correlate/dnssec/facts.h"

namespace uptake::dane {
namespace {

/// Of the names of an address the one decides of which most is known: records that a client can use, then what may be
/// such, then what is none.
unsigned weight_of(Published published) noexcept {
  switch (published) {
    case Published::usable:
      return 4;
    case Published::bogus:
    case Published::not_judged:
    case Published::ambiguous:
    case Published::limit:
      return 3;
    case Published::unusable:
    case Published::absent:
    case Published::insecure:
      return 2;
    case Published::address:
      return 1;
    case Published::unseen:
      break;
  }
  return 0;
}

}  // namespace

Publications::Publications(const Digests& digests, const std::string& trust_anchors, const Bounds& bounds)
    : message_(std::make_unique<dnssec::Message>()),
      answers_(digests, bounds.answers, bounds.answer_octets),
      hosts_(digests, bounds.addresses),
      matcher_(trust_anchors) {}

void Publications::learn(const Filed& filed) noexcept {
  const dnssec::Bits judged = dnssec::Bits::unpack(filed.value);
  const std::uint16_t type = judged.qtype;
  if (type != kTypeA && type != kTypeAaaa && type != kTypeTlsa) return;
  if (!judged.is_taken()) return;
  const dnssec::Message* const message = dnssec::message_of(filed, *message_);
  if (message == nullptr) return;
  if (type == kTypeTlsa) return answers_.learn(*message, judged, filed.about.packet_ns);
  hosts_.learn(*message, judged, filed.about);
}

Found Publications::find(const Connection& connection) noexcept {
  return connection.about.subject.name_digest != 0 ? find_by_name(connection) : find_by_address(connection);
}

/// By the name that the client gave: the server answers for that one (RFC 6066 §3, RFC 7671 §3).
Found Publications::find_by_name(const Connection& connection) noexcept {
  const std::uint64_t given = connection.about.subject.name_digest;
  const std::uint64_t now = connection.about.packet_ns;
  Found found = look(connection, given);
  if (found.published != Published::unseen || !connection.bits.mail) return found;
  const Hosts::Names* const names = hosts_.find(connection.about.subject.server, now);
  if (names == nullptr) return found;
  const bool insecure = std::ranges::any_of(names->hosts, [given, now](const Hosts::Host& host) {
    return host.name == given && host.insecure && host.until_ns > now;
  });
  if (insecure) found.published = Published::address;
  return found;
}

/// By all names of its address, for nobody says which one it is.
Found Publications::find_by_address(const Connection& connection) noexcept {
  const std::uint64_t now = connection.about.packet_ns;
  const Hosts::Names* const known = hosts_.find(connection.about.subject.server, now);
  if (known == nullptr) return {};
  const Hosts::Names names = *known;
  std::array<Found, Hosts::kNames> all{};
  std::size_t count = 0;
  bool asked = false;
  for (const Hosts::Host& host : names.hosts) {
    if (host.name == 0 || host.until_ns <= now) continue;
    Found& found = all[count++];
    found = look_behind(connection, host);
    if (found.published == Published::unseen && host.insecure) found.published = Published::address;
    asked = asked || found.asked;
  }
  const std::span founds(all.data(), count);
  Found best;
  for (const Found& found : founds)
    if (weight_of(found.published) > weight_of(best.published)) best = found;
  if (weight_of(best.published) <= weight_of(Published::address)) best.asked = asked;
  if (names.crowded_ns > now && best.matched.match != Match::valid) {
    // It has more names than are remembered: one of those may be the server's.
    ++pushed_;
    return {.published = Published::limit, .asked = best.asked};
  }
  const bool shows_chain = connection.bits.way == Way::begun && connection.bits.sight == certificates::Sight::seen;
  if (best.published != Published::usable || !shows_chain) return best;
  // What does not fit one name may be meant for another.
  const Match match = best.matched.match;
  const bool ambiguous = std::ranges::any_of(founds, [match](const Found& found) {
    return found.published == Published::usable ? found.matched.match != match : match != Match::valid;
  });
  if (ambiguous) return {.published = Published::ambiguous, .asked = true};
  return best;
}

/// By the records of the name behind its aliases, and where none of those are secure by its own (RFC 7671 §7).
Found Publications::look_behind(const Connection& connection, const Hosts::Host& host) noexcept {
  if (host.behind != 0) {
    const Found found = look(connection, host.behind);
    const bool is_own = found.published == Published::unseen || found.published == Published::absent ||
                        found.published == Published::insecure;
    if (!is_own) return found;
  }
  return look(connection, host.name);
}

/// What it comes to if the server is that host.
Found Publications::look(const Connection& connection, std::uint64_t host) noexcept {
  const std::uint64_t now = connection.about.packet_ns;
  const Known* const known = answers_.find(host, connection.about.subject.server_port, now);
  if (known == nullptr) return {};
  bool lost = false;
  const Answer* const answer = known->at(now, lost);
  Found found{.host = host, .asked = known->was_asked(now)};
  if (answers_.has(known->last)) found.name = answers_.name_of(known->last);
  if (lost) {
    ++pushed_;
    found.published = Published::limit;
  }
  if (answer == nullptr) return found;
  found.set = answer->set;
  found.pair = answer->pair;
  found.published = answer->published;
  if (found.published == Published::unusable && !connection.bits.mail && answer->usable_elsewhere)
    found.published = Published::usable;
  if (found.published != Published::usable || connection.bits.way != Way::begun ||
      connection.bits.sight != certificates::Sight::seen)
    return found;
  if (!answers_.has(*answer) || connection.chain.empty()) {
    ++pushed_;
    found.published = Published::limit;
    return found;
  }
  found.matched = matcher_.match(connection.chain, {.records = answers_.records_of(*answer),
                                                    .name = answers_.name_of(*answer),
                                                    .mail = connection.bits.mail,
                                                    .seconds = static_cast<std::int64_t>(now / kSecondNs)});
  return found;
}

}  // namespace uptake::dane
