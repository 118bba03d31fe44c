#pragma once

#include <string>
#include <vector>

#include "tests/dissectors/frame/packets.h"

namespace uptake::test {

/// What the outermost layer of a packet is, so that layers can be stacked.
enum class Kind : std::uint8_t { ethernet, ipv4, ipv6 };

/// Packet: octets under construction, and their outermost layer.
struct Packet {
  Octets octets;
  Kind kind = Kind::ethernet;
};

/// Wrapper: one encapsulation around any packet; what it cannot carry itself it carries over GRE.
struct Wrapper {
  std::string name;
  Packet (*wrap)(const Packet&);
};

[[nodiscard]] inline unsigned ethertype_of(Kind kind) {
  if (kind == Kind::ipv4) return 0x0800;
  return kind == Kind::ipv6 ? 0x86dd : 0x6558;
}
[[nodiscard]] inline Octets as_ethernet(const Packet& packet) {
  return packet.kind == Kind::ethernet ? packet.octets : ethernet(ethertype_of(packet.kind), packet.octets);
}
[[nodiscard]] inline Octets joined(Octets head, const Octets& tail) {
  put(head, tail);
  return head;
}
[[nodiscard]] inline Octets gre(unsigned flags, unsigned type, const Octets& options, const Octets& payload) {
  Octets o;
  put16(o, flags);
  put16(o, type);
  put(o, options);
  put(o, payload);
  return o;
}
[[nodiscard]] inline Packet as_ip(const Packet& packet) {
  if (packet.kind != Kind::ethernet) return packet;
  return {ipv4(47, gre(0, 0x6558, {}, packet.octets)), Kind::ipv4};
}
[[nodiscard]] inline unsigned protocol_of(Kind kind) { return kind == Kind::ipv4 ? 4 : 41; }
[[nodiscard]] inline Packet over_udp(unsigned from, unsigned to, const Octets& payload) {
  return {ipv4(17, udp_datagram(from, to, payload)), Kind::ipv4};
}
/// A tag of four octets between the addresses and the EtherType.
[[nodiscard]] inline Packet tagged(const Packet& packet, unsigned tag_type) {
  const Octets frame = as_ethernet(packet);
  Octets o(frame.begin(), frame.begin() + 12);
  put16(o, tag_type);
  put16(o, 0x2064);
  o.insert(o.end(), frame.begin() + 12, frame.end());
  return {o, Kind::ethernet};
}
[[nodiscard]] inline Octets ppp(const Packet& packet, const Octets& start = {}) {
  const Packet inner = as_ip(packet);
  Octets o = start;
  put16(o, inner.kind == Kind::ipv4 ? 0x0021 : 0x0057);
  put(o, inner.octets);
  return o;
}
[[nodiscard]] inline Octets gtp(unsigned flags, const Octets& options, const Octets& payload) {
  Octets o;
  put8(o, flags);
  put8(o, 255);
  put16(o, static_cast<unsigned>(options.size() + payload.size()));
  put32(o, 0x11223344);
  put(o, options);
  put(o, payload);
  return o;
}
[[nodiscard]] inline Octets labels(unsigned count) {
  Octets o;
  for (unsigned i = 1; i <= count; ++i) put(o, {0x12, 0x34, static_cast<std::uint8_t>(i == count ? 0x51 : 0x50), 63});
  return o;
}

[[nodiscard]] inline Octets nsh(const Packet& packet, const Octets& context) {
  Octets o = {0x0f, static_cast<std::uint8_t>(0xc2 + context.size() / 4), 1};
  put8(o, packet.kind == Kind::ipv4 ? 1 : packet.kind == Kind::ipv6 ? 2 : 3);
  put(o, {0, 0, 0x12, 0xff});
  put(o, context);
  put(o, packet.octets);
  return o;
}

// clang-format off
[[nodiscard]] inline std::vector<Wrapper> link_wrappers() {
  return {
      {"vlan", [](const Packet& p) { return tagged(p, 0x8100); }},
      {"802.1ad", [](const Packet& p) { return tagged(tagged(p, 0x8100), 0x88a8); }},
      {"qinq 9100", [](const Packet& p) { return tagged(tagged(p, 0x8100), 0x9100); }},
      {"snap", [](const Packet& p) {
         Octets frame = as_ethernet(p);
         if (frame[12] < 6) frame = tagged({frame, Kind::ethernet}, 0x8100).octets;  // it has a length, and no type
         const Octets rest(frame.begin() + 12, frame.end());
         return Packet{ethernet(static_cast<unsigned>(rest.size()) + 6,
                                joined({0xaa, 0xaa, 3, 0, 0, 0}, rest)), Kind::ethernet};
       }},
      {"802.1ah", [](const Packet& p) {
         return Packet{ethernet(0x88e7, joined({0, 0, 1, 2}, as_ethernet(p))), Kind::ethernet};
       }},
      {"vn-tag", [](const Packet& p) {
         const Octets frame = as_ethernet(p);
         return Packet{ethernet(0x8926, joined({0x80, 0x05, 0x00, 0x01}, Octets(frame.begin() + 12, frame.end()))),
                       Kind::ethernet};
       }},
      {"e-tag", [](const Packet& p) {
         const Octets frame = as_ethernet(p);
         return Packet{ethernet(0x893f, joined({0x20, 0x01, 0x30, 0x02, 0, 0}, Octets(frame.begin() + 12, frame.end()))),
                       Kind::ethernet};
       }},
      {"cisco metadata", [](const Packet& p) {
         const Octets frame = as_ethernet(p);
         return Packet{ethernet(0x8909, joined({1, 1, 0, 1, 0, 9}, Octets(frame.begin() + 12, frame.end()))),
                       Kind::ethernet};
       }},
      {"nsh", [](const Packet& p) { return Packet{ethernet(0x894f, nsh(p, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})), Kind::ethernet}; }},
      {"mpls", [](const Packet& p) {
         const Octets word = p.kind == Kind::ethernet ? Octets{0, 0, 0, 0} : Octets{};
         return Packet{ethernet(0x8847, joined(labels(1), joined(word, p.octets))), Kind::ethernet};
       }},
      {"mpls without control word", [](const Packet& p) {
         return Packet{ethernet(0x8847, joined(labels(3), p.octets)), Kind::ethernet};
       }},
      {"pppoe", [](const Packet& p) {
         const Octets inner = ppp(p);
         Octets o = {0x11, 0, 0, 9};
         put16(o, static_cast<unsigned>(inner.size()));
         return Packet{ethernet(0x8864, joined(o, inner)), Kind::ethernet};
       }},
  };
}

[[nodiscard]] inline std::vector<Wrapper> ip_wrappers() {
  return {
      {"gre", [](const Packet& p) {
         return Packet{ipv4(47, gre(0, ethertype_of(p.kind), {}, p.octets)), Kind::ipv4};
       }},
      {"gre with options", [](const Packet& p) {
         return Packet{ipv6(47, gre(0xb000, ethertype_of(p.kind), Octets(12, 5), p.octets)), Kind::ipv6};
       }},
      {"gre with routes", [](const Packet& p) {
         const Octets routes = {0, 0, 0, 8, 0, 2, 0, 4, 198, 51, 100, 9, 0, 0, 0, 0};
         return Packet{ipv4(47, gre(0x4000, ethertype_of(p.kind), joined({0, 0, 0, 0}, routes), p.octets)), Kind::ipv4};
       }},
      {"gre with all of them", [](const Packet& p) {
         const Octets routes = {0, 2, 0, 4, 198, 51, 100, 9, 0, 0, 0, 0};
         return Packet{ipv4(47, gre(0xf000, ethertype_of(p.kind), joined(Octets(12, 3), routes), p.octets)), Kind::ipv4};
       }},
      {"ppp in gre", [](const Packet& p) {
         return Packet{ipv4(47, gre(0x2000, 0x880b, {0, 0, 0, 5}, ppp(p))), Kind::ipv4};
       }},
      {"wccp", [](const Packet& p) {
         const Packet inner = as_ip(p);
         const Octets v4 = inner.kind == Kind::ipv4 ? inner.octets : ipv4(41, inner.octets);
         return Packet{ipv4(47, gre(0, 0x883e, {0, 0, 0, 1}, v4)), Kind::ipv4};
       }},
      {"pptp", [](const Packet& p) {
         const Octets inner = ppp(p, {0xff, 3});
         Octets options;
         put16(options, static_cast<unsigned>(inner.size()));
         put(options, {0, 1, 0, 0, 0, 5, 0, 0, 0, 4});
         return Packet{ipv4(47, gre(0x3081, 0x880b, options, inner)), Kind::ipv4};
       }},
      {"erspan I", [](const Packet& p) {
         return Packet{ipv4(47, gre(0, 0x88be, {}, as_ethernet(p))), Kind::ipv4};
       }},
      {"erspan II", [](const Packet& p) {
         return Packet{ipv4(47, gre(0x1000, 0x88be, {0, 0, 0, 1, 0x10, 1, 0, 1, 0, 0, 0, 0}, as_ethernet(p))), Kind::ipv4};
       }},
      {"erspan III", [](const Packet& p) {
         return Packet{ipv4(47, gre(0x1000, 0x22eb, joined({0, 0, 0, 1, 0x20, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, Octets(8, 0)),
                                    as_ethernet(p))), Kind::ipv4};
       }},
      {"ip in ipv4", [](const Packet& p) {
         const Packet inner = as_ip(p);
         return Packet{ipv4(protocol_of(inner.kind), inner.octets), Kind::ipv4};
       }},
      {"ip in ipv6", [](const Packet& p) {
         const Packet inner = as_ip(p);
         return Packet{ipv6(protocol_of(inner.kind), inner.octets), Kind::ipv6};
       }},
      {"ip behind extension headers", [](const Packet& p) {
         const Packet inner = as_ip(p);
         Octets o = {60, 0, 1, 4, 0, 0, 0, 0, 43, 1};
         put(o, Octets(14, 0));
         put(o, {static_cast<std::uint8_t>(protocol_of(inner.kind)), 0, 4, 0, 0, 0, 0, 0});
         return Packet{ipv6(0, joined(o, inner.octets)), Kind::ipv6};
       }},
      {"ip behind ah", [](const Packet& p) {
         const Packet inner = as_ip(p);
         Octets o = {static_cast<std::uint8_t>(protocol_of(inner.kind)), 4};
         put(o, Octets(22, 9));
         return Packet{ipv4(51, joined(o, inner.octets)), Kind::ipv4};
       }},
      {"atomic fragment", [](const Packet& p) {
         const Packet inner = as_ip(p);
         const Octets o = {static_cast<std::uint8_t>(protocol_of(inner.kind)), 0, 0, 0, 1, 2, 3, 4};
         return Packet{ipv6(44, joined(o, inner.octets)), Kind::ipv6};
       }},
      {"etherip", [](const Packet& p) {
         return Packet{ipv4(97, joined({0x30, 0}, as_ethernet(p))), Kind::ipv4};
       }},
      {"ethernet behind a segment routing header", [](const Packet& p) {
         const Octets srh = joined({143, 2, 4, 0, 0, 0, 0, 0}, v6_address(0x20010db8, 9));
         return Packet{ipv6(43, joined(srh, as_ethernet(p))), Kind::ipv6};
       }},
      {"ip behind a segment routing header", [](const Packet& p) {
         const Packet inner = as_ip(p);
         const Octets srh = joined({static_cast<std::uint8_t>(protocol_of(inner.kind)), 2, 4, 1, 0, 0, 0, 0}, v6_address(0x20010db8, 9));
         return Packet{ipv6(43, joined(srh, inner.octets)), Kind::ipv6};
       }},
      {"ethernet in ipv6", [](const Packet& p) { return Packet{ipv6(143, as_ethernet(p)), Kind::ipv6}; }},
      {"l2tp 3", [](const Packet& p) {
         return Packet{ipv4(115, joined({0, 0, 0x12, 0x34}, as_ethernet(p))), Kind::ipv4};
       }},
      {"l2tp 3 with a cookie", [](const Packet& p) {
         return Packet{ipv6(115, joined({0, 0, 0x12, 0x34, 9, 8, 7, 6, 5, 4, 3, 2, 0x40, 0, 0, 1}, as_ethernet(p))), Kind::ipv6};
       }},
      {"l2tp 3 of ppp", [](const Packet& p) {
         return Packet{ipv4(115, joined({0, 0, 0x12, 0x34, 9, 8, 7, 6}, ppp(p, {0xff, 3}))), Kind::ipv4};
       }},
      {"nsh in ip", [](const Packet& p) { return Packet{ipv4(145, nsh(p, {})), Kind::ipv4}; }},
      {"mpls in ip", [](const Packet& p) {
         return Packet{ipv4(137, joined(labels(2), as_ip(p).octets)), Kind::ipv4};
       }},
  };
}

[[nodiscard]] inline std::vector<Wrapper> udp_wrappers() {
  return {
      {"vxlan", [](const Packet& p) {
         return over_udp(50000, 4789, joined({8, 0, 0, 0, 0, 0, 7, 0}, as_ethernet(p)));
       }},
      {"vxlan of old, with a policy", [](const Packet& p) {
         return over_udp(50000, 8472, joined({0x88, 0, 0, 9, 0, 0, 7, 0}, as_ethernet(p)));
       }},
      {"vxlan-gpe", [](const Packet& p) {
         const auto next = static_cast<std::uint8_t>(p.kind == Kind::ipv4 ? 1 : p.kind == Kind::ipv6 ? 2 : 3);
         return over_udp(50000, 4790, joined({0x0c, 0, 0, next, 0, 0, 7, 0}, p.octets));
       }},
      {"nsh in vxlan-gpe", [](const Packet& p) {
         return over_udp(50000, 4790, joined({0x0c, 0, 0, 4, 0, 0, 7, 0}, nsh(p, Octets(16, 1))));
       }},
      {"mpls in udp", [](const Packet& p) {
         return over_udp(50000, 6635, joined(labels(2), as_ip(p).octets));
       }},
      {"pseudowire in udp", [](const Packet& p) {
         return over_udp(50000, 6635, joined(labels(1), joined({0, 0, 0, 0}, as_ethernet(p))));
       }},
      {"tzsp", [](const Packet& p) {
         return over_udp(40000, 37008, joined({1, 0, 0, 1, 0, 10, 1, 0xc4, 1}, as_ethernet(p)));
       }},
      {"l2tp 3 over udp", [](const Packet& p) {
         return over_udp(1701, 1701, joined({0, 3, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4}, as_ethernet(p)));
       }},
      {"geneve", [](const Packet& p) {
         Octets o = {0x02, 0};
         put16(o, ethertype_of(p.kind));
         put(o, {0, 0, 7, 0, 1, 3, 0, 1, 0, 0, 0, 0});
         return over_udp(50000, 6081, joined(o, p.octets));
       }},
      {"gtp-u", [](const Packet& p) { return over_udp(2152, 2152, gtp(0x30, {}, as_ip(p).octets)); }},
      {"gtp-u with sequence", [](const Packet& p) {
         return over_udp(2152, 2152, gtp(0x32, {0, 1, 0, 0}, as_ip(p).octets));
       }},
      {"gtp-u with extensions", [](const Packet& p) {
         return over_udp(2152, 2152, gtp(0x34, {0, 0, 0, 0x85, 1, 0, 9, 0xc0, 2, 0, 0, 0, 0, 0, 0, 0}, as_ip(p).octets));
       }},
      {"teredo", [](const Packet& p) {
         const Packet inner = as_ip(p);
         return over_udp(40000, 3544, inner.kind == Kind::ipv6 ? inner.octets : ipv6(4, inner.octets));
       }},
      {"teredo with both headers", [](const Packet& p) {
         const Packet inner = as_ip(p);
         Octets o = {0, 1, 2, 3, 1, 2, 1, 2, 3};
         put(o, Octets(9, 6));
         put(o, {0, 0, 0x12, 0x34, 5, 6, 7, 8});
         return over_udp(3544, 40000, joined(o, inner.kind == Kind::ipv6 ? inner.octets : ipv6(4, inner.octets)));
       }},
      {"gre in udp", [](const Packet& p) {
         return over_udp(50000, 4754, gre(0x2000, ethertype_of(p.kind), {0, 0, 0, 7}, p.octets));
       }},
      {"l2tp", [](const Packet& p) { return over_udp(1701, 1701, joined({0, 2, 0, 1, 0, 2}, ppp(p))); }},
      {"l2tp with everything", [](const Packet& p) {
         const Octets inner = ppp(p, {0xff, 3});
         Octets o = {0x4a, 2};
         put16(o, static_cast<unsigned>(inner.size()) + 17);
         put(o, {0, 1, 0, 2, 0, 3, 0, 4, 0, 3, 9, 9, 9});
         return over_udp(1701, 1701, joined(o, inner));
       }},
  };
}
// clang-format on

/// Every encapsulation that uptake reads.
[[nodiscard]] inline std::vector<Wrapper> wrappers() {
  std::vector<Wrapper> all = link_wrappers();
  for (const Wrapper& w : ip_wrappers()) all.push_back(w);
  for (const Wrapper& w : udp_wrappers()) all.push_back(w);
  return all;
}

}  // namespace uptake::test
