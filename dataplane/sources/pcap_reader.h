#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "dataplane/sources/record.h"

namespace uptake {

inline constexpr std::size_t kPcapFileHeader = 24;
inline constexpr std::size_t kPcapRecordHeader = 16;

/// Lengths: the order of a record's two lengths. Version 2.3 put the captured one first, but not in all its files.
enum class Lengths : std::uint8_t { captured_first, wire_first, lesser_is_captured };

/// PcapLayout: what the file header of a classic capture says (draft-ietf-opsawg-pcap section 4).
struct PcapLayout {
  LinkType link = LinkType::unsupported;
  bool swapped = false;                           ///< written in the other byte order
  bool nanoseconds = false;                       ///< else microseconds
  std::size_t record_header = kPcapRecordHeader;  ///< 24 in Kuznetzov's variant
  Lengths lengths = Lengths::captured_first;

  /// Nanoseconds of one unit of a record's fraction of a second.
  [[nodiscard]] std::uint64_t fraction_ns() const noexcept { return nanoseconds ? 1 : 1000; }
};

/// True when a file that starts like this is a classic capture.
[[nodiscard]] bool is_pcap(Bytes head) noexcept;

/// PcapReader: the records of a classic capture, one after the other, up to where another file's header stands.
class PcapReader {
 public:
  /// Nothing when `head` is no header of a version that can be read, or shorter than kPcapFileHeader.
  [[nodiscard]] static std::optional<PcapReader> open(Bytes head) noexcept;

  /// Reads whole records from `bytes`, which starts where the last walk stopped.
  [[nodiscard]] Walk walk(Bytes bytes, FrameSink& sink) noexcept;
  [[nodiscard]] std::size_t header_bytes() const noexcept { return kPcapFileHeader; }
  [[nodiscard]] const PcapLayout& layout() const noexcept { return layout_; }

 private:
  explicit PcapReader(const PcapLayout& layout) noexcept : layout_(layout) {}
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> lengths_of(const std::uint8_t* record) const noexcept;
  PcapLayout layout_;
};

/// Capture time in ns of the record at `record`. Seconds are unsigned, so they last until 2106.
[[nodiscard]] inline std::uint64_t record_time(const std::uint8_t* record, bool swapped,
                                               std::uint64_t fraction_ns) noexcept {
  const std::uint64_t seconds = load<std::uint32_t>(record, swapped);
  const std::uint64_t fraction = load<std::uint32_t>(record + 4, swapped);
  return seconds * 1'000'000'000U + fraction * fraction_ns;
}

}  // namespace uptake
