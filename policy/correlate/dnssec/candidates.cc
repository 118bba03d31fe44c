#include "policy/correlate/dnssec/candidates.h"

#include <algorithm>

namespace uptake::dnssec {

Candidates::Candidates(const Digests& digests, std::size_t places, std::size_t octets, Wait wait)
    : digests_(digests), wait_(wait), table_(places), octets_(octets), scratch_(std::make_unique<Message>()) {}

bool Candidates::has_open_keys(const Name& zone, const At& at) noexcept {
  bool open = false;
  table_.each(zone, digests_.octets(zone.wire()), at.ns, [&](const Candidate& one) {
    open = open || (one.shows == Candidate::Shows::keys && !one.refused && one.life.serves(at.ns));
  });
  return open;
}

/// Equal for messages that show the same: of the records and signatures that count, in any order.
std::uint64_t Candidates::content_of(const Message& message, const Candidate& candidate) const noexcept {
  const std::uint16_t type = candidate.shows == Candidate::Shows::ds ? kTypeDs : kTypeDnskey;
  std::uint64_t sum = 1 + static_cast<std::uint64_t>(candidate.shows);
  for (const Rrset& set : message.rrsets()) {
    const bool counts = candidate.shows == Candidate::Shows::denial ? is_denial(set)
                                                                    : set.type == type && set.owner == candidate.name;
    if (!counts) continue;
    message.each_record(set, [&](Bytes rdata) { sum += digests_.octets(rdata); });
    message.each_signature(set, [&](const Signature& signature) {
      sum += digests_.octets(signature.octets);
      return true;
    });
  }
  return sum;
}

void Candidates::keep(const Message& message, Bytes octets, const Candidate& candidate, const At& at) noexcept {
  const std::uint64_t id = content_of(message, candidate);
  bool is_new = false;
  Candidate& place = table_.put(candidate.name, digests_.octets(candidate.name.wire()), id, wait_.oldest(at), is_new);
  if (!is_new && octets_.has(place.octets)) {
    place.life.until_ns = std::max(place.life.until_ns, candidate.life.until_ns);
    place.of_authority = place.of_authority || candidate.of_authority;
    return;
  }
  OctetRing::Kept kept;
  if (!octets_.keep(octets, kept)) return;
  place = candidate;
  place.id = id;
  place.octets = kept;
}

}  // namespace uptake::dnssec
