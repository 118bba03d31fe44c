#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/sources/readable.h"
#include "dataplane/sources/sections.h"
#include "dataplane/sources/source.h"

namespace uptake {

/// CaptureEnd: whether a capture file has ended, and the first damage, if that is why; and what the file says is not
/// in it.
class CaptureEnd {
 public:
  /// Once `stop_fd` can be read a file that ends early is not damaged: the run was asked to stop. -1: never.
  CaptureEnd(std::string path, int stop_fd) : path_(std::move(path)), stop_fd_(stop_fd) {}

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool reached() const noexcept { return reached_; }
  [[nodiscard]] const std::optional<Damage>& damage() const noexcept { return damage_; }

  /// Frames that were lost before the file was written.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
  void lose(std::uint64_t count) noexcept { lost_ += count; }

  /// Nothing behind `offset` can be read.
  void damaged(std::uint64_t offset, std::string what) {
    reached_ = true;
    if (stop_fd_ >= 0 && readable(stop_fd_)) return;
    if (!damage_) damage_ = Damage{path_, offset, std::move(what)};
  }
  /// The input ends `left_over` octets behind `position`, the end of the last whole record.
  void input_ends(std::uint64_t position, std::size_t left_over, const Sections& sections) {
    reached_ = true;
    if (left_over > 0) damaged(position, "the file ends inside a record");
    if (!sections.may_end()) damaged(position, "the file ends inside a block");
  }

 private:
  std::string path_;
  int stop_fd_;
  bool reached_ = false;
  std::uint64_t lost_ = 0;
  std::optional<Damage> damage_;
};

}  // namespace uptake
