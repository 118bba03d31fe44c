#include "dataplane/sources/packet_ring.h"

#include <linux/if_packet.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace uptake {
namespace {

// What net_af_packet takes when its arguments do not say.
constexpr std::uint32_t kFrameBytes = 2048;
constexpr std::uint32_t kFramesUnasked = 512;

}  // namespace

PacketRing::PacketRing(int socket, const PortSpec& spec) noexcept {
  const std::uint32_t block = spec.number("blocksz", static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE)));
  frame_bytes_ = spec.number("framesz", kFrameBytes);
  frames_ = spec.number("framecnt", kFramesUnasked);
  if (frame_bytes_ == 0 || block / frame_bytes_ == 0 || frames_ == 0) return;
  // The kernel maps the ring to receive and the one to send together, and nothing less.
  map_bytes_ = std::size_t{2} * block * (frames_ / (block / frame_bytes_));
  void* const map = mmap(nullptr, map_bytes_, PROT_READ, MAP_SHARED, socket, 0);
  if (map != MAP_FAILED) map_ = static_cast<const std::uint8_t*>(map);
}

PacketRing::~PacketRing() {
  if (map_ != nullptr) munmap(const_cast<std::uint8_t*>(map_), map_bytes_);
}

PacketRing::PacketRing(PacketRing&& other) noexcept { *this = std::move(other); }

PacketRing& PacketRing::operator=(PacketRing&& other) noexcept {
  std::swap(map_, other.map_);
  std::swap(map_bytes_, other.map_bytes_);
  std::swap(frame_bytes_, other.frame_bytes_);
  std::swap(frames_, other.frames_);
  std::swap(next_, other.next_);
  return *this;
}

std::size_t PacketRing::peek(std::span<PacketStamp> out) const noexcept {
  const std::size_t most = std::min<std::size_t>(out.size(), frames_);
  std::uint32_t at = next_;
  for (std::size_t i = 0; i < most; ++i) {
    const auto* header = reinterpret_cast<const tpacket2_hdr*>(map_ + std::size_t{at} * frame_bytes_);
    if ((__atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) == 0) return i;
    out[i] = {header->tp_sec * 1'000'000'000ULL + header->tp_nsec, header->tp_snaplen, header->tp_len};
    if (++at == frames_) at = 0;
  }
  return most;
}

}  // namespace uptake
