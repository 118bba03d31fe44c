#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "dataplane/sources/mapping.h"
#include "dataplane/sources/source.h"

namespace uptake {

/// ChunkStore: what a chunk of file frames borrows from: a part of a mapping, or a buffer of its own.
/// It lives in Chunk::bytes and is used again when the chunk comes back.
class ChunkStore {
 public:
  ChunkStore() = default;
  ~ChunkStore() { release(); }
  ChunkStore(const ChunkStore&) = delete;
  ChunkStore& operator=(const ChunkStore&) = delete;

  /// The store of `chunk`; makes one when it has none, or one of another source.
  [[nodiscard]] static ChunkStore& of(Chunk& chunk) {
    if (std::get_deleter<Deleter>(chunk.bytes) == nullptr) chunk.bytes = {new ChunkStore, Deleter{}};
    return *static_cast<ChunkStore*>(chunk.bytes.get());
  }

  /// Gives the mapped part back; the frames that borrowed from it are gone.
  void release() noexcept {
    if (mapping_ != nullptr) mapping_->release(from_, bytes_);
    mapping_.reset();
  }
  void hold(std::shared_ptr<Mapping> mapping, std::size_t from, std::size_t bytes) noexcept {
    mapping_ = std::move(mapping);
    from_ = from;
    bytes_ = bytes;
  }
  /// A buffer of at least `bytes` octets; what the last one held is kept up to `keep`.
  [[nodiscard]] std::uint8_t* buffer(std::size_t bytes, std::size_t keep);
  [[nodiscard]] std::size_t buffer_bytes() const noexcept { return capacity_; }

 private:
  struct Deleter {
    void operator()(void* store) const noexcept { delete static_cast<ChunkStore*>(store); }
  };

  std::shared_ptr<Mapping> mapping_;
  std::size_t from_ = 0;
  std::size_t bytes_ = 0;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0;
};

}  // namespace uptake
