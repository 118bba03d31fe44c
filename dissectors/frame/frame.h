#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dissectors/address.h"
#include "dissectors/cursor.h"

namespace uptake {

/// LinkType: the link layers that uptake reads, with the numbers of the LINKTYPE_ registry.
enum class LinkType : std::uint16_t {
  null = 0,
  ethernet = 1,
  ppp = 9,
  ppp_hdlc = 50,
  raw_ip_openbsd = 12,  // DLT_RAW as some files carry it
  raw_ip = 101,
  cisco_hdlc = 104,
  loop = 108,
  linux_sll = 113,
  ipv4 = 228,
  ipv6 = 229,
  linux_sll2 = 276,
  unsupported = 0xffff,
};

/// Frame: bytes as captured. Borrowed until its burst is released.
struct Frame {
  const std::uint8_t* data = nullptr;
  std::uint32_t captured = 0;  ///< octets at `data`
  std::uint32_t wire = 0;      ///< octets on the wire
  std::uint64_t time_ns = 0;   ///< capture time since 1970, as the source says it
  std::uint64_t ordinal = 0;   ///< position in the whole input, from 0
  LinkType link = LinkType::ethernet;
  std::uint32_t uncertain_us = 0;  ///< it may have come so much before `time_ns`: a port that nobody stamped
  std::uint64_t packet_ns = 0;     ///< the monotone packet time, which whoever asked the source for the frame makes
};

/// Disposition: the one way a frame ended. A closed list; the counts over it add up to the frames read.
enum class Disposition : std::uint8_t {
  parsed,            ///< a dissector read it, or it opened, answered or closed a connection
  no_interest,       ///< understood and counted, but nothing in it is wanted
  filtered,          ///< the user's filter left it out
  duplicate,         ///< a second copy by the mirror
  truncated,         ///< the snaplen cut a header
  malformed,         ///< a header contradicts itself
  unsupported,       ///< a link, network or tunnel layer that uptake does not read
  too_deep,          ///< more than 16 layers
  fragment_dropped,  ///< an IP fragment whose datagram never became whole
  flow_full,         ///< no flow slot could be given up for it
  overload,          ///< shed because the workers could not keep up
};
inline constexpr std::size_t kDispositions = 11;
[[nodiscard]] std::string_view name_of(Disposition disposition) noexcept;

/// UnreadTunnel: the tunnel, or the mirror's wrapper, for which a frame ended as `unsupported`; `none` when it was
/// not in one. A closed list; new kinds are appended before count_.
enum class UnreadTunnel : std::uint8_t {
  none,
  lisp,          ///< RFC 9300
  capwap,        ///< RFC 5415
  gue,           ///< generic UDP encapsulation
  pim_register,  ///< RFC 7761 section 4.9.3
  jmirror,       ///< Juniper's mirror over UDP
  aruba_erm,
  hp_erm,
  peekremote,
  gre,
  erspan,
  gtp_u,
  l2tp,
  ppp,
  tzsp,
  nsh,
  other,
  count_,
};
inline constexpr std::size_t kUnreadTunnels = static_cast<std::size_t>(UnreadTunnel::count_);

/// Path: how an IPv6 packet travelled. IPv4 packets are always `native`.
enum class Path : std::uint8_t {
  native,
  six_in_four,
  six_to_four,
  teredo,
  nat64,
  tunnel,   ///< in GRE or L2TP over IPv4
  unknown,  ///< its addresses were cut
};
inline constexpr std::size_t kPaths = 7;
[[nodiscard]] std::string_view name_of(Path path) noexcept;

/// Inside: whether the innermost IP packet of a frame was read; if not, a Segment describes the one that carries it.
enum class Inside : std::uint8_t {
  read,
  cut,
  broken,
  unread,    ///< the tunnel is not read
  too_deep,  ///< below more than kMaxLayers headers
};

/// Set in Segment::outer when its innermost wrapper is a tunnel, not a VLAN tag or a label.
inline constexpr std::uint32_t kInTunnel = 0x80000000;
/// Set besides when a conversation may move to another tunnel: GTP gives a host several, and new ones as it moves.
inline constexpr std::uint32_t kMoves = 0x40000000;

/// Segment: what the headers of one Frame say of its innermost IP packet. Pointers borrow from the Frame.
struct Segment {
  Address source;
  Address destination;
  bool to_all = false;  ///< sent to the broadcast address of the link
  Inside inside = Inside::read;
  UnreadTunnel tunnel = UnreadTunnel::none;  ///< only of an unsupported frame
  std::uint8_t hop_limit = 0;                ///< TTL or Hop Limit of a TCP segment
  std::uint8_t tcp_options = 0;              ///< octets of TCP options in front of `payload`, captured where it is
  const std::uint8_t* payload =
      nullptr;                         ///< behind the TCP or UDP header; behind IP for other protocols and fragments
  std::uint32_t payload_captured = 0;  ///< octets at `payload` (link padding cut off)
  std::uint32_t payload_wire = 0;      ///< octets on the wire of the same
  std::uint32_t ip_length = 0;         ///< innermost IP total length, header included
  std::uint32_t ip_id = 0;             ///< IPv4 identification, or that of the IPv6 Fragment header
  std::uint32_t sequence = 0;          ///< TCP
  std::uint32_t acknowledgement = 0;   ///< TCP
  std::uint32_t header_digest =
      0;  ///< mixes the transport header and, where that is not enough, the payload: finds duplicates
  std::uint32_t outer = 0;  ///< mixes the VLANs, labels or tunnel it travels in, not those of a mirror; 0: none
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint16_t fragment_offset = 0;  ///< octets; only when is_fragment
  std::uint16_t window = 0;           ///< TCP
  std::uint8_t protocol = 0;  ///< innermost IP protocol (6 TCP, 17 UDP); of a fragment, that of its datagram; 0: cut
  std::uint8_t tcp_flags = 0;
  Path path = Path::native;
  std::uint8_t layers = 0;   ///< link and network headers passed
  bool is_fragment = false;  ///< payload is a piece of the IP payload; ports are not known
  bool more_fragments = false;
  bool has_ip = false;     ///< false: ARP and other link-local chatter, counted without IP
  bool has_ports = false;  ///< TCP or UDP header read
};

/// Protocol numbers of transports (IANA).
namespace frame::protocol {
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
}  // namespace frame::protocol

/// The frame ended because too little of a TCP or UDP header was captured. The packet's addresses are known.
[[nodiscard]] inline bool transport_cut(Disposition how, const Segment& segment) noexcept {
  return how == Disposition::truncated && segment.has_ip && segment.inside == Inside::read && !segment.has_ports &&
         (segment.protocol == frame::protocol::kTcp || segment.protocol == frame::protocol::kUdp);
}

/// Whether a packet goes to a group or to everyone: nobody has to answer it.
[[nodiscard]] inline bool to_many(const Segment& segment) noexcept {
  const std::uint8_t* const to = segment.destination.octets.data();
  if (segment.to_all) return true;
  if (segment.destination.family == Family::v6) return to[0] == 0xff;  // RFC 4291 section 2.7
  // RFC 5771; RFC 919 section 7
  return to[0] >> 4 == 14 || (to[0] & to[1] & to[2] & to[3]) == 0xff;
}

namespace tcp {
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kPsh = 0x08;
inline constexpr std::uint8_t kAck = 0x10;
}  // namespace tcp

/// The most link, network and tunnel headers of one frame.
inline constexpr std::uint8_t kMaxLayers = 16;

/// Reads only the addresses. True when decode(), if it parses the frame, gives the same ones for certain: Ethernet,
/// at most one VLAN tag, IP, then TCP or UDP to no tunnel's port. False: only decode() can tell.
[[nodiscard]] bool glance(const Frame& frame, Address& source, Address& destination) noexcept;

/// Reads a reassembled datagram: `payload` is all that follows the IP header that `first`, a fragment, describes.
/// Fills `segment` as decode() does.
[[nodiscard]] Disposition decode_reassembled(const Segment& first, Bytes payload, Segment& segment) noexcept;

}  // namespace uptake
