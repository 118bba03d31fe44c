#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/sources/capture_file.h"
#include "dataplane/sources/inputs.h"
#include "dataplane/sources/source.h"

namespace uptake {

/// FileSource: capture files as one input, in the order of their first frames. See open_files().
class FileSource final : public Source {
 public:
  /// Part: a file of the input; open already when it cannot be opened twice.
  struct Part {
    std::string path;
    std::unique_ptr<CaptureFile> open;
  };
  FileSource(std::vector<Part> parts, std::uint64_t bytes_total, const FileOptions& options);

  [[nodiscard]] bool next(Chunk& chunk) override;
  [[nodiscard]] bool ready() const noexcept override { return current_ == nullptr || current_->ready(); }
  [[nodiscard]] Progress progress() const noexcept override;
  [[nodiscard]] std::vector<Damage> damages() const override;

  /// The files in reading order.
  [[nodiscard]] std::vector<std::string> paths() const;
  /// Windows of mapped files in which a guessed record start proved false; read by the thread of next().
  [[nodiscard]] std::uint64_t seams_missed() const noexcept { return chains_.seams_missed(); }
  [[nodiscard]] std::uint64_t windows() const noexcept { return chains_.windows(); }

 private:
  [[nodiscard]] bool open_next();
  void close_current();

  std::vector<Part> parts_;
  FileOptions options_;
  std::size_t next_part_ = 0;
  std::unique_ptr<CaptureFile> current_;
  RecordChains chains_;
  std::uint64_t frames_ = 0;
  std::uint64_t bytes_before_ = 0;  ///< of the files that are done

  std::atomic<std::uint64_t> bytes_done_{0};
  std::atomic<std::uint64_t> bytes_total_;
  std::atomic<std::uint64_t> frames_done_{0};
  mutable std::mutex damages_mutex_;
  std::vector<Damage> damages_;
};

/// OpenedFiles: a source, or why there is none; and what was left out of directories, one line each.
struct OpenedFiles {
  std::unique_ptr<FileSource> source;
  std::optional<OpenError> error;
  std::vector<std::string> notes;
};

/// Opens files, directories, globs and "-" as one source. Files are read in the order of the time of their first
/// frame (files without frames last, ties by name); a single one is not looked at ahead.
[[nodiscard]] OpenedFiles open_files(const std::vector<std::string>& arguments, const FileOptions& options = {});

}  // namespace uptake
