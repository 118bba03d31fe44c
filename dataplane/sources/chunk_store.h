#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "dataplane/sources/source.h"

namespace uptake {

/// ChunkStore: what a chunk of file frames borrows from: a buffer. It lives in Chunk::bytes and is used again when
/// the chunk comes back.
class ChunkStore {
 public:
  ChunkStore() = default;
  ChunkStore(const ChunkStore&) = delete;
  ChunkStore& operator=(const ChunkStore&) = delete;

  /// The store of `chunk`; makes one when it has none, or one of another source.
  [[nodiscard]] static ChunkStore& of(Chunk& chunk) {
    if (std::get_deleter<Deleter>(chunk.bytes) == nullptr) chunk.bytes = {new ChunkStore, Deleter{}};
    return *static_cast<ChunkStore*>(chunk.bytes.get());
  }

  /// A buffer of at least `bytes` octets; what the last one held is kept up to `keep`.
  [[nodiscard]] std::uint8_t* buffer(std::size_t bytes, std::size_t keep);

 private:
  struct Deleter {
    void operator()(void* store) const noexcept { delete static_cast<ChunkStore*>(store); }
  };

  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0;
};

}  // namespace uptake
