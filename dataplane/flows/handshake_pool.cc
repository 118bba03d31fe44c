#include "dataplane/flows/handshake_pool.h"

#include <memory>

namespace uptake {

HandshakePool::HandshakePool(std::byte* memory, std::span<std::uint8_t> names) noexcept
    : handshakes_(reinterpret_cast<Handshake*>(memory)),
      chunks_(reinterpret_cast<std::uint8_t*>(memory + kHandshakes * sizeof(Handshake))),
      names_(names) {
  // Taken from the end: low places first, so that few pages stay warm.
  for (std::uint32_t i = 0; i < kHandshakes; ++i) free_[i] = static_cast<std::uint16_t>(kHandshakes - 1 - i);
  free_count_ = kHandshakes;
  for (std::uint32_t i = 0; i < kChunks; ++i) free_chunks_[i] = static_cast<std::uint16_t>(kChunks - i);
  free_chunk_count_ = kChunks;
}

std::uint32_t HandshakePool::take(std::uint32_t flow) noexcept {
  if (free_count_ == 0) return kNone;
  const std::uint32_t place = free_[--free_count_];
  // Made only now, so that a place that is never used costs no memory.
  std::construct_at(&handshakes_[place]);
  handshakes_[place].flow = flow;
  link_newest(place);
  ++in_use_;
  return place;
}

void HandshakePool::give(std::uint32_t place) noexcept {
  Handshake& handshake = handshakes_[place];
  for (StreamSide& side : handshake.sides)
    for (std::uint16_t& chunk : side.chunks)
      if (chunk != 0) give_chunk(chunk);
  unlink(handshake);
  free_[free_count_++] = static_cast<std::uint16_t>(place);
  --in_use_;
}

std::uint32_t HandshakePool::oldest_with_chunks(std::uint32_t except) const noexcept {
  // Those behind have been idle longest and mostly hold chunks; a bound keeps the search short all the same.
  constexpr int kSteps = 64;
  std::uint32_t next = oldest_;
  for (int i = 0; i < kSteps && next != 0; ++i) {
    const Handshake& handshake = handshakes_[next - 1];
    const bool holds = handshake.sides[0].chunks[0] != 0 || handshake.sides[1].chunks[0] != 0;
    if (holds && next - 1 != except) return next - 1;
    next = handshake.newer;
  }
  return kNone;
}

void HandshakePool::touch(std::uint32_t place) noexcept {
  if (newest_ == place + 1) return;
  unlink(handshakes_[place]);
  link_newest(place);
}

void HandshakePool::retire(std::uint32_t place) noexcept {
  Handshake& handshake = handshakes_[place];
  unlink(handshake);
  handshake.older = 0;
  handshake.newer = oldest_;
  if (oldest_ != 0) handshakes_[oldest_ - 1].older = place + 1;
  oldest_ = place + 1;
  if (newest_ == 0) newest_ = place + 1;
}

std::uint16_t HandshakePool::take_chunk() noexcept {
  return free_chunk_count_ == 0 ? std::uint16_t{0} : free_chunks_[--free_chunk_count_];
}

void HandshakePool::give_chunk(std::uint16_t chunk) noexcept { free_chunks_[free_chunk_count_++] = chunk; }

void HandshakePool::unlink(Handshake& handshake) noexcept {
  (handshake.newer != 0 ? handshakes_[handshake.newer - 1].older : newest_) = handshake.older;
  (handshake.older != 0 ? handshakes_[handshake.older - 1].newer : oldest_) = handshake.newer;
}

void HandshakePool::link_newest(std::uint32_t place) noexcept {
  Handshake& handshake = handshakes_[place];
  handshake.newer = 0;
  handshake.older = newest_;
  if (newest_ != 0) handshakes_[newest_ - 1].newer = place + 1;
  newest_ = place + 1;
  if (oldest_ == 0) oldest_ = place + 1;
}

}  // namespace uptake
