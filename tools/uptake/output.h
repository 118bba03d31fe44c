#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "policy/refusal.h"

namespace uptake {

/// OutputFile: a file that appears under its name whole or not at all: until commit() it has no name, so a process
/// that is killed leaves nothing behind. "-" is standard output; what is no regular file (a pipe, /dev/null) is
/// written in place. The first failure (cannot_create, cannot_write, permission) sticks; nothing is written behind
/// it. A reader that has seen enough and closed its end is no failure.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();  ///< removes what was not committed
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  /// Hands what was written to the system, for whoever reads along.
  void flush();
  /// Flushes; for a file also makes it durable and gives it its name.
  void commit();
  [[nodiscard]] const std::optional<Refusal>& failure() const noexcept { return failure_; }

 private:
  void create();
  [[nodiscard]] int open_unnamed() noexcept;
  [[nodiscard]] bool give_name() noexcept;
  void fail(Why why, int error, std::string_view hint);

  std::string path_;
  std::string temporary_;  // the name until commit(), where files cannot be without one
  bool in_place_ = false;
  bool reader_left_ = false;  ///< whoever read along has closed the other end
  std::FILE* file_ = nullptr;
  std::optional<Refusal> failure_;
};

[[nodiscard]] bool is_folder(const std::string& path);

/// Says what went wrong with an output, `-` or a path. `error` is a value of errno.
[[nodiscard]] Refusal output_failure(Why why, const std::string& path, int error, std::string_view hint);

/// Why `path` could not be written to now; nothing for an empty one. Makes no file, and leaves pipes alone.
[[nodiscard]] std::optional<Refusal> cannot_write(const std::string& path);

/// Writes the whole text to `path`; nothing on success.
[[nodiscard]] std::optional<Refusal> write_whole(const std::string& path, std::string_view text);

}  // namespace uptake
