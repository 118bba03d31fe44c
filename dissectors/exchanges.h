#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace uptake {

/// Exchanges: what was asked in the flows of one shard, so that an answer meets its own question: a table of fixed
/// size by a keyed digest of flow and question. A set of four questions is one cache line; a full one gives up the
/// question that needs its place least. Memory is zeroed, borrowed, and outlives the table.
class Exchanges {
 public:
  /// Longer than resolvers and stubs wait for an answer; in units of 2^24 ns (17 ms) of packet time.
  static constexpr std::uint32_t kWait = static_cast<std::uint32_t>(60'000'000'000ULL >> 24);
  static constexpr std::size_t kPlaces = 8192;

  struct Place {
    std::uint64_t digest = 0;
    std::uint32_t ticks = 0;  ///< packet time of the question
    std::uint16_t said = 0;   ///< what the answer needs of it
    std::uint8_t state = 0;   ///< 0: empty
    std::uint8_t pad = 0;
  };
  struct alignas(64) Set {
    Place places[4];
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

  [[gnu::always_inline]] void prefetch(std::uint64_t digest) const noexcept {
    __builtin_prefetch(&set_of(digest), 1);
  }

  /// Remembers a question. The same once more takes the place of the first; when the two wait and say different
  /// things, find() knows neither, because nothing tells whose answer comes.
  void remember(std::uint64_t digest, std::uint16_t said, std::uint32_t now) noexcept {
    if (sets_ == nullptr) return;
    Set& set = set_of(digest);
    Place* best = &set.places[0];
    std::uint64_t best_score = 0;
    for (Place& place : set.places) {
      const std::uint32_t age = now - place.ticks;
      const bool waits = place.state >= kWaiting && age <= kWait;
      if (place.digest == digest && place.state != kEmpty) {
        const bool differs = waits && (place.state == kUnsure || place.said != said);
        place = {digest, now, said, differs ? kUnsure : kWaiting};
        return;
      }
      const std::uint64_t score = std::uint64_t{waits ? 0U : 1U} << 32 | age;
      if (score < best_score) continue;
      best = &place;
      best_score = score;
    }
    displaced_ += best_score >> 32 == 0 ? 1 : 0;
    *best = {digest, now, said, kWaiting};
  }

  /// The question to an answer; also to the second, for both came to the same question.
  [[nodiscard]] Found find(std::uint64_t digest, std::uint32_t now) noexcept {
    if (sets_ == nullptr) return {};
    for (Place& place : set_of(digest).places) {
      if (place.digest != digest || place.state == kEmpty || now - place.ticks > kWait) continue;
      if (place.state == kUnsure) return {};
      const bool again = std::exchange(place.state, kAnswered) == kAnswered;
      return {true, place.said, again};
    }
    return {};
  }

  /// Questions that gave up their places while they waited, since the last call.
  [[nodiscard]] std::uint64_t take_displaced() noexcept {
    if (displaced_ == 0) [[likely]]
      return 0;
    return std::exchange(displaced_, 0);
  }

 private:
  enum State : std::uint8_t { kEmpty, kAnswered, kWaiting, kUnsure };

  [[nodiscard]] Set& set_of(std::uint64_t digest) const noexcept { return sets_[digest >> 32 & (kSets - 1)]; }

  Set* sets_ = nullptr;
  std::uint64_t displaced_ = 0;
};

}  // namespace uptake
