#pragma once

#include <cstddef>
#include <memory>

#include "dissectors/frame/frame.h"

namespace uptake {

/// The most frames of one chunk; its storage is reserved once. So few that what dealing reads of them is still in the
/// second-level cache when the worker takes its share.
inline constexpr std::size_t kChunkFrames = 2048;

/// FrameList: up to a fixed number of frames. A reader writes behind the end, then calls take(): std::vector would
/// initialise each frame first, which costs more than to make it.
class FrameList {
 public:
  explicit FrameList(std::size_t limit = kChunkFrames) : frames_(std::make_unique<Frame[]>(limit)), limit_(limit) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t room() const noexcept { return limit_ - size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] Frame* data() noexcept { return frames_.get(); }
  [[nodiscard]] const Frame* data() const noexcept { return frames_.get(); }
  [[nodiscard]] Frame* begin() noexcept { return data(); }
  [[nodiscard]] Frame* end() noexcept { return data() + size_; }
  [[nodiscard]] const Frame* begin() const noexcept { return data(); }
  [[nodiscard]] const Frame* end() const noexcept { return data() + size_; }
  [[nodiscard]] const Frame& operator[](std::size_t at) const noexcept { return frames_[at]; }
  [[nodiscard]] const Frame& front() const noexcept { return frames_[0]; }
  [[nodiscard]] const Frame& back() const noexcept { return frames_[size_ - 1]; }

  void clear() noexcept { size_ = 0; }
  void pop_back() noexcept { --size_; }
  /// Takes `count` more, which is at most room(), as they stand at the end.
  void take(std::size_t count) noexcept { size_ += count; }
  void push_back(const Frame& frame) noexcept { frames_[size_++] = frame; }

 private:
  std::unique_ptr<Frame[]> frames_;
  std::size_t limit_;
  std::size_t size_ = 0;
};

}  // namespace uptake
