#include "dataplane/part.h"

#include <array>

#include "dataplane/decoding.h"

namespace uptake {

void stamp(std::span<Frame> frames, PacketClock& clock) noexcept {
  PacketClock own = clock;  // a copy stays in registers: a store to packet_ns might alias `clock`
  for (Frame& frame : frames) frame.packet_ns = own.read(frame.time_ns);
  clock = own;
}

void Part::deal(const Engine& engine) noexcept {
  constexpr std::size_t kPrefetch = 16;
  constexpr std::size_t kLastAddressOctet = 14 + 40 - 1;  // of IPv6 in Ethernet without a tag
  std::array<FrameList*, kShards> owner{};
  for (std::size_t s = 0; s < kShards; ++s) owner[s] = &shares[s % shares.size()];
  for (FrameList& share : shares) share.clear();
  const FrameList& frames = chunk.frames;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i + kPrefetch < frames.size()) {
      __builtin_prefetch(frames[i + kPrefetch].data);
      __builtin_prefetch(frames[i + kPrefetch].data + kLastAddressOctet);
    }
    const Place place = place_of(engine, frames[i]);
    if (!place.is_fragment) [[likely]]
      owner[place.shard]->push_back(frames[i]);
    else
      for (FrameList& share : shares) share.push_back(frames[i]);
  }
}

}  // namespace uptake
