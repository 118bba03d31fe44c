#pragma once

#include <optional>
#include <string>

#include "policy/refusal.h"

namespace uptake {

/// LineFile: a file that lines are appended to and that only its owner reads, or standard output for "-". After the
/// first failure nothing is written any more. Not thread-safe.
class LineFile {
 public:
  /// Opens the file, which loses what it held. When the reader of a pipe does not come, the wait for him ends soon
  /// after `stop_fd` or `closing_fd` can be read; -1: none.
  LineFile(std::string path, int stop_fd, int closing_fd);
  ~LineFile() { close(); }
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  void write(const std::string& lines);
  /// Goes on in a new file of the same name: the old one was given another. When there can be none, the old one
  /// stays.
  void reopen();
  void close();
  /// Why lines are lost; or why they are not where they should be.
  [[nodiscard]] const std::optional<Refusal>& failure() const noexcept { return failure_ ? failure_ : misplaced_; }

 private:
  [[nodiscard]] int open(int more_flags) const noexcept;
  [[nodiscard]] bool may_write(bool& stopping) const noexcept;
  void fail(Why why, int error, const char* hint);

  const std::string path_;
  const int stop_fd_;
  const int closing_fd_;
  int fd_;
  bool in_pieces_ = false;  ///< a pipe or the like: what is written at once must not block
  bool reader_gone_ = false;
  std::optional<Refusal> failure_;
  std::optional<Refusal> misplaced_;  ///< why lines go on in the old file
};

}  // namespace uptake
