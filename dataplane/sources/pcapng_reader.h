#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dataplane/sources/record.h"

namespace uptake {

/// The longest block that is read as a whole; blocks of unknown type are skipped whatever their length.
inline constexpr std::uint32_t kMaxBlock = 1U << 20;
/// The most interfaces of one section.
inline constexpr std::size_t kMaxInterfaces = 65536;

/// Clock: how an interface's 64-bit time stamps become nanoseconds (if_tsresol, if_tsoffset).
/// Times before 1970 become 0, times that do not fit the greatest number.
class Clock {
 public:
  constexpr Clock() noexcept = default;
  /// `resolution` as the option has it: 10^-n, or 2^-n with the top bit set.
  constexpr Clock(std::uint8_t resolution, std::int64_t offset_s) noexcept
      : resolution_(resolution), offset_s_(offset_s) {}
  [[nodiscard]] std::uint64_t nanoseconds(std::uint64_t stamp) const noexcept;

 private:
  std::uint8_t resolution_ = 6;
  std::int64_t offset_s_ = 0;
};

/// True when a file that starts like this is a pcapng capture.
[[nodiscard]] bool is_pcapng(Bytes head) noexcept;

/// PcapngReader: the packets of all sections of a pcapng capture (draft-ietf-opsawg-pcapng), block by block, up to
/// where the header of a classic capture stands.
class PcapngReader {
 public:
  /// Nothing when `head` does not start a section.
  [[nodiscard]] static std::optional<PcapngReader> open(Bytes head) noexcept;

  /// Reads whole blocks from `bytes`, which starts where the last walk stopped.
  [[nodiscard]] Walk walk(Bytes bytes, FrameSink& sink);
  [[nodiscard]] std::size_t header_bytes() const noexcept { return 0; }
  /// True when the input may end here: not inside a block that is being skipped.
  [[nodiscard]] bool between_blocks() const noexcept { return skip_ == 0; }

 private:
  struct Interface {
    Clock clock;
    std::uint32_t snaplen = 0;
    LinkType link = LinkType::unsupported;
    std::uint64_t lost = 0;  ///< frames of it that the file has said were lost
  };
  struct Block {
    std::uint32_t type = 0;
    const std::uint8_t* body = nullptr;
    std::size_t body_bytes = 0;
  };

  [[nodiscard]] const char* step(Bytes left, FrameSink& sink, std::size_t& used, std::size_t& need);
  [[nodiscard]] const char* read(const Block& block, FrameSink& sink);
  [[nodiscard]] const char* read_section(const Block& block);
  void read_statistics(const Block& block, FrameSink& sink) noexcept;
  [[nodiscard]] std::uint64_t lost_before(const Block& block, std::uint32_t captured) const noexcept;
  [[nodiscard]] const char* read_interface(const Block& block);
  [[nodiscard]] const char* read_simple(const Block& block, FrameSink& sink) noexcept;
  [[nodiscard]] const char* read_packet(const Block& block, FrameSink& sink) noexcept;
  [[nodiscard]] std::uint32_t u32(const std::uint8_t* at) const noexcept { return load<std::uint32_t>(at, swapped_); }
  [[nodiscard]] std::uint16_t u16(const std::uint8_t* at) const noexcept { return load<std::uint16_t>(at, swapped_); }

  std::vector<Interface> interfaces_;
  std::uint64_t last_time_ns_ = 0;  ///< a Simple Packet Block has no time: it takes the one before
  std::uint64_t skip_ = 0;          ///< octets still to pass of a block that is not wanted, its trailer included
  std::uint32_t skipped_length_ = 0;
  bool swapped_ = false;
};

}  // namespace uptake
