#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/sources/capture_file.h"
#include "dataplane/sources/inputs.h"
#include "dataplane/sources/order_clock.h"
#include "dataplane/sources/source.h"

namespace uptake {

/// FileSource: capture files as one input, in the order of time. Files that follow each other are read one by one;
/// where some overlap, their frames are merged. See open_files().
class FileSource final : public Source {
 public:
  /// The most files that are merged at once. One that begins while so many are being read waits for its turn.
  static constexpr std::size_t kMostLanes = 128;

  /// Part: a file of the input; open already when it cannot be opened twice.
  struct Part {
    std::string path;
    std::unique_ptr<CaptureFile> open;
    std::uint64_t first_ns = 0;  ///< when it begins, or the greatest number when nothing is in it
  };
  /// `parts` in the order of their beginnings. `damages`: of inputs that could not be opened.
  FileSource(std::vector<Part> parts, std::uint64_t bytes_total, std::vector<Damage> damages,
             const FileOptions& options);

  [[nodiscard]] bool next(Chunk& chunk) override;
  [[nodiscard]] bool ready() const noexcept override;
  [[nodiscard]] std::uint64_t start_ns() const noexcept override;
  [[nodiscard]] bool held() const noexcept override { return !held_.empty(); }
  [[nodiscard]] Progress progress() const noexcept override;
  [[nodiscard]] std::vector<Damage> damages() const override;

  /// Reads until `frames` are there, or all; next() hands them out later. Before the first next().
  [[nodiscard]] const std::deque<Chunk>& look_ahead(std::size_t frames);
  /// The files in reading order.
  [[nodiscard]] std::vector<std::string> paths() const;
  /// Files of which frames came later than their time, for too many others were open.
  [[nodiscard]] std::size_t crowded_out() const noexcept { return crowded_out_; }
  /// Windows of mapped files in which a guessed record start proved false; read by the thread of next().
  [[nodiscard]] std::uint64_t seams_missed() const noexcept { return chains_.seams_missed(); }
  [[nodiscard]] std::uint64_t windows() const noexcept { return chains_.windows(); }

 private:
  /// Lane: an open file, and frames of it that were read but not delivered.
  struct Lane {
    std::unique_ptr<CaptureFile> file;
    std::size_t rank = 0;  ///< its place among the parts: of two frames of one time that of the lower comes first
    Chunk chunk;
    std::size_t at = 0;  ///< of `chunk`
    OrderClock clock;
    std::uint64_t counted = 0;  ///< octets of it in bytes_done_

    [[nodiscard]] bool pending() const noexcept { return at < chunk.frames.size(); }
    [[nodiscard]] const Frame& front() const noexcept { return chunk.frames[at]; }
  };
  class Merged;

  [[nodiscard]] static bool comes_later(const std::unique_ptr<Lane>& a, const std::unique_ptr<Lane>& b) noexcept;
  [[nodiscard]] bool read(Chunk& chunk);
  [[nodiscard]] bool read_alone(Chunk& chunk);
  void merge(Chunk& chunk);
  [[nodiscard]] bool deliver(Lane& lane, Merged& merged) noexcept;
  [[nodiscard]] bool open_lane();
  [[nodiscard]] bool begins_before(std::uint64_t time_ns) const noexcept;
  [[nodiscard]] bool fill(Lane& lane, Chunk& chunk);
  void close(Lane& lane);

  std::vector<Part> parts_;
  FileOptions options_;
  std::size_t next_part_ = 0;
  std::vector<std::unique_ptr<Lane>> lanes_;  ///< several: a heap, all with frames pending, the next frame's in front
  std::size_t most_lanes_ = kMostLanes;
  std::uint64_t delivered_ns_ = 0;  ///< order time of what was delivered
  std::size_t crowded_out_ = 0;
  std::deque<Chunk> held_;  ///< looked at ahead
  RecordChains chains_;
  std::uint64_t frames_ = 0;

  std::atomic<std::uint64_t> bytes_done_{0};
  std::atomic<std::uint64_t> bytes_total_;
  std::atomic<std::uint64_t> frames_done_{0};
  mutable std::mutex damages_mutex_;
  std::vector<Damage> damages_;
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
