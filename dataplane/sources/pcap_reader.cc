#include "dataplane/sources/pcap_reader.h"

#include <algorithm>

#include "dataplane/sources/link_types.h"
#include "dataplane/sources/pcapng_reader.h"

namespace uptake {
namespace {

constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kKuznetzov = 0xa1b2cd34;  // ifindex, protocol and packet type behind each record header
constexpr std::size_t kKuznetzovRecordHeader = 24;

bool known(std::uint32_t magic) noexcept {
  return magic == kMicroseconds || magic == kNanoseconds || magic == kKuznetzov;
}

/// The order of lengths in a version's records, as libpcap has it; nothing for a version that it does not know. DG/UX
/// wrote 543.0.
std::optional<Lengths> lengths_of_version(unsigned major, unsigned minor) noexcept {
  if (major == 543 && minor == 0) return Lengths::wire_first;
  if (major != 2 || minor > 4) return std::nullopt;
  if (minor == 4) return Lengths::captured_first;
  return minor == 3 ? Lengths::lesser_is_captured : Lengths::wire_first;
}

}  // namespace

bool is_pcap(Bytes head) noexcept {
  if (head.size() < 4) return false;
  return known(load<std::uint32_t>(head.data(), false)) || known(load<std::uint32_t>(head.data(), true));
}

// magic(4) major(2) minor(2) reserved(8) snaplen(4) FCS bits and link type(4): draft-ietf-opsawg-pcap section 4
std::optional<PcapReader> PcapReader::open(Bytes head) noexcept {
  if (head.size() < kPcapFileHeader || !is_pcap(head)) return std::nullopt;
  PcapLayout layout;
  layout.swapped = !known(load<std::uint32_t>(head.data(), false));
  const auto magic = load<std::uint32_t>(head.data(), layout.swapped);
  layout.nanoseconds = magic == kNanoseconds;
  layout.record_header = magic == kKuznetzov ? kKuznetzovRecordHeader : kPcapRecordHeader;
  const auto lengths = lengths_of_version(load<std::uint16_t>(head.data() + 4, layout.swapped),
                                          load<std::uint16_t>(head.data() + 6, layout.swapped));
  if (!lengths) return std::nullopt;
  layout.lengths = *lengths;
  layout.link = link_type_of(load<std::uint32_t>(head.data() + 20, layout.swapped) & 0xffff);
  return PcapReader(layout);
}

/// Captured and wire length of a record.
std::pair<std::uint32_t, std::uint32_t> PcapReader::lengths_of(const std::uint8_t* record) const noexcept {
  const auto first = load<std::uint32_t>(record + 8, layout_.swapped);
  const auto second = load<std::uint32_t>(record + 12, layout_.swapped);
  if (layout_.lengths == Lengths::captured_first) [[likely]]
    return {first, second};
  if (layout_.lengths == Lengths::wire_first) return {second, first};
  return std::minmax(first, second);
}

// seconds(4) fraction(4) captured(4) wire(4), then the octets: section 5. A file header in the place of a record
// shows its magic as the seconds and its reserved octets, zeros, as the lengths; a pcapng header shows impossible
// lengths.
Walk PcapReader::walk(Bytes bytes, FrameSink& sink) noexcept {
  const std::size_t header = layout_.record_header;
  std::size_t at = 0;
  for (;;) {
    if (sink.full()) return {Walk::Stop::full, at, 0, nullptr};
    const std::size_t left = bytes.size() - at;
    if (left < header) return {Walk::Stop::more, at, header, nullptr};
    const std::uint8_t* record = bytes.data() + at;
    const auto [captured, wire] = lengths_of(record);
    if (captured == 0 && wire == 0 && is_pcap({record, left})) [[unlikely]] {
      if (left < kPcapFileHeader) return {Walk::Stop::more, at, kPcapFileHeader, nullptr};
      return {Walk::Stop::section, at, 0, nullptr};
    }
    if (is_pcapng({record, left})) [[unlikely]]
      return {Walk::Stop::section, at, 0, nullptr};
    if (captured > kMaxCaptured) return {Walk::Stop::damaged, at, 0, "a record claims more than 262144 octets"};
    if (left - header < captured) return {Walk::Stop::more, at, header + captured, nullptr};
    sink.add(record + header, captured, wire, record_time(record, layout_.swapped, layout_.fraction_ns()),
             layout_.link);
    at += header + captured;
  }
}

}  // namespace uptake
