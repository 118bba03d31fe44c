#pragma once

#include <array>
#include <cstdint>

namespace uptake {

/// Duplicates: recognises the second copy of a frame that a mirror port delivers: the same flow and the same
/// headers, certainly within 2 ms. Remembers the digests of some thousand frames, four in each set. The set depends
/// on the headers too: the frames of one flow spread over all sets, so that its own burst pushes none of them out.
class Duplicates {
 public:
  static constexpr std::uint64_t kSpanNs = 2'000'000;        ///< a copy comes within this much packet time
  static constexpr std::uint64_t kMemoryNs = 1'000'000'000;  ///< how long a mirror that copied is known to copy
  static constexpr std::size_t kSets = 256;
  using Four [[gnu::vector_size(16)]] = std::uint32_t;
  struct alignas(32) Set {
    Four digest;
    Four time;  ///< the earliest that it was captured, in units of 1024 ns
  };

  [[nodiscard]] const Set* set(std::uint64_t flow_hash, std::uint32_t header_digest) const noexcept {
    return &sets_[place_of(flow_hash, header_digest)];
  }

  /// True when the frame is a copy; else remembers it. It was captured at `time_ns`, or up to `uncertain_us` before.
  [[nodiscard]] bool is_copy(std::uint64_t flow_hash, std::uint32_t header_digest, bool from_low,
                             std::uint64_t time_ns, std::uint32_t uncertain_us = 0) noexcept {
    Set& set = sets_[place_of(flow_hash, header_digest)];
    const auto now = static_cast<std::uint32_t>(time_ns >> 10);
    const std::uint32_t digest =
        (header_digest ^ static_cast<std::uint32_t>(flow_hash)) + std::uint32_t{from_low} * 0x9e3779b9U;
    const Four copies = (set.digest == digest) & (now - set.time <= static_cast<std::uint32_t>(kSpanNs >> 10));
    if (any(copies)) [[unlikely]]
      return true;
    set.digest = __builtin_shufflevector(set.digest, Four{digest}, 4, 0, 1, 2);
    set.time = __builtin_shufflevector(set.time, Four{now - uncertain_us}, 4, 0, 1, 2);
    return false;
  }

  /// Whether what is_copy() found is a copy. `sent_alike`: a host may send this packet twice, so it counts as a copy
  /// only within kMemoryNs of one that no host sends twice.
  [[nodiscard]] bool believe(bool sent_alike, std::uint64_t time_ns) noexcept {
    if (sent_alike) return copied_ && time_ns - copied_ns_ <= kMemoryNs;
    copied_ = true;
    copied_ns_ = time_ns;
    return true;
  }

  Duplicates() noexcept {
    for (Set& set : sets_) {
      set.digest = Four{};
      set.time = Four{} + 0x80000000U;
    }
  }

 private:
  [[nodiscard]] static std::size_t place_of(std::uint64_t flow_hash, std::uint32_t header_digest) noexcept {
    return (flow_hash >> 40 ^ header_digest) & (kSets - 1);
  }
  [[nodiscard]] static bool any(Four lanes) noexcept {
    using Two [[gnu::vector_size(16)]] = std::uint64_t;
    const Two halves = reinterpret_cast<Two>(lanes);
    return (halves[0] | halves[1]) != 0;
  }

  std::array<Set, kSets> sets_;
  std::uint64_t copied_ns_ = 0;  ///< when a packet came twice that is never sent twice alike
  bool copied_ = false;
};

}  // namespace uptake
