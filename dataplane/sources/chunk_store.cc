#include "dataplane/sources/chunk_store.h"

#include <cstring>

namespace uptake {

std::uint8_t* ChunkStore::buffer(std::size_t bytes, std::size_t keep) {
  if (bytes > capacity_) {
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(bytes);
    if (keep > 0) std::memcpy(larger.get(), buffer_.get(), keep);
    buffer_ = std::move(larger);
    capacity_ = bytes;
  }
  return buffer_.get();
}

}  // namespace uptake
