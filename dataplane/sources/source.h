#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/sources/frame_list.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// Chunk: some thousand frames in input order, and whatever keeps their bytes alive.
/// The caller owns it and hands it back to next() to be refilled; its storage is reused, not freed.
struct Chunk {
  FrameList frames;
  /// Keeps the bytes of `frames` alive: the source's own business.
  std::shared_ptr<void> bytes;
};

/// Damage: where and why an input stopped being readable.
struct Damage {
  std::string path;
  std::uint64_t offset = 0;  ///< octets into the (decompressed) file
  std::string what;
  bool whole = false;  ///< nothing of it was read
};

/// Progress of a run over files. `bytes_total` is 0 when it is not known (a pipe).
struct Progress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
  std::uint64_t frames = 0;
};

/// Source: where frames come from, in input order. next() is called by one thread at a time.
class Source {
 public:
  virtual ~Source() = default;
  /// Refills `chunk`; false at the end of the input. One virtual call for some thousand frames.
  [[nodiscard]] virtual bool next(Chunk& chunk) = 0;
  /// next() would not wait for whoever writes. For the thread that may call next().
  [[nodiscard]] virtual bool ready() const noexcept { return true; }
  /// When the input begins; one wild stamp among its first three is ignored. 0 where that is not known before the
  /// first next().
  [[nodiscard]] virtual std::uint64_t start_ns() const noexcept { return 0; }
  /// next() has frames that were read ahead. A run that is asked to stop takes them all the same.
  [[nodiscard]] virtual bool held() const noexcept { return false; }
  [[nodiscard]] virtual Progress progress() const noexcept = 0;  ///< callable from another thread
  /// What was unreadable so far; the frames before it were delivered.
  [[nodiscard]] virtual std::vector<Damage> damages() const = 0;
};

}  // namespace uptake
