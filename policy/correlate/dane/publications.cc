#include "policy/correlate/dane/publications.h"

#include "dissectors/packet_time.h"
#include "policy/correlate/dane/response.h"
#include "policy/correlate/dnssec/facts.h"

namespace uptake::dane {

Publications::Publications(const Digests& digests, const std::string& trust_anchors, const Bounds& bounds)
    : message_(std::make_unique<dnssec::Message>()),
      answers_(digests, bounds.answers, bounds.answer_octets),
      hosts_(digests, bounds.addresses),
      matcher_(trust_anchors) {}

void Publications::learn(const Filed& filed) noexcept {
  const dnssec::Bits judged = dnssec::Bits::unpack(filed.value);
  const std::uint16_t type = judged.qtype;
  if (type != kTypeA && type != kTypeAaaa && type != kTypeTlsa) return;
  const dnssec::Message* const message = dnssec::message_of(filed, *message_);
  if (message == nullptr) return;
  if (type == kTypeTlsa) return answers_.learn(*message, judged, filed.about.packet_ns);
  hosts_.learn(*message, judged, filed.about);
}

/// By the name that the client gave, where records of that are known; else by the names of its address.
Found Publications::find(const Connection& connection) noexcept {
  const std::uint64_t given = connection.about.subject.name_digest;
  if (given != 0) {
    const Found found = look(connection, given);
    if (found.published != Published::unseen || !connection.bits.mail) return found;
  }
  return find_by_address(connection);
}

Found Publications::find_by_address(const Connection& connection) noexcept {
  const std::uint64_t now = connection.about.packet_ns;
  const Hosts::Names* const known = hosts_.find(connection.about.subject.server, now);
  if (known == nullptr) return {};
  const Hosts::Names names = *known;
  Found best;
  bool insecure = false;
  for (const Hosts::Host& host : names.hosts) {
    if (host.name == 0 || host.until_ns <= now) continue;
    const Found found = look(connection, host.name);
    if (found.published == Published::unseen) {
      insecure = insecure || host.insecure;
      best.asked = best.asked || found.asked;
      continue;
    }
    if (best.published == Published::usable && found.published == Published::usable &&
        best.matched.match != found.matched.match)
      return {.published = Published::ambiguous, .asked = true};
    if (best.published == Published::unseen || found.published == Published::usable) best = found;
  }
  if (best.published == Published::unseen && insecure) best.published = Published::address;
  if (names.crowded_ns <= now || best.matched.match == Match::valid) return best;
  // It has more names than are remembered: one of those may be the server's.
  ++pushed_;
  return {.published = Published::limit, .asked = best.asked};
}

/// What it comes to if the server is that host.
Found Publications::look(const Connection& connection, std::uint64_t host) noexcept {
  const std::uint64_t now = connection.about.packet_ns;
  const Answer* const answer = answers_.find(host, connection.about.subject.server_port, now);
  if (answer == nullptr) return {};
  Found found{.host = host, .set = answer->set, .pair = answer->pair, .asked = answer->was_asked(now)};
  if (answers_.has(*answer)) found.name = answers_.name_of(*answer);
  if (answer->until_ns <= now) return found;
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
