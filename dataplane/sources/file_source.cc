#include "dataplane/sources/file_source.h"

#include <array>
#include <utility>

#include "dataplane/packet_clock.h"

namespace uptake {

bool FileSource::next(Chunk& chunk) {
  if (held_.empty()) return merge_.next(chunk);
  chunk = std::move(held_.front());
  held_.pop_front();
  return true;
}

/// Of the first three frames that were looked at ahead, the first that another one is within an hour of.
std::uint64_t FileSource::start_ns() const noexcept {
  std::array<std::uint64_t, 3> times{};
  std::size_t count = 0;
  for (const Chunk& chunk : held_)
    for (std::size_t i = 0; i < chunk.frames.size() && count < times.size(); ++i)
      times[count++] = chunk.frames[i].time_ns;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j)
      if (i != j && PacketClock::near(times[i], times[j])) return times[i];
  return times[0];
}

const std::deque<Chunk>& FileSource::look_ahead(std::size_t frames) {
  std::size_t have = 0;
  for (const Chunk& chunk : held_) have += chunk.frames.size();
  while (have < frames) {
    Chunk chunk;
    if (!merge_.next(chunk)) break;
    have += chunk.frames.size();
    held_.push_back(std::move(chunk));
  }
  return held_;
}

}  // namespace uptake
