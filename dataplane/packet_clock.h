#pragma once

#include <algorithm>
#include <cstdint>

namespace uptake {

/// PacketClock: makes one monotone packet time of the stamps, in input order. It never runs back. A stamp more than
/// an hour ahead moves it only as the third in a row, each at most an hour earlier and less than a week later than
/// the one before: a quiet night ends in a leap on which frames agree, and wild stamps do not agree.
class PacketClock {
 public:
  static constexpr std::uint64_t kLeapNs = 3'600'000'000'000ULL;
  static constexpr std::uint64_t kWeekNs = 7 * 24 * kLeapNs;
  static constexpr unsigned kWitnesses = 3;

  /// Whether two stamps are within an hour of each other.
  [[nodiscard]] static constexpr bool near(std::uint64_t a, std::uint64_t b) noexcept {
    return a - b + kLeapNs < 2 * kLeapNs;
  }
  /// Begins at a time that is known from elsewhere, so that the first stamp may be wild; 0: it is not known.
  void begin(std::uint64_t start_ns) noexcept { now_ = start_ns; }

  [[nodiscard]] std::uint64_t read(std::uint64_t stamp_ns) noexcept {
    const std::uint64_t ahead = std::max(stamp_ns, now_) - now_;
    if (ahead < kLeapNs || now_ == 0) [[likely]] {
      witnesses_ = 0;
      now_ += ahead;
      return now_;
    }
    const bool agrees = witnesses_ > 0 && stamp_ns - last_ + kLeapNs < kWeekNs + kLeapNs;
    witnesses_ = agrees ? witnesses_ + 1 : 1;
    last_ = stamp_ns;
    if (witnesses_ == kWitnesses) {
      witnesses_ = 0;
      now_ = stamp_ns;
    }
    return now_;
  }

  [[nodiscard]] std::uint64_t now() const noexcept { return now_; }

 private:
  std::uint64_t now_ = 0;
  unsigned witnesses_ = 0;  ///< in a row, that agree
  std::uint64_t last_ = 0;  ///< what the last of them said
};

}  // namespace uptake
