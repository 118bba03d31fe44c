#include "dataplane/sources/pcapng_reader.h"

#include <algorithm>
#include <array>
#include <limits>

#include "dataplane/sources/link_types.h"
#include "dataplane/sources/pcap_reader.h"
#include "dissectors/packet_time.h"

namespace uptake {
namespace {

constexpr std::uint32_t kSection = 0x0a0d0d0a;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kPacket = 2;  // obsolete, still written by old tools
constexpr std::uint32_t kSimple = 3;
constexpr std::uint32_t kStatistics = 5;
constexpr std::uint32_t kEnhanced = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

constexpr std::size_t kBlockHead = 8;  // type, length
constexpr std::size_t kTrailer = 4;    // the length again
constexpr std::uint32_t kMinBlock = 12;

__extension__ using Wide128 = unsigned __int128;

std::uint64_t clamp(Wide128 value) noexcept {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  return value > kMost ? kMost : static_cast<std::uint64_t>(value);
}

std::uint64_t power_of_ten(unsigned exponent) noexcept {
  std::uint64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

bool wanted(std::uint32_t type) noexcept {
  return type == kEnhanced || type == kSimple || type == kPacket || type == kInterface || type == kSection ||
         type == kStatistics;
}

std::uint64_t load_u64(const std::uint8_t* at, bool swapped) noexcept {
  const bool big = swapped == (std::endian::native == std::endian::little);
  return std::uint64_t{load<std::uint32_t>(at + (big ? 0 : 4), swapped)} << 32 |
         load<std::uint32_t>(at + (big ? 4 : 0), swapped);
}

/// Calls take(code, value) for each option: code(2) length(2) value padded to 4 (section 3.5).
template <class Take>
void each_option(Bytes options, bool swapped, Take take) {
  constexpr std::uint16_t kEndOfOptions = 0;
  while (options.size() >= 4) {
    const auto code = load<std::uint16_t>(options.data(), swapped);
    const std::size_t length = load<std::uint16_t>(options.data() + 2, swapped);
    const std::size_t padded = (length + 3) / 4 * 4;
    if (code == kEndOfOptions || options.size() - 4 < padded) return;
    take(code, options.subspan(4, length));
    options = options.subspan(4 + padded);
  }
}

}  // namespace

std::uint64_t Clock::nanoseconds(std::uint64_t stamp) const noexcept {
  const unsigned exponent = resolution_ & 0x7fU;
  Wide128 ns = 0;
  if ((resolution_ & 0x80U) != 0) {
    ns = Wide128{stamp} * kSecondNs >> exponent;
  } else if (exponent <= 9) {
    ns = Wide128{stamp} * power_of_ten(9 - exponent);
  } else if (exponent - 9 < 20) {
    ns = stamp / power_of_ten(exponent - 9);
  }
  if (offset_s_ >= 0) return clamp(ns + Wide128{static_cast<std::uint64_t>(offset_s_)} * kSecondNs);
  const Wide128 back = Wide128{std::uint64_t{0} - static_cast<std::uint64_t>(offset_s_)} * kSecondNs;
  return ns < back ? 0 : clamp(ns - back);
}

bool is_pcapng(Bytes head) noexcept {
  if (head.size() < 12 || load<std::uint32_t>(head.data(), false) != kSection) return false;
  return load<std::uint32_t>(head.data() + 8, false) == kByteOrderMagic ||
         load<std::uint32_t>(head.data() + 8, true) == kByteOrderMagic;
}

std::optional<PcapngReader> PcapngReader::open(Bytes head) noexcept {
  if (!is_pcapng(head)) return std::nullopt;
  return PcapngReader();
}

Walk PcapngReader::walk(Bytes bytes, FrameSink& sink) {
  std::size_t at = 0;
  for (;;) {
    if (sink.full()) return {Walk::Stop::full, at, 0, nullptr};
    std::size_t used = 0;
    std::size_t need = 0;
    const Bytes left = bytes.subspan(at);
    if (skip_ == 0 && is_pcap(left)) [[unlikely]] {
      if (left.size() < kPcapFileHeader) return {Walk::Stop::more, at, kPcapFileHeader, nullptr};
      if (PcapReader::open(left)) return {Walk::Stop::section, at, 0, nullptr};
    }
    const char* what = step(left, sink, used, need);
    at += used;
    if (what != nullptr) return {Walk::Stop::damaged, at, 0, what};
    if (need != 0) return {Walk::Stop::more, at, need, nullptr};
  }
}

// type(4) length(4) body padded to 4, length(4): draft-ietf-opsawg-pcapng section 3.1
const char* PcapngReader::step(Bytes left, FrameSink& sink, std::size_t& used, std::size_t& need) {
  if (skip_ > kTrailer) {
    used = static_cast<std::size_t>(std::min<std::uint64_t>(skip_ - kTrailer, left.size()));
    skip_ -= used;
    need = skip_ > kTrailer ? 1 : 0;
    return nullptr;
  }
  if (skip_ == kTrailer) {
    need = left.size() < kTrailer ? kTrailer : 0;
    if (need != 0) return nullptr;
    if (u32(left.data()) != skipped_length_) return "the two lengths of a block differ";
    skip_ = 0;
    used = kTrailer;
    return nullptr;
  }
  need = left.size() < kMinBlock ? kMinBlock : 0;
  if (need != 0) return nullptr;
  const auto type = u32(left.data());
  if (type == kSection) {  // the same in both byte orders; this block says which one holds from here
    if (load<std::uint32_t>(left.data() + 8, swapped_) != kByteOrderMagic) swapped_ = !swapped_;
    if (u32(left.data() + 8) != kByteOrderMagic) return "a section without a byte-order magic";
  }
  const auto length = u32(left.data() + 4);
  if (length < kMinBlock || length % 4 != 0) return "a block of an impossible length";
  if (!wanted(type)) {
    skip_ = length - kBlockHead;
    skipped_length_ = length;
    used = kBlockHead;
    return nullptr;
  }
  if (length > kMaxBlock) return "a block longer than 1 MiB";
  need = left.size() < length ? length : 0;
  if (need != 0) return nullptr;
  if (u32(left.data() + length - kTrailer) != length) return "the two lengths of a block differ";
  const Block block{type, left.data() + kBlockHead, length - kBlockHead - kTrailer};
  const char* what = read(block, sink);
  if (what == nullptr) used = length;
  return what;
}

const char* PcapngReader::read(const Block& block, FrameSink& sink) {
  switch (block.type) {
    case kEnhanced:
    case kPacket:
      return read_packet(block, sink);
    case kSimple:
      return read_simple(block, sink);
    case kInterface:
      return read_interface(block);
    case kStatistics:
      read_statistics(block, sink);
      return nullptr;
    default:
      return read_section(block);
  }
}

// byte-order magic(4) major(2) minor(2) section length(8) options: section 4.1
const char* PcapngReader::read_section(const Block& block) {
  if (block.body_bytes < 16) return "a section block too short";
  if (u16(block.body + 4) != 1) return "a section of an unknown version";
  interfaces_.clear();
  return nullptr;
}

// interface(4) time(8) options: section 4.6. Its counts are from the start of the capture on.
void PcapngReader::read_statistics(const Block& block, FrameSink& sink) noexcept {
  constexpr std::size_t kFields = 12;
  constexpr std::uint16_t kDropsOfInterface = 5;
  constexpr std::uint16_t kDropsOfSystem = 7;
  if (block.body_bytes < kFields || u32(block.body) >= interfaces_.size()) return;
  std::uint64_t lost = 0;
  each_option({block.body + kFields, block.body_bytes - kFields}, swapped_, [&](std::uint16_t code, Bytes value) {
    if ((code == kDropsOfInterface || code == kDropsOfSystem) && value.size() == 8)
      lost += load_u64(value.data(), swapped_);
  });
  Interface& from = interfaces_[u32(block.body)];
  sink.lose(lost > from.lost ? lost - from.lost : 0);
  from.lost = std::max(from.lost, lost);
}

// link type(2) reserved(2) snaplen(4) options: section 4.2
const char* PcapngReader::read_interface(const Block& block) {
  constexpr std::uint16_t kResolution = 9;
  constexpr std::uint16_t kOffset = 14;
  if (block.body_bytes < 8) return "an interface block too short";
  if (interfaces_.size() >= kMaxInterfaces) return "a section with more than 65536 interfaces";
  std::uint8_t resolution = 6;
  std::int64_t offset_s = 0;
  each_option({block.body + 8, block.body_bytes - 8}, swapped_, [&](std::uint16_t code, Bytes value) {
    if (code == kResolution && value.size() == 1) resolution = value[0];
    if (code == kOffset && value.size() == 8) offset_s = static_cast<std::int64_t>(load_u64(value.data(), swapped_));
  });
  interfaces_.push_back({Clock(resolution, offset_s), u32(block.body + 4), link_type_of(u16(block.body))});
  return nullptr;
}

/// What a packet block says of frames that were lost between it and the one before.
std::uint64_t PcapngReader::lost_before(const Block& block, std::uint32_t captured) const noexcept {
  constexpr std::size_t kFields = 20;
  constexpr std::uint16_t kDrops = 4;
  constexpr std::uint16_t kNotKnown = 0xffff;
  const std::uint16_t drops = u16(block.body + 2);
  if (block.type != kEnhanced) return drops == kNotKnown ? 0 : drops;
  const std::size_t octets = kFields + (std::size_t{captured} + 3) / 4 * 4;
  std::uint64_t lost = 0;
  if (block.body_bytes > octets)
    each_option({block.body + octets, block.body_bytes - octets}, swapped_, [&](std::uint16_t code, Bytes value) {
      if (code == kDrops && value.size() == 8) lost = load_u64(value.data(), swapped_);
    });
  return lost;
}

// An Enhanced Packet Block begins with interface(4), section 4.3, the obsolete one with interface(2) drops(2),
// appendix A. Both go on with time high(4) time low(4) captured(4) wire(4), then the octets.
const char* PcapngReader::read_packet(const Block& block, FrameSink& sink) noexcept {
  constexpr std::size_t kFields = 20;
  if (block.body_bytes < kFields) return "a packet block too short";
  const std::uint32_t interface = block.type == kEnhanced ? u32(block.body) : u16(block.body);
  if (interface >= interfaces_.size()) return "a packet of an interface that was not described";
  const auto captured = u32(block.body + 12);
  if (captured > kMaxCaptured) return "a packet claims more than 262144 octets";
  if (captured > block.body_bytes - kFields) return "a packet longer than its block";
  Interface& from = interfaces_[interface];
  const std::uint64_t lost = lost_before(block, captured);
  sink.lose(lost);
  from.lost += std::min(lost, FrameSink::kMostLost);
  last_time_ns_ = from.clock.nanoseconds(std::uint64_t{u32(block.body + 4)} << 32 | u32(block.body + 8));
  sink.add(block.body + kFields, captured, u32(block.body + 16), last_time_ns_, from.link);
  return nullptr;
}

// wire(4), then the octets up to the snaplen of the first interface: section 4.4
const char* PcapngReader::read_simple(const Block& block, FrameSink& sink) noexcept {
  if (block.body_bytes < 4) return "a packet block too short";
  if (interfaces_.empty()) return "a packet of an interface that was not described";
  const auto wire = u32(block.body);
  const std::uint32_t snaplen = interfaces_[0].snaplen == 0 ? kMaxCaptured : interfaces_[0].snaplen;
  const std::uint32_t captured = std::min(wire, snaplen);
  if (captured > kMaxCaptured) return "a packet claims more than 262144 octets";
  if (captured > block.body_bytes - 4) return "a packet longer than its block";
  sink.add(block.body + 4, captured, wire, last_time_ns_, interfaces_[0].link);
  return nullptr;
}

}  // namespace uptake
