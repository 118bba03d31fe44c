#include "dataplane/sources/file_source.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "dataplane/packet_clock.h"

namespace uptake {

/// Merged: a chunk being made of frames of several lanes; it holds a copy of their octets.
class FileSource::Merged {
 public:
  Merged(Chunk& chunk, std::uint64_t first_ordinal) : frames_(chunk.frames), ordinal_(first_ordinal) {
    ChunkStore& store = ChunkStore::of(chunk);
    store.release();
    at_ = store.buffer(kBytes, 0);
    chunk.ahead = {};
    frames_.clear();
  }
  /// False when there is no room left for it.
  [[nodiscard]] bool add(Frame frame) noexcept {
    if (frames_.room() == 0 || frame.captured > room_) return false;
    if (frame.captured > 0) std::memcpy(at_, frame.data, frame.captured);
    frame.data = at_;
    frame.ordinal = ordinal_++;
    at_ += frame.captured;
    room_ -= frame.captured;
    frames_.push_back(frame);
    return true;
  }

 private:
  static constexpr std::size_t kBytes = 1U << 20;
  static_assert(kBytes >= kMaxCaptured);

  FrameList& frames_;
  std::uint8_t* at_ = nullptr;
  std::size_t room_ = kBytes;
  std::uint64_t ordinal_;
};

FileSource::FileSource(std::vector<Part> parts, std::uint64_t bytes_total, std::vector<Damage> damages,
                       const FileOptions& options)
    : parts_(std::move(parts)), options_(options), bytes_total_(bytes_total), damages_(std::move(damages)) {}

bool FileSource::next(Chunk& chunk) {
  if (held_.empty()) return read(chunk);
  chunk = std::move(held_.front());
  held_.pop_front();
  return true;
}

bool FileSource::ready() const noexcept {
  return held() || std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->file->ready(); });
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
  for (std::size_t have = 0; have < frames;) {
    Chunk chunk;
    if (!read(chunk)) break;
    have += chunk.frames.size();
    held_.push_back(std::move(chunk));
  }
  return held_;
}

bool FileSource::read(Chunk& chunk) {
  do {
    if (lanes_.empty() && !open_lane()) {
      chunk.frames.clear();
      return false;
    }
    if (lanes_.size() > 1 || lanes_.front()->pending()) {
      merge(chunk);
    } else if (!read_alone(chunk)) {
      chunk.frames.clear();
    }
  } while (chunk.frames.empty());
  frames_ += chunk.frames.size();
  frames_done_.store(frames_, std::memory_order_relaxed);
  return true;
}

/// Hands out what the only lane reads as it is. False when its file has ended, or another begins within: then what
/// was read is pending.
bool FileSource::read_alone(Chunk& chunk) {
  Lane& lane = *lanes_.front();
  if (!fill(lane, chunk)) {
    close(lane);
    lanes_.pop_back();
    return false;
  }
  if (next_part_ == parts_.size()) return true;
  lane.clock.stamp({chunk.frames.data(), chunk.frames.size()});
  if (!begins_before(lane.clock.now())) {
    delivered_ns_ = std::max(delivered_ns_, lane.clock.now());
    return true;
  }
  std::swap(chunk, lane.chunk);
  lane.at = 0;
  return false;
}

bool FileSource::comes_later(const std::unique_ptr<Lane>& a, const std::unique_ptr<Lane>& b) noexcept {
  const std::uint64_t time_a = a->front().packet_ns;
  const std::uint64_t time_b = b->front().packet_ns;
  return time_a != time_b ? time_a > time_b : a->rank > b->rank;
}

/// Fills `chunk` in the order of time, until it is full or one lane is left whose frames were all delivered.
void FileSource::merge(Chunk& chunk) {
  Merged merged(chunk, frames_);
  while (!lanes_.empty() && lanes_.front()->pending()) {
    if (begins_before(lanes_.front()->front().packet_ns) && open_lane()) continue;
    std::pop_heap(lanes_.begin(), lanes_.end(), comes_later);
    Lane& lane = *lanes_.back();
    const bool room = deliver(lane, merged);
    if (lane.pending() || lanes_.size() == 1 || fill(lane, lane.chunk)) {
      if (lanes_.size() > 1) std::push_heap(lanes_.begin(), lanes_.end(), comes_later);
    } else {
      close(lane);
      lanes_.pop_back();
    }
    if (!room) return;
  }
}

/// Delivers frames of a lane up to the first of another lane or file. False when there is no room left.
bool FileSource::deliver(Lane& lane, Merged& merged) noexcept {
  const std::unique_ptr<Lane>& other = lanes_.front();  // the next but this, unless it is the only one
  do {
    if (!merged.add(lane.front())) return false;
    delivered_ns_ = std::max(delivered_ns_, lane.front().packet_ns);
    ++lane.at;
  } while (lane.pending() && (lanes_.size() == 1 || !comes_later(lanes_.back(), other)) &&
           !begins_before(lane.front().packet_ns));
  return true;
}

bool FileSource::begins_before(std::uint64_t time_ns) const noexcept {
  return next_part_ < parts_.size() && parts_[next_part_].first_ns < time_ns && lanes_.size() < most_lanes_;
}

/// Refills `chunk` with frames of a lane's file; where others are open, also stamps them.
bool FileSource::fill(Lane& lane, Chunk& chunk) {
  if (&chunk == &lane.chunk) lane.at = 0;
  const bool more = lane.file->next(chunk, frames_, chains_);
  const std::uint64_t done = lane.file->stored_done();
  bytes_done_.fetch_add(done - std::exchange(lane.counted, done), std::memory_order_relaxed);
  if (more && lanes_.size() > 1) lane.clock.stamp({chunk.frames.data(), chunk.frames.size()});
  return more;
}

/// Opens the next file that can be opened. False when none is left, or there are no descriptors for it now.
bool FileSource::open_lane() {
  while (next_part_ < parts_.size()) {
    Part& part = parts_[next_part_];
    auto lane = std::make_unique<Lane>();
    FileOptions options = options_;
    constexpr std::size_t kFewLanes = 4;  // mappings are few, and what is mapped for many lanes is evicted early
    options.map_files = options.map_files && lanes_.size() < kFewLanes;
    Either<std::unique_ptr<CaptureFile>> got = std::move(part.open);
    if (std::get<0>(got) == nullptr) got = CaptureFile::open(part.path, options);
    const Refusal* refusal = std::get_if<Refusal>(&got);
    if (refusal != nullptr && refusal->why == Why::busy && !lanes_.empty()) {
      most_lanes_ = lanes_.size();
      return false;
    }
    lane->rank = next_part_++;
    if (refusal != nullptr) {
      const std::scoped_lock lock(damages_mutex_);
      damages_.push_back({part.path, 0, "cannot be read any more: " + refusal->what});
      continue;
    }
    lane->file = std::get<0>(std::move(got));
    if (part.first_ns < delivered_ns_) ++crowded_out_;
    lanes_.push_back(std::move(lane));
    if (lanes_.size() == 1) return true;
    Lane& added = *lanes_.back();
    if (fill(added, added.chunk)) {
      std::push_heap(lanes_.begin(), lanes_.end(), comes_later);
      return true;
    }
    close(added);
    lanes_.pop_back();
  }
  return false;
}

void FileSource::close(Lane& lane) {
  if (const auto damage = lane.file->damage()) {
    const std::scoped_lock lock(damages_mutex_);
    damages_.push_back(*damage);
  }
}

Progress FileSource::progress() const noexcept {
  return {bytes_done_.load(std::memory_order_relaxed), bytes_total_.load(std::memory_order_relaxed),
          frames_done_.load(std::memory_order_relaxed)};
}

std::vector<Damage> FileSource::damages() const {
  const std::scoped_lock lock(damages_mutex_);
  return damages_;
}

std::vector<std::string> FileSource::paths() const {
  std::vector<std::string> paths;
  for (const Part& part : parts_) paths.push_back(part.path);
  return paths;
}

}  // namespace uptake
