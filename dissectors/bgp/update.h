#pragma once

#include "dissectors/bgp/attributes/attribute.h"
#include "dissectors/bgp/facts.h"
#include "dissectors/bgp/prefix.h"

namespace uptake::bgp {

/// Reading: what the session told about how its UPDATEs are to be read.
struct Reading {
  bool opens = false;  ///< both OPENs were read: what they do not agree on is not so
  bool from_server = false;
  bool add_path_v4 = false;
  bool add_path_v6 = false;
  Octets as_octets = Octets::unknown;
  Scope scope = Scope::unknown;
  bool has_role = false;    ///< both OPENs tell roles that fit
  bool from_below = false;  ///< the sender is a customer, or a route server's client
  bool from_peer = false;
  std::uint32_t sender_as = 0;  ///< with a role

  /// As an Exhibit's value tells it; without roles.
  [[nodiscard]] static constexpr Reading of(const UpdateBits& bits) noexcept {
    Reading reading;
    reading.opens = true;
    reading.from_server = bits.from_server;
    reading.add_path_v4 = bits.add_path_v4;
    reading.add_path_v6 = bits.add_path_v6;
    reading.as_octets = bits.as_octets;
    reading.scope = bits.scope;
    return reading;
  }
};

/// Update: one UPDATE (RFC 4271 section 4.3). Borrowed from its octets.
struct Update {
  UpdateBits bits;
  Attributes attributes;
  Bytes withdrawn;  ///< routes of IPv4 unicast
  Bytes announced;  ///< the same

  /// Calls `each(prefix, announced)` for every route that is read, in the order of the message, withdrawn ones first.
  template <class Each>
  void each_route(Each each) const noexcept {
    walk(withdrawn, Family::v4, false, each);
    if (attributes.unreach.is(Reach::kIpv4)) walk(attributes.unreach.routes, Family::v4, false, each);
    if (attributes.unreach.is(Reach::kIpv6)) walk(attributes.unreach.routes, Family::v6, false, each);
    const bool announces = !bits.withdrawn;
    walk(announced, Family::v4, announces, each);
    if (attributes.reach.is(Reach::kIpv4)) walk(attributes.reach.routes, Family::v4, announces, each);
    if (attributes.reach.is(Reach::kIpv6)) walk(attributes.reach.routes, Family::v6, announces, each);
  }

 private:
  template <class Each>
  void walk(Bytes list, Family family, bool announces, Each& each) const noexcept {
    Prefixes prefixes(list, family, family == Family::v4 ? bits.add_path_v4 : bits.add_path_v6);
    for (Prefix prefix; prefixes.next(prefix);) each(prefix, announces);
  }
};

/// Reads an UPDATE without its header. False when its own lengths contradict each other: nothing of it is known.
[[nodiscard]] bool read_update(Bytes body, const Reading& reading, Update& update) noexcept;

}  // namespace uptake::bgp
