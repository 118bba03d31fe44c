#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/sources/capture_end.h"
#include "dataplane/sources/file_options.h"
#include "dataplane/sources/source.h"
#include "dataplane/sources/streamed_capture.h"
#include "policy/refusal.h"

namespace uptake {

/// CaptureFile: one open capture, read front to back. Frames of damaged files come out up to the damage.
class CaptureFile {
 public:
  /// Opens `path`, or standard input for "-", and reads enough to see what it is. A Refusal says what is wrong with
  /// it; its `where` and `hint` are the caller's.
  [[nodiscard]] static Either<std::unique_ptr<CaptureFile>> open(const std::string& path, const FileOptions& options);
  ~CaptureFile();
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;

  /// Refills `chunk`; false when nothing more comes.
  [[nodiscard]] bool next(Chunk& chunk, std::uint64_t first_ordinal);
  /// next() would not wait for whoever writes.
  [[nodiscard]] bool ready() const noexcept { return regular_ || capture_->holds_frames() || readable(fd_); }
  /// When its frames begin, without consuming them; nothing when there are none. One wild stamp is passed over.
  [[nodiscard]] std::optional<std::uint64_t> first_time();
  /// Why it ended early, when it did.
  [[nodiscard]] const std::optional<Damage>& damage() const noexcept { return end_.damage(); }

  /// Frames that it says were lost before it was written, as far as it was read.
  [[nodiscard]] std::uint64_t lost() const noexcept { return end_.lost(); }

  [[nodiscard]] const std::string& path() const noexcept { return end_.path(); }
  /// A file that can be opened again, and of which nothing was read before.
  [[nodiscard]] bool regular() const noexcept { return regular_; }
  /// Octets of a regular file; 0 for a pipe.
  [[nodiscard]] std::uint64_t stored_bytes() const noexcept { return file_bytes_; }
  /// Octets of it that were read.
  [[nodiscard]] std::uint64_t stored_done() const noexcept { return capture_->stored(); }

 private:
  CaptureFile(const std::string& path, int fd, const FileOptions& options) : fd_(fd), end_(path, options.stop_fd) {}

  [[nodiscard]] std::optional<Refusal> recognise(const FileOptions& options);
  [[nodiscard]] bool shrank() const noexcept;

  int fd_;
  bool regular_ = false;
  std::uint64_t file_bytes_ = 0;
  CaptureEnd end_;
  std::optional<StreamedCapture> capture_;  ///< there once it is open
};

}  // namespace uptake
