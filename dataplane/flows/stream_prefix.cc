#include "dataplane/flows/stream_prefix.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

namespace uptake {
namespace {

constexpr std::uint32_t kDirect = std::tuple_size_v<decltype(StreamSide::chunks)>;
/// Chunks beyond those, for kMostHeld octets behind a first chunk that is partly consumed.
constexpr std::uint32_t kListed = (kMostHeld + kStreamChunk) / kStreamChunk + 1 - kDirect;

}  // namespace

Bytes StreamPrefix::in_place(std::uint32_t sequence, Bytes bytes) const noexcept {
  if (side_.whole != 0 || side_.island_count != 0) return {};
  const std::uint32_t old = side_.next - sequence;
  if (old >= bytes.size()) return {};  // starts behind `next`, or holds nothing new
  return bytes.subspan(old);
}

StreamPrefix::Result StreamPrefix::add(std::uint32_t sequence, Bytes bytes) noexcept {
  const std::int32_t ahead = distance(side_.next, sequence);
  std::uint32_t from = 0;
  if (ahead < 0) {
    const std::uint32_t old = side_.next - sequence;
    if (old >= bytes.size()) return {};
    bytes = bytes.subspan(old);
  } else {
    from = static_cast<std::uint32_t>(ahead);
  }
  if (bytes.empty()) return {};
  if (from + bytes.size() > most_) {
    if (from >= most_ && side_.whole == most_) return {Added::full, false};
    if (from > side_.whole) return {Added::gap, false};
    bytes = bytes.first(most_ - from);
  }
  return insert(from, bytes);
}

StreamPrefix::Result StreamPrefix::insert(std::uint32_t from, Bytes bytes) noexcept {
  Result result;
  if (!fill_holes(from, bytes, result.conflict)) return {Added::no_chunk, result.conflict};
  const std::uint32_t to = from + static_cast<std::uint32_t>(bytes.size());
  const std::uint32_t before = side_.whole;
  if (from > before) {
    result.dropped = !add_island({static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to)});
    result.added = Added::held;
    return result;
  }
  side_.whole = static_cast<std::uint16_t>(std::max(before, to));
  absorb_islands();
  result.added = side_.whole > before ? Added::contiguous : Added::nothing;
  return result;
}

/// Copies in what is not there yet, from the front to the back; `conflict`: what is there differs, and stays.
/// False when there is no chunk for it.
bool StreamPrefix::fill_holes(std::uint32_t from, Bytes bytes, bool& conflict) noexcept {
  const std::uint32_t to = from + static_cast<std::uint32_t>(bytes.size());
  const auto fill = [&](std::uint32_t hole_from, std::uint32_t hole_to) {
    return hole_from >= hole_to || copy_in(hole_from, bytes.subspan(hole_from - from, hole_to - hole_from));
  };
  std::uint32_t at = from;
  if (at < side_.whole) {
    const std::uint32_t end = std::min<std::uint32_t>(side_.whole, to);
    conflict = differs(at, bytes.first(end - at));
    at = end;
  }
  for (unsigned i = 0; i < side_.island_count && at < to; ++i) {
    const StreamSide::Island island = islands_[i];
    if (island.to <= at) continue;
    if (island.from >= to) break;
    if (!fill(at, island.from)) return false;
    at = std::max<std::uint32_t>(at, island.from);
    const std::uint32_t end = std::min<std::uint32_t>(island.to, to);
    if (differs(at, bytes.subspan(at - from, end - at))) conflict = true;
    at = end;
  }
  return fill(at, to);
}

/// Puts an island in its place in order and merges it with those that it touches. Where there are more than there is
/// room for, the farthest is dropped: if its octets matter, a retransmission brings them or a gap is told. False when
/// one was.
bool StreamPrefix::add_island(StreamSide::Island added) noexcept {
  std::array<StreamSide::Island, kMostIslands + 1> merged{};
  unsigned count = 0;
  bool placed = false;
  for (unsigned i = 0; i < side_.island_count; ++i) {
    const StreamSide::Island island = islands_[i];
    if (island.to < added.from) {
      merged[count++] = island;
    } else if (island.from > added.to) {
      if (!placed) merged[count++] = added;
      placed = true;
      merged[count++] = island;
    } else {
      added = {std::min(added.from, island.from), std::max(added.to, island.to)};
    }
  }
  if (!placed) merged[count++] = added;
  side_.island_count = static_cast<std::uint8_t>(std::min<std::size_t>(count, islands_.size()));
  std::copy_n(merged.begin(), side_.island_count, islands_.begin());
  return count <= islands_.size();
}

void StreamPrefix::absorb_islands() noexcept {
  unsigned kept = 0;
  for (unsigned i = 0; i < side_.island_count; ++i) {
    const StreamSide::Island island = islands_[i];
    if (island.from <= side_.whole) {
      side_.whole = std::max(side_.whole, island.to);
      continue;
    }
    islands_[kept++] = island;
  }
  side_.island_count = static_cast<std::uint8_t>(kept);
}

bool StreamPrefix::copy_in(std::uint32_t at, Bytes bytes) noexcept {
  std::uint32_t position = side_.skip + at;
  while (!bytes.empty()) {
    std::uint16_t* const chunk = slot(position / kStreamChunk);
    if (chunk == nullptr) return false;
    if (*chunk == 0) *chunk = take();
    if (*chunk == 0) return false;
    const std::uint32_t offset = position % kStreamChunk;
    const std::size_t count = std::min<std::size_t>(bytes.size(), kStreamChunk - offset);
    std::memcpy(pool_.chunk(*chunk) + offset, bytes.data(), count);
    bytes = bytes.subspan(count);
    position += static_cast<std::uint32_t>(count);
  }
  return true;
}

bool StreamPrefix::differs(std::uint32_t at, Bytes bytes) const noexcept {
  std::uint32_t position = side_.skip + at;
  while (!bytes.empty()) {
    const std::uint32_t offset = position % kStreamChunk;
    const std::size_t count = std::min<std::size_t>(bytes.size(), kStreamChunk - offset);
    if (std::memcmp(pool_.chunk(*slot(position / kStreamChunk)) + offset, bytes.data(), count) != 0) return true;
    bytes = bytes.subspan(count);
    position += static_cast<std::uint32_t>(count);
  }
  return false;
}

Bytes StreamPrefix::whole(std::uint8_t* scratch) const noexcept {
  if (side_.whole == 0) return {};
  if (std::uint32_t{side_.skip} + side_.whole <= kStreamChunk)
    return {pool_.chunk(side_.chunks[0]) + side_.skip, side_.whole};
  std::uint32_t done = 0;
  while (done < side_.whole) {
    const std::uint32_t position = side_.skip + done;
    const std::uint32_t offset = position % kStreamChunk;
    const std::uint32_t count = std::min(side_.whole - done, kStreamChunk - offset);
    std::memcpy(scratch + done, pool_.chunk(*slot(position / kStreamChunk)) + offset, count);
    done += count;
  }
  return {scratch, side_.whole};
}

void StreamPrefix::consume(std::uint32_t count) noexcept {
  side_.next += count;
  const auto less = [count](std::uint16_t at) { return static_cast<std::uint16_t>(at > count ? at - count : 0U); };
  side_.whole = less(side_.whole);
  unsigned kept = 0;
  for (unsigned i = 0; i < side_.island_count; ++i) {
    const StreamSide::Island island = islands_[i];
    if (island.to > count) islands_[kept++] = {less(island.from), less(island.to)};
  }
  side_.island_count = static_cast<std::uint8_t>(kept);
  absorb_islands();
  if (side_.whole == 0 && side_.island_count == 0) {
    drop();
    return;
  }
  std::uint32_t skip = side_.skip + count;
  while (skip >= kStreamChunk) {
    forget_first_chunk();
    skip -= kStreamChunk;
  }
  side_.skip = static_cast<std::uint16_t>(skip);
}

void StreamPrefix::drop() noexcept {
  if (side_.table != 0) {
    for (std::uint32_t i = 0; i < kListed; ++i) give(*slot(kDirect + i));
    give(side_.table);
  }
  for (std::size_t i = 0; side_.chunk_count > 0; ++i) give(side_.chunks[i]);
  side_.skip = 0;
  side_.whole = 0;
  side_.island_count = 0;
}

std::uint16_t StreamPrefix::take() const noexcept {
  const std::uint16_t chunk = pool_.take_chunk();
  side_.chunk_count = static_cast<std::uint8_t>(side_.chunk_count + (chunk != 0 ? 1 : 0));
  return chunk;
}

void StreamPrefix::give(std::uint16_t& chunk) const noexcept {
  if (chunk == 0) return;
  pool_.give_chunk(std::exchange(chunk, std::uint16_t{0}));
  --side_.chunk_count;
}

/// Where the number of the index-th chunk stands: in the side itself for the first ones, in the chunk `table` for the
/// others. Null when the pool has no chunk for the table, or the index lies beyond it.
std::uint16_t* StreamPrefix::slot(std::uint32_t index) const noexcept {
  if (index < kDirect) return &side_.chunks[index];
  if (index >= kDirect + kListed) return nullptr;
  if (side_.table == 0) {
    side_.table = take();
    if (side_.table == 0) return nullptr;
    std::memset(pool_.chunk(side_.table), 0, kListed * sizeof(std::uint16_t));
  }
  return reinterpret_cast<std::uint16_t*>(pool_.chunk(side_.table)) + (index - kDirect);
}

void StreamPrefix::forget_first_chunk() noexcept {
  give(side_.chunks[0]);
  std::copy(side_.chunks.begin() + 1, side_.chunks.end(), side_.chunks.begin());
  side_.chunks.back() = 0;
  if (side_.table == 0) return;
  std::uint16_t* const listed = slot(kDirect);
  side_.chunks.back() = listed[0];
  std::copy(listed + 1, listed + kListed, listed);
  listed[kListed - 1] = 0;
}

}  // namespace uptake
