#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/sources/port_spec.h"

namespace uptake {

/// PacketStamp: what the kernel wrote beside a frame in the ring of a packet socket.
struct PacketStamp {
  std::uint64_t time_ns = 0;
  std::uint32_t captured = 0;
  std::uint32_t wire = 0;
};

/// PacketRing: maps the receive ring of a packet socket a second time, read-only, because DPDK's net_af_packet takes
/// the octets out of it and leaves time and wire length behind. The caller peeks, asks the driver for no more frames
/// than that, and advances by as many as it got.
class PacketRing {
 public:
  PacketRing() = default;
  /// Maps the ring with the geometry that the device's arguments give; is_open() says whether that went well.
  PacketRing(int socket, const PortSpec& spec) noexcept;
  ~PacketRing();
  PacketRing(PacketRing&& other) noexcept;
  PacketRing& operator=(PacketRing&& other) noexcept;

  [[nodiscard]] bool is_open() const noexcept { return map_ != nullptr; }
  /// Reads the stamps of the frames that wait, at most as many as `out` holds.
  [[nodiscard]] std::size_t peek(std::span<PacketStamp> out) const noexcept;
  void advance(std::size_t count) noexcept { next_ = static_cast<std::uint32_t>((next_ + count) % frames_); }

 private:
  const std::uint8_t* map_ = nullptr;
  std::size_t map_bytes_ = 0;
  std::uint32_t frame_bytes_ = 0;
  std::uint32_t frames_ = 1;
  std::uint32_t next_ = 0;
};

}  // namespace uptake
