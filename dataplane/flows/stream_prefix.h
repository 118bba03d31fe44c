#pragma once

#include <cstdint>

#include "dataplane/flows/conversation_pool.h"
#include "dataplane/flows/sequence.h"
#include "dissectors/cursor.h"

namespace uptake {

/// StreamPrefix: puts the segments of one direction in order at the start of what is unread.
/// Overlaps: the first octets win. Works on a StreamSide with chunks of its shard's pool; allocates nothing.
class StreamPrefix {
 public:
  enum class Added : std::uint8_t {
    nothing,     ///< old or empty; nothing new to offer
    held,        ///< came early; kept
    contiguous,  ///< the contiguous start grew
    gap,         ///< too far ahead of a missing segment
    full,        ///< `most` octets are held
    no_chunk,    ///< the pool has no chunk left
  };
  struct Result {
    Added added = Added::nothing;
    bool conflict = false;  ///< an overlap differed
    bool dropped = false;   ///< a piece that came early was dropped, for there were more than there is room for
  };

  /// Holds up to `most` octets, at most kMostHeld.
  StreamPrefix(ConversationPool& pool, StreamSide& side, std::uint32_t most = kHandshakeBytes) noexcept
      : pool_(pool), side_(side), islands_(side.islands), most_(most) {}
  /// The same with other room for islands; `islands` outlives it.
  StreamPrefix(ConversationPool& pool, StreamSide& side, std::span<StreamSide::Island> islands) noexcept
      : pool_(pool), side_(side), islands_(islands), most_(kHandshakeBytes) {}

  /// What can be offered without a copy: the octets of `bytes`, which start at `sequence`, from `next` on. Empty when
  /// something is held, or `bytes` do not cover `next`.
  [[nodiscard]] Bytes in_place(std::uint32_t sequence, Bytes bytes) const noexcept;
  /// Copies a segment in.
  [[nodiscard]] Result add(std::uint32_t sequence, Bytes bytes) noexcept;
  /// The contiguous start as one span: the chunk itself, or copied to `scratch` of kMostHeld octets when it lies in
  /// more than one. Valid until the next call on this side.
  [[nodiscard]] Bytes whole(std::uint8_t* scratch) const noexcept;
  /// Moves `next` on by `count` octets, whether they are there or not. What is held behind them stays.
  void consume(std::uint32_t count) noexcept;
  /// Gives every chunk back.
  void drop() noexcept;

 private:
  static constexpr std::size_t kMostIslands = Carriage::kClientRanges;

  [[nodiscard]] std::uint16_t* slot(std::uint32_t index) const noexcept;
  [[nodiscard]] std::uint16_t take() const noexcept;
  void give(std::uint16_t& chunk) const noexcept;
  void forget_first_chunk() noexcept;
  [[nodiscard]] bool copy_in(std::uint32_t at, Bytes bytes) noexcept;
  [[nodiscard]] bool differs(std::uint32_t at, Bytes bytes) const noexcept;
  [[nodiscard]] Result insert(std::uint32_t from, Bytes bytes) noexcept;
  [[nodiscard]] bool fill_holes(std::uint32_t from, Bytes bytes, bool& conflict) noexcept;
  [[nodiscard]] bool add_island(StreamSide::Island added) noexcept;
  void absorb_islands() noexcept;

  ConversationPool& pool_;
  StreamSide& side_;
  std::span<StreamSide::Island> islands_;
  std::uint32_t most_;
};

}  // namespace uptake
