#include "dissectors/bgp/dialogue.h"

namespace uptake::bgp {
namespace {

/// RFC 9234 section 4.2: provider and customer, route server and its client, two peers.
bool roles_fit(std::uint8_t one, std::uint8_t other) noexcept {
  const auto is = [&](Role first, Role second) {
    return one == static_cast<std::uint8_t>(first) && other == static_cast<std::uint8_t>(second);
  };
  return is(Role::provider, Role::customer) || is(Role::customer, Role::provider) ||
         is(Role::route_server, Role::route_server_client) || is(Role::route_server_client, Role::route_server) ||
         is(Role::peer, Role::peer);
}

Sight sight_of(const Dialogue& dialogue, Ending ending) noexcept {
  const unsigned opens = dialogue.speakers[0].is(Speaker::kOpen) + dialogue.speakers[1].is(Speaker::kOpen);
  if (opens == 2) return Sight::both;
  if (opens == 1) return ending == Ending::limit ? Sight::limit : Sight::one;
  if (dialogue.messages > 0) return Sight::none;
  switch (ending) {
    case Ending::truncated:
      return Sight::truncated;
    case Ending::gap:
      return Sight::gap;
    case Ending::malformed:
      return Sight::malformed;
    case Ending::limit:
      return Sight::limit;
    case Ending::closed:
    case Ending::unfinished:
      break;
  }
  return Sight::none;
}

}  // namespace

Reading Dialogue::reading(Side from) const noexcept {
  const Speaker& sender = speakers[static_cast<std::size_t>(from)];
  const Speaker& receiver = speakers[1 - static_cast<std::size_t>(from)];
  Reading reading;
  reading.from_server = from == Side::server;
  reading.opens = opens();
  if (!reading.opens) {
    reading.as_octets = sender.as_octets;
    return reading;
  }
  // RFC 7911 section 4: who can send them, to whom can receive them.
  const auto agreed = [&](unsigned receives) {
    return (sender.add_path >> (receives + 1) & 1) != 0 && (receiver.add_path >> receives & 1) != 0;
  };
  reading.add_path_v4 = agreed(0);
  reading.add_path_v6 = agreed(2);
  reading.as_octets = sender.lists(kAs4) && receiver.lists(kAs4) ? Octets::four : Octets::two;
  reading.scope = sender.as == receiver.as ? Scope::internal : Scope::external;
  const bool roles = sender.is(Speaker::kHasRole) && receiver.is(Speaker::kHasRole);
  if (!roles || !roles_fit(sender.role, receiver.role)) return reading;
  const auto role = static_cast<Role>(sender.role);
  reading.has_role = true;
  reading.from_below = role == Role::customer || role == Role::route_server_client;
  reading.from_peer = role == Role::peer;
  reading.sender_as = sender.as;
  return reading;
}

SessionBits Dialogue::bits(Ending ending) const noexcept {
  const Speaker& client = speakers[0];
  const Speaker& server = speakers[1];
  const auto both = [&](std::uint16_t flag) { return client.is(flag) && server.is(flag); };
  SessionBits bits;
  bits.sight = sight_of(*this, ending);
  bits.established = established();
  bits.v6 = v6;
  if (!bits.established) {
    bits.refused = client.is(Speaker::kNotified) || server.is(Speaker::kNotified);
    // A NOTIFICATION ends it, whether the end was seen or not.
    bits.why = lost != Ending::closed || bits.refused ? lost : ending;
    const auto yields = [](const Speaker& speaker) {  // Cease, Connection Collision Resolution: RFC 4486 section 4
      return speaker.is(Speaker::kNotified) && speaker.code == 6 && speaker.subcode == 7;
    };
    bits.collided = yields(client) || yields(server);
  }
  if (both_seen()) {
    bits.guard = both(Speaker::kAo) ? Guard::ao : both(Speaker::kMd5) ? Guard::md5 : Guard::none;
    bits.ttl = both(Speaker::kMostTtl) ? Ttl::most : Ttl::lower;
  }
  bits.broken_capability = client.is(Speaker::kBroken) || server.is(Speaker::kBroken);
  if (bits.sight != Sight::both) return bits;
  bits.capabilities = client.capabilities & server.capabilities;
  bits.ip6 = client.lists(kIpv6Unicast) && server.lists(kIpv6Unicast);
  bits.internal = client.as == server.as;
  if (both(Speaker::kHasRole)) bits.roles = roles_fit(client.role, server.role) ? RoleFit::fits : RoleFit::mismatch;
  return bits;
}

}  // namespace uptake::bgp
