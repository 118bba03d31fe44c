#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/sources/file_lane.h"
#include "dataplane/sources/file_queue.h"
#include "dataplane/sources/file_report.h"
#include "dataplane/sources/merged_chunk.h"

namespace uptake {

/// FileMerge: the frames of several files in the order of time. Files that follow each other are read one by one,
/// without a copy; where some overlap their frames are merged.
class FileMerge {
 public:
  /// `files` in the order of their beginnings. `report` outlives it.
  FileMerge(std::vector<InputFile> files, const FileOptions& options, FileReport& report)
      : report_(report), queue_(std::move(files), options) {}

  /// Refills `chunk`; false at the end of the last file.
  [[nodiscard]] bool next(Chunk& chunk);
  /// next() would not wait for whoever writes.
  [[nodiscard]] bool ready() const noexcept;
  [[nodiscard]] std::vector<std::string> paths() const { return queue_.paths(); }
  /// Files of which frames came later than their time, for too many others were open.
  [[nodiscard]] std::size_t crowded_out() const noexcept { return crowded_out_; }

 private:
  using Lane = std::unique_ptr<FileLane>;

  [[nodiscard]] static bool comes_later(const Lane& a, const Lane& b) noexcept { return a->comes_later_than(*b); }
  [[nodiscard]] bool begins_before(std::uint64_t time_ns) const noexcept {
    return queue_.begins_before(time_ns, lanes_.size());
  }
  [[nodiscard]] bool read_alone(Chunk& chunk);
  void merge(Chunk& chunk);
  [[nodiscard]] bool deliver(FileLane& lane, MergedChunk& merged) noexcept;
  [[nodiscard]] bool open_lane();
  void close_last();

  FileReport& report_;
  FileQueue queue_;
  std::vector<Lane> lanes_;  ///< several: a heap, all with frames pending, the next frame's in front
  std::uint64_t frames_ = 0;
  std::uint64_t delivered_ns_ = 0;  ///< order time of what was delivered
  std::size_t crowded_out_ = 0;
};

}  // namespace uptake
