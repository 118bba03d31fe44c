#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "dataplane/sources/capture_file.h"
#include "dataplane/sources/file_report.h"
#include "dataplane/sources/order_clock.h"

namespace uptake {

/// FileLane: an open file, and frames of it that were read but not delivered.
class FileLane {
 public:
  /// `rank`: its place in the order of files. Of two frames of one time, that of the lower rank comes first.
  FileLane(std::unique_ptr<CaptureFile> file, std::size_t rank) : file_(std::move(file)), rank_(rank) {}

  [[nodiscard]] bool pending() const noexcept { return at_ < chunk_.frames.size(); }
  /// The first frame that is pending; one is.
  [[nodiscard]] const Frame& front() const noexcept { return chunk_.frames[at_]; }
  void pop() noexcept { ++at_; }
  /// Both have frames pending.
  [[nodiscard]] bool comes_later_than(const FileLane& other) const noexcept {
    const std::uint64_t own_ns = front().packet_ns;
    const std::uint64_t other_ns = other.front().packet_ns;
    return own_ns != other_ns ? own_ns > other_ns : rank_ > other.rank_;
  }

  /// Reads on into `chunk`, past what is pending; false at the end of the file.
  [[nodiscard]] bool read(Chunk& chunk, std::uint64_t first_ordinal, FileReport& report) {
    const bool more = file_->next(chunk, first_ordinal);
    const std::uint64_t done = file_->stored_done();
    report.add_bytes(done - std::exchange(counted_, done));
    return more;
  }
  /// Writes the order time of frames that were read; returns that of the last. Every chunk once, in order.
  std::uint64_t stamp(Chunk& chunk) noexcept {
    clock_.stamp({chunk.frames.data(), chunk.frames.size()});
    return clock_.now();
  }
  /// Reads and stamps the next frames, which are then pending; none was.
  [[nodiscard]] bool refill(std::uint64_t first_ordinal, FileReport& report) {
    at_ = 0;
    if (!read(chunk_, first_ordinal, report)) return false;
    stamp(chunk_);
    return true;
  }
  /// Makes what was read into `chunk` and stamped pending; `chunk` gets the storage of the last.
  void take_back(Chunk& chunk) noexcept {
    std::swap(chunk, chunk_);
    at_ = 0;
  }
  void report_end(FileReport& report) const {
    if (const auto damage = file_->damage()) report.add_damage(*damage);
    report.add_lost(file_->lost());
  }
  [[nodiscard]] bool ready() const noexcept { return file_->ready(); }

 private:
  std::unique_ptr<CaptureFile> file_;
  std::size_t rank_;
  Chunk chunk_;
  std::size_t at_ = 0;  ///< of `chunk_`: the first that is pending
  OrderClock clock_;
  std::uint64_t counted_ = 0;  ///< octets of the file that were reported
};

}  // namespace uptake
