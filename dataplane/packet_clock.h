#pragma once

#include <algorithm>
#include <cstdint>

namespace uptake {

/// PacketClock: makes one monotone packet time of the stamps, in input order. It never runs back, and a frame that
/// is stamped more than an hour ahead moves it only when 32 frames in a row say so.
class PacketClock {
 public:
  static constexpr std::uint64_t kLeapNs = 3'600'000'000'000ULL;
  static constexpr unsigned kWitnesses = 32;

  /// Begins at a time that is known from elsewhere, so that the first stamp may be wild; 0: it is not known.
  void begin(std::uint64_t start_ns) noexcept { now_ = start_ns; }

  [[nodiscard]] std::uint64_t read(std::uint64_t stamp_ns) noexcept {
    const std::uint64_t ahead = std::max(stamp_ns, now_) - now_;
    if (ahead < kLeapNs || now_ == 0) [[likely]] {
      witnesses_ = 0;
      now_ += ahead;
      return now_;
    }
    if (++witnesses_ == kWitnesses) {
      witnesses_ = 0;
      now_ = stamp_ns;
    }
    return now_;
  }

  [[nodiscard]] std::uint64_t now() const noexcept { return now_; }

 private:
  std::uint64_t now_ = 0;
  unsigned witnesses_ = 0;
};

}  // namespace uptake
