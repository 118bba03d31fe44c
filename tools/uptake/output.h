#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "tools/uptake/failure.h"

namespace uptake {

/// OutputFile: a file that appears under its name whole or not at all: it is written beside it and renamed by
/// commit(). "-" is standard output; what is no regular file (a pipe, /dev/null) is written in place.
/// The first failure (cannot_create, cannot_write, permission) sticks; nothing is written behind it.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();  ///< removes what was not committed
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  /// What was written reaches whoever reads along.
  void flush();
  /// Flushes; for a file also makes it durable and gives it its name.
  void commit();
  [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }

 private:
  void create();
  void fail(Exit exit, int error, std::string_view hint);

  std::string path_;
  std::string temporary_;  // empty when written in place
  std::FILE* file_ = nullptr;
  std::optional<Failure> failure_;
};

/// Writes the whole text to `path`; nothing on success.
[[nodiscard]] std::optional<Failure> write_whole(const std::string& path, std::string_view text);

}  // namespace uptake
