#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "dataplane/sources/capture_end.h"
#include "dataplane/sources/file_options.h"
#include "dataplane/sources/mapping.h"
#include "dataplane/sources/sections.h"

namespace uptake {

/// MappedCapture: reads a mapped capture window by window; its frames borrow from the mapping. Only where several
/// chains can walk is that faster than read() into a buffer that fits the cache.
class MappedCapture {
 public:
  /// Maps the regular file behind `fd`, which starts with `head`; nothing when a MappedCapture is not faster, or the
  /// system refuses. `fd` stays the caller's.
  [[nodiscard]] static std::optional<MappedCapture> open(int fd, Bytes head, const FileOptions& options);

  /// See CaptureFile::next(). Requires that `end` is not reached.
  [[nodiscard]] bool next(Chunk& chunk, std::uint64_t first_ordinal, RecordChains& chains, CaptureEnd& end);
  /// Reads its first frames to `frames`, which is as long as is wanted, without consuming them.
  void first_frames(FrameList& frames) const;

  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  /// Octets of the file when it was mapped last.
  [[nodiscard]] std::uint64_t file_bytes() const noexcept { return mapped_from_ + mapping_->size(); }
  /// The file shrank under the mapping.
  [[nodiscard]] bool lost() const noexcept { return mapping_->lost(); }

 private:
  MappedCapture(int fd, Sections sections, const FileOptions& options);
  [[nodiscard]] bool extend();
  void adapt_window(std::size_t bytes, std::size_t frames) noexcept;
  void cut_at_new_end(FrameList& frames, CaptureEnd& end) const;

  int fd_;
  std::size_t most_window_;
  bool chains_;
  Sections sections_;
  std::uint64_t position_;  ///< of the file: behind the last record that was read
  std::shared_ptr<Mapping> mapping_;
  std::uint64_t mapped_from_ = 0;  ///< file offset of the mapping's first octet
  std::size_t window_;
};

}  // namespace uptake
