#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/sources/file_report.h"
#include "dataplane/sources/input_file.h"

namespace uptake {

/// FileQueue: the files of an input, in the order of their beginnings; opens one after the other.
class FileQueue {
 public:
  /// The most files that are open at once. One that begins while so many are open waits for its turn.
  static constexpr std::size_t kMostOpen = 128;

  struct Opened {
    std::unique_ptr<CaptureFile> file;
    std::size_t rank = 0;  ///< its place in the queue
    std::uint64_t first_ns = 0;
  };

  FileQueue(std::vector<InputFile> files, const FileOptions& options) : files_(std::move(files)), options_(options) {}

  /// Every file has been opened, or could not be.
  [[nodiscard]] bool empty() const noexcept { return next_ == files_.size(); }
  /// The next file begins before `time_ns`, and may be opened beside `open` others.
  [[nodiscard]] bool begins_before(std::uint64_t time_ns, std::size_t open) const noexcept {
    return !empty() && files_[next_].first_ns < time_ns && open < most_open_;
  }
  /// Opens the next file that can be opened, beside `open` others; those that cannot are damage. Nothing when none is
  /// left, or when there is no descriptor before one of the others is closed.
  [[nodiscard]] std::optional<Opened> open_next(std::size_t open, FileReport& report);
  [[nodiscard]] std::vector<std::string> paths() const;

 private:
  std::vector<InputFile> files_;
  FileOptions options_;
  std::size_t next_ = 0;
  std::size_t most_open_ = kMostOpen;  ///< fewer once the descriptors were
};

}  // namespace uptake
