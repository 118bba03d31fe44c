#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/sources/file_merge.h"
#include "dataplane/sources/inputs.h"
#include "dataplane/sources/source.h"

namespace uptake {

/// FileSource: capture files as one input, in the order of time. See open_files().
class FileSource final : public Source {
 public:
  /// `files` in the order of their beginnings. `bytes_total`, `damages`: see FileReport.
  FileSource(std::vector<InputFile> files, std::uint64_t bytes_total, std::vector<Damage> damages,
             const FileOptions& options)
      : report_(bytes_total, std::move(damages)), merge_(std::move(files), options, report_) {}

  [[nodiscard]] bool next(Chunk& chunk) override;
  [[nodiscard]] bool ready() const noexcept override { return held() || merge_.ready(); }
  [[nodiscard]] std::uint64_t start_ns() const noexcept override;
  [[nodiscard]] bool held() const noexcept override { return !held_.empty(); }
  [[nodiscard]] Progress progress() const noexcept override { return report_.progress(); }
  /// Frames that the files say were lost before they were written; of those that were read to their end.
  [[nodiscard]] std::uint64_t lost() const noexcept { return report_.lost(); }
  [[nodiscard]] std::vector<Damage> damages() const override { return report_.damages(); }

  /// Reads until `frames` are there, or all; next() hands them out later. Before the first next(); as often as need
  /// be.
  [[nodiscard]] const std::deque<Chunk>& look_ahead(std::size_t frames);
  /// The files in reading order.
  [[nodiscard]] std::vector<std::string> paths() const { return merge_.paths(); }
  /// See FileMerge.
  [[nodiscard]] std::size_t crowded_out() const noexcept { return merge_.crowded_out(); }

 private:
  FileReport report_;
  FileMerge merge_;
  std::deque<Chunk> held_;  ///< looked at ahead
};

/// OpenedFiles: a source, or why there is none; and what was left out, one line each.
struct OpenedFiles {
  std::unique_ptr<FileSource> source;
  std::optional<Refusal> refusal;
  std::vector<std::string> notes;
};

/// Opens files, directories, globs and "-" as one source. Files are read in the order of the time of their first
/// frame (files without frames last, ties by name); a single one is not looked at ahead. A file that stands there
/// twice, under whatever name, is read once; one that cannot be read is damage, unless there is no other.
[[nodiscard]] OpenedFiles open_files(const std::vector<std::string>& arguments, const FileOptions& options = {});

}  // namespace uptake
