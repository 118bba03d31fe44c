#include "dataplane/sources/file_merge.h"

#include <algorithm>
#include <utility>

namespace uptake {

bool FileMerge::next(Chunk& chunk) {
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
  report_.add_frames(chunk.frames.size());
  return true;
}

bool FileMerge::ready() const noexcept {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane->ready(); });
}

/// Hands out what the only lane reads as it is. False when its file has ended, or another begins within: then what
/// was read is pending.
bool FileMerge::read_alone(Chunk& chunk) {
  FileLane& lane = *lanes_.front();
  if (!lane.read(chunk, frames_, report_)) {
    close_last();
    return false;
  }
  if (queue_.empty()) return true;
  const std::uint64_t last_ns = lane.stamp(chunk);
  if (!begins_before(last_ns)) {
    delivered_ns_ = std::max(delivered_ns_, last_ns);
    return true;
  }
  lane.take_back(chunk);
  return false;
}

/// Fills `chunk` in the order of time, until it is full or one lane is left whose frames were all delivered.
void FileMerge::merge(Chunk& chunk) {
  MergedChunk merged(chunk, frames_);
  while (!lanes_.empty() && lanes_.front()->pending()) {
    if (begins_before(lanes_.front()->front().packet_ns) && open_lane()) continue;
    std::pop_heap(lanes_.begin(), lanes_.end(), comes_later);
    FileLane& lane = *lanes_.back();
    const bool room = deliver(lane, merged);
    if (lane.pending() || lanes_.size() == 1 || lane.refill(frames_, report_)) {
      if (lanes_.size() > 1) std::push_heap(lanes_.begin(), lanes_.end(), comes_later);
    } else {
      close_last();
    }
    if (!room) return;
  }
}

/// Delivers frames of a lane up to the first of another lane or file. False when there is no room left.
bool FileMerge::deliver(FileLane& lane, MergedChunk& merged) noexcept {
  const Lane& other = lanes_.front();  // the next but this, unless it is the only one
  do {
    if (!merged.add(lane.front())) return false;
    delivered_ns_ = std::max(delivered_ns_, lane.front().packet_ns);
    lane.pop();
  } while (lane.pending() && (lanes_.size() == 1 || !comes_later(lanes_.back(), other)) &&
           !begins_before(lane.front().packet_ns));
  return true;
}

/// Opens the next file that can be opened and, beside others, has frames. False when there is none now.
bool FileMerge::open_lane() {
  while (auto opened = queue_.open_next(lanes_.size(), report_)) {
    if (opened->first_ns < delivered_ns_) ++crowded_out_;
    lanes_.push_back(std::make_unique<FileLane>(std::move(opened->file), opened->rank));
    if (lanes_.size() == 1) return true;
    if (lanes_.back()->refill(frames_, report_)) {
      std::push_heap(lanes_.begin(), lanes_.end(), comes_later);
      return true;
    }
    close_last();
  }
  return false;
}

void FileMerge::close_last() {
  lanes_.back()->report_end(report_);
  lanes_.pop_back();
}

}  // namespace uptake
