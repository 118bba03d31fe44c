#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace uptake {

/// Exchanges: remembers the questions asked in the flows of one shard, for their answers. A table of fixed size, by a
/// keyed digest of flow and question. A set of four questions is one cache line; a full set gives up the question
/// that needs its place least. Memory is zeroed, borrowed, and outlives the table.
class Exchanges {
 public:
  /// How long a question waits: 60 s, chosen well above the timeouts of resolvers and stubs. In units of 2^24 ns (17
  /// ms) of packet time.
  static constexpr std::uint32_t kWait = static_cast<std::uint32_t>(60'000'000'000ULL >> 24);
  static constexpr std::size_t kPlaces = 8192;

  /// Four questions, each in the same lane of every row.
  struct alignas(64) Set {
    std::array<std::uint64_t, 4> digests;
    std::array<std::uint32_t, 4> ticks;  ///< packet time of the question
    std::array<std::uint32_t, 4> notes;  ///< State << 16 | what the answer needs of it
  };
  static constexpr std::size_t kSets = kPlaces / 4;
  static_assert(sizeof(Set) == 64);

  /// Found: the question to an answer. `said` is what remember() got.
  struct Found {
    bool question = false;
    std::uint16_t said = 0;
    bool again = false;  ///< another answer came to it before
  };

  explicit Exchanges(std::span<Set, kSets> sets) noexcept : sets_(sets.data()) {}
  /// Remembers nothing.
  Exchanges() = default;

  /// Makes a digest of `mixed` whose set follows from flow and `number` alone (a message's first two octets), so that
  /// fetch() can prefetch the set before the message is read.
  [[nodiscard]] static constexpr std::uint64_t digest_at(std::uint64_t flow, std::uint16_t number,
                                                         std::uint64_t mixed) noexcept {
    constexpr std::uint64_t kPlace = std::uint64_t{kSets - 1} << 32;
    return (mixed & ~kPlace) | ((flow + (std::uint64_t{number} << 32)) & kPlace);
  }
  /// Inlined, because g++ drops the call of a function that only prefetches.
  [[gnu::always_inline]] void fetch(std::uint64_t flow, std::uint16_t number) const noexcept {
    __builtin_prefetch(&set_of(digest_at(flow, number, 0)), 1);
  }

  /// Remembers a question; a repeated one replaces the first. When both wait and `said` differs, find() finds
  /// neither, because an answer does not tell which of them it answers.
  void remember(std::uint64_t digest, std::uint16_t said, std::uint32_t now) noexcept {
    if (sets_ == nullptr) return;
    Set& set = set_of(digest);
    unsigned lane = lane_of(set, digest);
    std::uint32_t state = kWaiting;
    if (lane < kLanes) [[unlikely]] {
      const std::uint32_t before = set.notes[lane];
      const bool differs = (before & kStates) == kUnsure || before != (kWaiting | said);
      if (waits(before, now - set.ticks[lane]) && differs) state = kUnsure;
    } else {
      lane = least_wanted(set, now);
    }
    set.digests[lane] = digest;
    set.ticks[lane] = now;
    set.notes[lane] = state | said;
  }

  /// The question to an answer; for a second answer the same question, with `again` set.
  [[nodiscard]] Found find(std::uint64_t digest, std::uint32_t now) noexcept {
    if (sets_ == nullptr) return {};
    Set& set = set_of(digest);
    const unsigned lane = lane_of(set, digest);
    if (lane == kLanes || now - set.ticks[lane] > kWait) return {};
    const std::uint32_t before = set.notes[lane];
    if ((before & kStates) == kUnsure) return {};
    set.notes[lane] = (before & ~kStates) | kAnswered;
    return {true, static_cast<std::uint16_t>(before), (before & kStates) == kAnswered};
  }

  /// Questions that gave up their places while they waited, since the last call.
  [[nodiscard]] std::uint64_t take_displaced() noexcept {
    if (displaced_ == 0) [[likely]]
      return 0;
    return std::exchange(displaced_, 0);
  }

 private:
  static constexpr unsigned kLanes = 4;
  static constexpr std::uint32_t kStates = 3U << 16;
  static constexpr std::uint32_t kAnswered = 1U << 16;  // an empty lane has none of them
  static constexpr std::uint32_t kWaiting = 2U << 16;
  static constexpr std::uint32_t kUnsure = 3U << 16;

  [[nodiscard]] static bool waits(std::uint32_t note, std::uint32_t age) noexcept {
    return (note >= kWaiting) & (age <= kWait);
  }
  /// Of the lanes in use the one with this digest, or kLanes.
  [[nodiscard]] static unsigned lane_of(const Set& set, std::uint64_t digest) noexcept {
    for (unsigned lane = 0; lane < kLanes; ++lane)
      if (set.digests[lane] == digest && set.notes[lane] != 0) return lane;
    return kLanes;
  }
  /// The lane to give up: the oldest of those that do not wait; the oldest of all when all wait.
  [[nodiscard]] unsigned least_wanted(const Set& set, std::uint32_t now) noexcept {
    constexpr std::uint32_t kFree = 1U << 31;
    unsigned best = 0;
    std::uint32_t best_score = 0;
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      const std::uint32_t age = now - set.ticks[lane];
      const std::uint32_t score = age | (waits(set.notes[lane], age) ? 0 : kFree);
      best = score >= best_score ? lane : best;
      best_score = std::max(score, best_score);
    }
    displaced_ += best_score < kFree ? 1 : 0;
    return best;
  }

  [[nodiscard]] Set& set_of(std::uint64_t digest) const noexcept { return sets_[digest >> 32 & (kSets - 1)]; }

  Set* sets_ = nullptr;
  std::uint64_t displaced_ = 0;
};

}  // namespace uptake
