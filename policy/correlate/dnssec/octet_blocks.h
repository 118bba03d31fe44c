#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "dissectors/cursor.h"
#include "policy/zeroed_array.h"

namespace uptake::dnssec {

/// OctetBlocks: copies of messages, in blocks that are linked, so that each can go before those in front of it.
/// Memory is taken at start.
class OctetBlocks {
 public:
  /// One block at least.
  explicit OctetBlocks(std::size_t octets)
      : blocks_(std::max<std::size_t>(octets / kBlock, 1)), free_(static_cast<std::uint32_t>(blocks_.size())) {
    blocks_.prefer_huge();
  }

  /// Blocks that so many octets take: without any, one.
  [[nodiscard]] static constexpr std::uint32_t blocks_of(std::size_t octets) noexcept {
    return octets == 0 ? 1 : static_cast<std::uint32_t>((octets + kBlock - 1) / kBlock);
  }
  [[nodiscard]] std::size_t size() const noexcept { return blocks_.size(); }
  [[nodiscard]] std::uint32_t free() const noexcept { return free_; }

  /// Copies octets; returns the number of the first block. Requires that as many blocks are free.
  [[nodiscard]] std::uint32_t keep(Bytes octets) noexcept {
    std::uint32_t first = 0;
    std::uint32_t* link = &first;
    const std::uint32_t count = blocks_of(octets.size());
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t number = reusable_ != 0 ? reusable_ : ++used_;
      Block& block = blocks_[number - 1];
      if (reusable_ != 0) reusable_ = block.next;
      const Bytes part = octets.subspan(i * kBlock, std::min(kBlock, octets.size() - i * kBlock));
      if (!part.empty()) std::memcpy(block.octets.data(), part.data(), part.size());
      block.next = 0;
      *link = number;
      link = &block.next;
    }
    free_ -= count;
    return first;
  }
  /// Frees the blocks of octets that were kept, and returns the octets: in place where one block held them, else
  /// copied to `to`, which has room for them. Valid until keep().
  [[nodiscard]] Bytes give(std::uint32_t first, std::size_t size, std::uint8_t* to) noexcept {
    if (size <= kBlock) {
      release(first);
      return Bytes{blocks_[first - 1].octets}.first(size);
    }
    std::size_t copied = 0;
    for (std::uint32_t number = first; number != 0;) {
      const Block& block = blocks_[number - 1];
      const std::size_t part = std::min(kBlock, size - copied);
      std::memcpy(to + copied, block.octets.data(), part);
      copied += part;
      const std::uint32_t next = block.next;
      release(number);
      number = next;
    }
    return {to, size};
  }

 private:
  static constexpr std::size_t kBlock = 252;
  /// Numbers are + 1; 0: none.
  struct Block {
    std::array<std::uint8_t, kBlock> octets;
    std::uint32_t next;
  };

  void release(std::uint32_t number) noexcept {
    blocks_[number - 1].next = reusable_;
    reusable_ = number;
    ++free_;
  }

  ZeroedArray<Block> blocks_;
  std::uint32_t free_;
  std::uint32_t used_ = 0;      ///< that ever were in use
  std::uint32_t reusable_ = 0;  ///< the first of those that are not any more
};

}  // namespace uptake::dnssec
