#include <array>

#include "dissectors/frame/facts.h"
#include "policy/catalogue/ipv6/area.h"
#include "policy/catalogue/ipv6/standards.h"
#include "policy/catalogue/ipv6/words.h"
#include "policy/catalogue/judge.h"

namespace uptake {
namespace {

using frame::ConnectionBits;
using frame::PacketKind;

constexpr std::string_view kNothingHidden =
    "Packets in a tunnel of which the inside was cut (truncated), broken (malformed), below too many headers (limit) "
    "or "
    "is not read (unread_tunnel). What is encrypted counts as the outer packet.";
constexpr std::string_view kAnswersHidden =
    "Attempts where the capture shows one direction of the link only (no_answer_path); hosts whose TCP or UDP "
    "headers "
    "were cut (truncated), once for each pair of them.";

// --- judges ---

/// Why the innermost IP packet is not known.
constexpr Reason reason_of(Inside inside) {
  switch (inside) {
    case Inside::broken:
      return Reason::malformed;
    case Inside::unread:
      return ipv6::kUnreadTunnel;
    case Inside::too_deep:
      return Reason::limit;
    case Inside::cut:
    case Inside::read:
      break;
  }
  return Reason::truncated;
}

Judgement packet_is_v6(std::uint64_t v, const Profile&) noexcept {
  const PacketKind kind = PacketKind::unpack(v);
  if (kind.inside != Inside::read) return Judgement::unobservable(reason_of(kind.inside));
  return Judgement::pass_if(kind.family == Family::v6);
}

template <Path kPath>
Judgement packet_travelled(std::uint64_t v, const Profile&) noexcept {
  const PacketKind kind = PacketKind::unpack(v);
  if (kind.inside != Inside::read) return Judgement::unobservable(reason_of(kind.inside));
  if (kind.family != Family::v6) return Judgement::not_applicable();
  if (kind.path == Path::unknown) return Judgement::unobservable(Reason::truncated);
  return Judgement::pass_if(kind.path == kPath);
}

/// Whether the capture shows if a connection attempt was answered.
constexpr bool answer_unknown(const ConnectionBits& c) { return !c.answered && (c.one_way || c.cut); }
constexpr Judgement unknown_answer(const ConnectionBits& c) {
  return Judgement::unobservable(c.cut ? Reason::truncated : Reason::no_answer_path);
}

Judgement connection_is_v6(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (answer_unknown(c)) return unknown_answer(c);
  if (!c.answered) return Judgement::not_applicable();
  return Judgement::pass_if(c.family == Family::v6);
}

template <Path kPath>
Judgement connection_travelled(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.family != Family::v6) return Judgement::not_applicable();
  if (answer_unknown(c)) return unknown_answer(c);
  if (!c.answered) return Judgement::not_applicable();
  return Judgement::pass_if(c.path == kPath);
}

template <Family kFamily>
Judgement attempt_answered(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.family != kFamily) return Judgement::not_applicable();
  // Where only answers are visible all attempts would pass, because failed ones are not in the capture.
  if (c.only_answer || answer_unknown(c)) return unknown_answer(c);
  return Judgement::pass_if(c.answered);
}

Judgement subscriber_uses_v6(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (!c.answered) return Judgement::ignored();
  if (c.family == Family::v4) return Judgement::fail();
  // An address of 6to4 or Teredo is made of an IPv4 address: the subscriber behind it counts there.
  const bool own =
      c.path == Path::native || c.path == Path::nat64 || c.path == Path::six_in_four || c.path == Path::tunnel;
  return own ? Judgement::pass() : Judgement::ignored();
}

Judgement address_is_private(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.family != Family::v6 || !c.client_global) return Judgement::ignored();
  return Judgement::pass_if(!c.client_eui64);
}

// --- rows ---

constexpr Measure packets(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                          std::string_view passes) {
  return Measure{id, &standard, Unit::packets, "frame", frame::kPackets, judge, question, passes, kNothingHidden}
      .leaves_out(judge == packet_is_v6 ? "" : "IPv4 packets.");
}
constexpr Measure bytes(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                        std::string_view passes) {
  return Measure{id, &standard, Unit::bytes, "frame", frame::kBytes, judge, question, passes, kNothingHidden}
      .leaves_out(judge == packet_is_v6 ? "" : "Bytes in IPv4.");
}
constexpr Measure connections(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                              std::string_view passes) {
  return Measure{id,       &standard, Unit::connections, "frame", frame::kConnection, judge,
                 question, passes,    kAnswersHidden}
      .leaves_out("The family that the question does not name; attempts without an answer, unless it asks for them.");
}

using namespace standards;

// Which wrappers are the users' and which the networks' or the mirror's.
constexpr std::string_view kNative =
    "In no tunnel from IPv4 to IPv6 (6in4, 6to4, Teredo, GRE or L2TP over IPv4) and with no translation prefix. "
    "VLAN, "
    "MPLS, PPPoE, GTP, VXLAN, Geneve, ERSPAN and Ethernet in GRE are wrappers of networks and mirrors: a packet in "
    "them "
    "is as native as it is without, also where they run over IPv4.";
constexpr std::string_view kInTunnel =
    "IPv6 directly, or in PPP, in GRE (also in UDP, and PPTP) or L2TP over IPv4, not 6to4.";
constexpr std::string_view kTranslated = "An address in 64:ff9b::/96, 64:ff9b:1::/48 or a prefix given with --nat64.";

constexpr std::array kRows = {
    packets("ip6.packets", kIpv6, packet_is_v6, "How many IP packets are IPv6?", "The innermost IP packet is IPv6."),
    packets("ip6.path.native", kIpv6, packet_travelled<Path::native>, "How many IPv6 packets travel natively?",
            kNative),
    packets("ip6.path.6in4", kSixInFour, packet_travelled<Path::six_in_four>,
            "How many IPv6 packets travel inside IPv4?", "IPv6 directly in IPv4 (protocol 41), not 6to4.")
        .neutral(),
    packets("ip6.path.tunnel", kIpv6InTunnels, packet_travelled<Path::tunnel>,
            "How many IPv6 packets travel in GRE or L2TP over IPv4?", kInTunnel)
        .neutral(),
    packets("ip6.path.6to4", kSixToFour, packet_travelled<Path::six_to_four>, "How many IPv6 packets use 6to4?",
            "An address in 2002::/16.")
        .neutral(),
    packets("ip6.path.teredo", kTeredo, packet_travelled<Path::teredo>, "How many IPv6 packets use Teredo?",
            "IPv6 in UDP with an address in 2001::/32.")
        .neutral(),
    packets("ip6.path.nat64", kNat64, packet_travelled<Path::nat64>, "How many IPv6 packets are for NAT64?",
            kTranslated)
        .neutral(),

    bytes("ip6.bytes", kIpv6, packet_is_v6, "How many bytes travel in IPv6?", "The innermost IP packet is IPv6.")
        .beware("A few large transfers weigh as much as many connections.")
        .first_screen("bytes over IPv6", 2),
    bytes("ip6.path.native", kIpv6, packet_travelled<Path::native>, "How many bytes of IPv6 travel natively?",
          kNative),
    bytes("ip6.path.6in4", kSixInFour, packet_travelled<Path::six_in_four>,
          "How many bytes of IPv6 travel inside IPv4?", "IPv6 directly in IPv4 (protocol 41), not 6to4.")
        .neutral(),
    bytes("ip6.path.tunnel", kIpv6InTunnels, packet_travelled<Path::tunnel>,
          "How many bytes of IPv6 travel in GRE or L2TP over IPv4?", kInTunnel)
        .neutral(),
    bytes("ip6.path.6to4", kSixToFour, packet_travelled<Path::six_to_four>, "How many bytes of IPv6 use 6to4?",
          "An address in 2002::/16.")
        .neutral(),
    bytes("ip6.path.teredo", kTeredo, packet_travelled<Path::teredo>, "How many bytes of IPv6 use Teredo?",
          "IPv6 in UDP with an address in 2001::/32.")
        .neutral(),
    bytes("ip6.path.nat64", kNat64, packet_travelled<Path::nat64>, "How many bytes of IPv6 are for NAT64?",
          kTranslated)
        .neutral(),

    connections("ip6.connections", kIpv6, connection_is_v6, "How many answered connections are IPv6?",
                "A TCP connection or UDP exchange over IPv6 that was answered.")
        .first_screen("connections over IPv6", 1)
        .leaves_out("Attempts that were not answered.")
        .beware("Clients with both families open several connections to one site and keep the faster."),
    connections("ip6.path.native", kIpv6, connection_travelled<Path::native>,
                "How many answered IPv6 connections are native?", kNative),
    connections("ip6.path.6in4", kSixInFour, connection_travelled<Path::six_in_four>,
                "How many answered IPv6 connections run inside IPv4?", "IPv6 directly in IPv4, not 6to4.")
        .neutral(),
    connections("ip6.path.tunnel", kIpv6InTunnels, connection_travelled<Path::tunnel>,
                "How many answered IPv6 connections run in GRE or L2TP over IPv4?", kInTunnel)
        .neutral(),
    connections("ip6.path.6to4", kSixToFour, connection_travelled<Path::six_to_four>,
                "How many answered IPv6 connections use 6to4?", "An address in 2002::/16.")
        .neutral(),
    connections("ip6.path.teredo", kTeredo, connection_travelled<Path::teredo>,
                "How many answered IPv6 connections use Teredo?", "IPv6 in UDP with an address in 2001::/32.")
        .neutral(),
    connections("ip6.path.nat64", kNat64, connection_travelled<Path::nat64>,
                "How many answered IPv6 connections go through NAT64?", kTranslated)
        .neutral(),
    connections("ip6.reach", kIpv6, attempt_answered<Family::v6>, "How many IPv6 connection attempts are answered?",
                "A SYN-ACK or a datagram came back."),
    connections("ip4.reach", kIpv4, attempt_answered<Family::v4>, "How many IPv4 connection attempts are answered?",
                "A SYN-ACK or a datagram came back: what ip6.reach is to be compared with."),

    Measure{"ip6.subscribers", &kIpv6, Unit::subscribers, "frame", frame::kConnection, subscriber_uses_v6,
            "How many active subscribers use IPv6?",
            "A subscriber with an answered IPv6 connection, whatever else it uses; 6to4 and Teredo stay out.",
            "Subscribers whose IPv4 and IPv6 prefixes nothing ties: a line of the customers file that names both "
            "does."}
        .answers(Answer::across_families)
        .first_screen("subscribers with IPv6", 3)
        .fails_if("A subscriber whose answered connections were all IPv4."),
    Measure{"ip6.clients", &kIpv6, Unit::subscribers, "frame", frame::kConnection, subscriber_uses_v6,
            "How many subscribers, or clients, were active in each family?",
            "A client prefix with an answered IPv6 connection; 6to4 and Teredo stay out.",
            "Those without an answered connection here, and those that share an IPv4 address behind NAT."}
        .answers(Answer::two_counts)
        .neutral()
        .first_screen("active in each family", 3)
        .fails_if("A client prefix with an answered IPv4 connection: a count beside the other, no failure.")
        .beware("A subscriber with both families counts in both; without customers any client counts."),
    Measure{"ip6.privacy", &kIpv6Privacy, Unit::addresses, "frame", frame::kConnection, address_is_private,
            "How many IPv6 client addresses hide the hardware address?",
            "A global client address whose interface identifier is not EUI-64 (ff:fe in the middle, of a MAC of "
            "either kind).",
            "Whether the rest are temporary, stable-private or assigned by DHCPv6: they look alike."},
};

/// The packets of a connection.
std::uint64_t packets_of(std::uint64_t v) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  return PacketKind{.family = c.family, .path = c.path}.pack();
}

constexpr std::array kWitnesses = {
    Area::Witness{"frame", frame::kPackets, frame::kConnection, packets_of},
    Area::Witness{"frame", frame::kBytes, frame::kConnection, packets_of},
};

}  // namespace

Area ipv6_area() { return {.name = "ipv6", .measures = kRows, .words = ipv6::kWords, .witnesses = kWitnesses}; }

}  // namespace uptake
