#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/sources/byte_stream.h"
#include "dataplane/sources/capture_end.h"
#include "dataplane/sources/file_options.h"
#include "dataplane/sources/sections.h"
#include "policy/refusal.h"

namespace uptake {

/// StreamedCapture: reads a capture from a ByteStream; its frames borrow from their chunk's buffer.
class StreamedCapture {
 public:
  /// Reads enough of `fd`, which stays the caller's, to see what it is.
  [[nodiscard]] static Either<StreamedCapture> open(int fd, const FileOptions& options);

  /// See CaptureFile::next(). Requires that `end` is not reached.
  [[nodiscard]] bool next(Chunk& chunk, std::uint64_t first_ordinal, CaptureEnd& end);
  /// Reads its first frames to `frames`, which is as long as is wanted, without consuming them.
  void first_frames(FrameList& frames);
  /// next() has frames that were read before.
  [[nodiscard]] bool holds_frames() const noexcept { return holds_frames_; }
  /// Octets taken from the file so far, as stored there.
  [[nodiscard]] std::uint64_t stored() const noexcept { return stream_->stored(); }

 private:
  StreamedCapture(int fd, const FileOptions& options);
  [[nodiscard]] std::optional<Refusal> recognise();
  [[nodiscard]] bool fill_carry(std::size_t bytes);

  std::size_t buffer_bytes_;
  std::unique_ptr<ByteStream> stream_;
  std::optional<Sections> sections_;  ///< there once it is open
  std::uint64_t position_ = 0;        ///< of the decompressed file: behind the last record that was read
  bool holds_frames_ = false;         ///< the last chunk was full before all was walked
  std::vector<std::uint8_t> carry_;   ///< read but not yet walked: the start of the next chunk's buffer
};

}  // namespace uptake
