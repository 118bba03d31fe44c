#include "dataplane/sources/erf_reader.h"

#include <algorithm>
#include <bit>

#include "dissectors/packet_time.h"

namespace uptake {
namespace {

constexpr std::size_t kHeader = 16;
constexpr std::size_t kExtension = 8;
constexpr std::uint8_t kMore = 0x80;      // of a type: another extension header follows
constexpr std::uint8_t kReserved = 0xc0;  // of the flags
constexpr unsigned kLastType = 27;
constexpr unsigned kPad = 48;
constexpr std::uint64_t kFirstTime = 631'152'000 * kSecondNs;  // 1990: there were no cards before
constexpr std::uint32_t kLeap = 30 * 24 * 3600;  // seconds between two records that are_records() believes

std::size_t be16(const std::uint8_t* at) noexcept { return std::size_t{at[0]} << 8 | at[1]; }

/// Record: a header read, and what it says of the frame.
struct Record {
  std::uint64_t time_ns = 0;
  std::size_t length = 0;  ///< all of it, or 0: no record starts like this
  std::size_t wire = 0;
  std::size_t lost = 0;  ///< between it and the one before
  unsigned type = 0;
  bool extended = false;
};

/// Content: what a record of some type holds.
enum class Content : std::uint8_t { nothing, ethernet, hdlc, ip, other };

Content content_of(unsigned type) noexcept {
  switch (type) {
    case 2:   // ETH
    case 11:  // COLOR_ETH
    case 16:  // DSM_COLOR_ETH
    case 20:  // COLOR_HASH_ETH
      return Content::ethernet;
    case 1:   // HDLC_POS
    case 10:  // COLOR_HDLC_POS
    case 15:  // DSM_COLOR_HDLC_POS
    case 19:  // COLOR_HASH_POS
      return Content::hdlc;
    case 22:  // IPV4
    case 23:  // IPV6
      return Content::ip;
    case 13:  // IP_COUNTER
    case 14:  // TCP_FLOW_COUNTER
    case 27:  // META
    case kPad:
      return Content::nothing;
    default:
      return Content::other;
  }
}

// time(8, little-endian, 2^-32 s) type(1) flags(1) record length(2) loss(2) wire length(2), the lengths big-endian
/// Types with a loss counter; the others have a colour in its place, or nothing.
bool counts_losses(unsigned type) noexcept { return type == 1 || type == 2 || type == 22 || type == 23; }

Record read_header(const std::uint8_t* at) noexcept {
  Record record;
  const std::uint64_t seconds = load<std::uint32_t>(at + 4, std::endian::native == std::endian::big);
  const std::uint64_t fraction = load<std::uint32_t>(at, std::endian::native == std::endian::big);
  record.time_ns = seconds * kSecondNs + (fraction * kSecondNs >> 32);
  record.type = at[8] & ~kMore;
  record.extended = (at[8] & kMore) != 0;
  record.wire = be16(at + 14);
  if (counts_losses(record.type)) record.lost = be16(at + 12);
  const bool known = (record.type >= 1 && record.type <= kLastType) || record.type == kPad;
  if (known && (at[9] & kReserved) == 0 && be16(at + 10) >= kHeader) record.length = be16(at + 10);
  return record;
}

/// PPP in HDLC-like framing starts with an address of all ones; Cisco's has 0x0f or 0x8f.
LinkType hdlc_link(Bytes octets) noexcept {
  const bool cisco = octets.size() >= 2 && (octets[0] == 0x0f || octets[0] == 0x8f) && octets[1] == 0;
  return cisco ? LinkType::cisco_hdlc : LinkType::ppp_hdlc;
}

LinkType link_of(Content content, Bytes octets) noexcept {
  switch (content) {
    case Content::ethernet:
      return LinkType::ethernet;
    case Content::hdlc:
      return hdlc_link(octets);
    case Content::ip:
      return LinkType::raw_ip;
    default:
      return LinkType::unsupported;
  }
}

/// Cuts the headers off the record in `octets`; false when they reach beyond it.
bool strip(const Record& record, Content content, Bytes& octets) noexcept {
  std::size_t at = kHeader;
  for (bool more = record.extended; more; at += kExtension) {
    if (octets.size() - at < kExtension) return false;
    more = (octets[at] & kMore) != 0;
  }
  constexpr std::size_t kEthernetOffset = 2;  // an offset and a padding octet stand in front
  if (content == Content::ethernet) at += kEthernetOffset;
  if (at > octets.size()) return false;
  octets = octets.subspan(at);
  if (record.wire != 0) octets = octets.first(std::min(octets.size(), record.wire));  // behind it is padding
  return true;
}

}  // namespace

bool is_erf(Bytes head, bool whole) noexcept {
  std::uint64_t last_ns = 0;
  std::size_t records = 0;
  std::size_t at = 0;
  for (; head.size() - at >= kHeader; ++records) {
    const Record record = read_header(head.data() + at);
    if (record.length == 0 || record.time_ns < kFirstTime || (records == 0 && record.type == kPad)) return false;
    const std::uint64_t apart = std::max(last_ns, record.time_ns) - std::min(last_ns, record.time_ns);
    if (records > 0 && apart / kSecondNs > kLeap) return false;
    last_ns = record.time_ns;
    if (head.size() - at < record.length) return records > 0;
    at += record.length;
  }
  return records > 1 || (records == 1 && whole && at == head.size());
}

Walk ErfReader::walk(Bytes bytes, FrameSink& sink) noexcept {
  std::size_t at = 0;
  for (;;) {
    if (sink.full()) return {Walk::Stop::full, at, 0, nullptr};
    const std::size_t left = bytes.size() - at;
    if (left < kHeader) return {Walk::Stop::more, at, kHeader, nullptr};
    const Record record = read_header(bytes.data() + at);
    if (record.length == 0) return {Walk::Stop::damaged, at, 0, "no record of a known type and length"};
    if (left < record.length) return {Walk::Stop::more, at, record.length, nullptr};
    const Content content = content_of(record.type);
    Bytes octets = bytes.subspan(at, record.length);
    sink.lose(record.lost);
    if (content != Content::nothing) {
      if (!strip(record, content, octets)) return {Walk::Stop::damaged, at, 0, "a record shorter than its headers"};
      sink.add(octets.data(), static_cast<std::uint32_t>(octets.size()), static_cast<std::uint32_t>(record.wire),
               record.time_ns, link_of(content, octets));
    }
    at += record.length;
  }
}

}  // namespace uptake
