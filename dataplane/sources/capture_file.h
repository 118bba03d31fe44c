#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/sources/byte_stream.h"
#include "dataplane/sources/chunk_store.h"
#include "dataplane/sources/sections.h"
#include "dataplane/sources/source.h"
#include "policy/refusal.h"

namespace uptake {

/// FileOptions: how capture files are read. None of them changes which frames come out of a sound file.
struct FileOptions {
  std::size_t window_bytes = 2U << 20;    ///< of a mapped file, at most this much for one chunk
  std::size_t buffer_bytes = 256U << 10;  ///< of a pipe or compressed file, read at once
  std::uint64_t max_ratio = 2000;         ///< a compressed file that expands further is a bomb (beyond 64 MiB)
  bool map_files = true;                  ///< else regular files are read like pipes
  bool recursive = false;                 ///< directories are read with all below them
  bool chains = true;                     ///< several interleaved walks through a mapped classic capture
  int stop_fd = -1;                       ///< once it can be read, waiting for a pipe ends
};

/// CaptureFile: one open capture, read front to back. Frames of damaged files come out up to the damage.
class CaptureFile {
 public:
  /// Opens `path`, or standard input for "-", and reads enough to see what it is. A Refusal says what is wrong with
  /// it; its `where` and `hint` are the caller's.
  [[nodiscard]] static Either<std::unique_ptr<CaptureFile>> open(const std::string& path, const FileOptions& options);
  ~CaptureFile();
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;

  /// Refills `chunk`; false when nothing more comes. `chains` is the caller's so that files share its storage.
  [[nodiscard]] bool next(Chunk& chunk, std::uint64_t first_ordinal, RecordChains& chains);
  /// next() would not wait for whoever writes.
  [[nodiscard]] bool ready() const noexcept;
  /// When its frames begin, without consuming them; nothing when there are none. One wild stamp is passed over.
  [[nodiscard]] std::optional<std::uint64_t> first_time();
  /// Why it ended early, when it did; also after the end, when mapped bytes were lost under a chunk.
  [[nodiscard]] std::optional<Damage> damage() const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool regular() const noexcept { return regular_; }
  [[nodiscard]] std::uint64_t stored_bytes() const noexcept { return stored_bytes_; }  ///< 0 for a pipe
  [[nodiscard]] std::uint64_t stored_done() const noexcept;

 private:
  CaptureFile(std::string path, int fd, const FileOptions& options)
      : path_(std::move(path)), fd_(fd), options_(options) {}

  [[nodiscard]] std::optional<Refusal> recognise();
  [[nodiscard]] bool map(Bytes head);
  [[nodiscard]] bool fill_carry(std::size_t bytes);
  [[nodiscard]] bool next_mapped(Chunk& chunk, std::uint64_t first_ordinal, RecordChains& chains);
  [[nodiscard]] bool next_streamed(Chunk& chunk, std::uint64_t first_ordinal);
  [[nodiscard]] bool extend_mapping();
  void adapt_window(std::size_t bytes, std::size_t frames) noexcept;
  void cut_at_new_end(FrameList& frames);
  void end_of_input(std::size_t left_over);
  void damaged(std::uint64_t offset, std::string what);

  std::string path_;
  int fd_;
  FileOptions options_;
  bool regular_ = false;
  std::uint64_t stored_bytes_ = 0;

  std::optional<Sections> sections_;  ///< there once it is open
  std::uint64_t position_ = 0;        ///< octets of the (decompressed) file that were read as records
  bool ended_ = false;
  std::optional<Damage> damage_;

  std::shared_ptr<Mapping> mapping_;
  std::uint64_t mapped_from_ = 0;  ///< file offset of the mapping's first octet
  std::size_t window_ = 0;

  std::unique_ptr<ByteStream> stream_;
  std::vector<std::uint8_t> carry_;  ///< read but not yet walked: the start of the next chunk's buffer
};

}  // namespace uptake
