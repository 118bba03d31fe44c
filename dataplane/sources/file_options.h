#pragma once

#include <cstddef>
#include <cstdint>

namespace uptake {

/// FileOptions: how capture files are read. None of them changes which frames come out of a sound file.
struct FileOptions {
  /// Read at once where several workers share what was read: they wait for each other a quarter as often.
  static constexpr std::size_t kShared = std::size_t{1} << 20;

  std::size_t buffer_bytes = 256U << 10;  ///< read at once: what stays in a core's cache until it is decoded
  std::uint64_t max_ratio = 2000;         ///< a compressed file that expands further is a bomb (beyond 64 MiB)
  bool recursive = false;                 ///< directories are read with all below them
  int stop_fd = -1;                       ///< once it can be read, waiting for a pipe ends
};

}  // namespace uptake
