#pragma once

#include <cstddef>
#include <cstdint>

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

}  // namespace uptake
