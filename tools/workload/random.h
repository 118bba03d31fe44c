#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace uptake::workload {

/// mix(): a bijection of 64-bit numbers that looks random: the finalizer of splitmix64 (Steele, Lea, Flood 2014).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
  x = (x ^ x >> 27) * 0x94d049bb133111ebU;
  return x ^ x >> 31;
}

/// Random: xoshiro256** (Blackman, Vigna 2018), seeded through mix(). Integers only, so that a seed gives the same
/// bytes on every machine; the standard library's distributions do not promise that.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) word = seed = mix(seed);
  }

  [[nodiscard]] std::uint64_t next() noexcept {
    const std::uint64_t result = rotated(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotated(state_[3], 45);
    return result;
  }

  /// Below `limit`, which is at least 1; the bias of a 32-bit product is of no matter here.
  [[nodiscard]] std::uint32_t below(std::uint32_t limit) noexcept {
    return static_cast<std::uint32_t>((next() >> 32) * limit >> 32);
  }
  [[nodiscard]] std::uint32_t between(std::uint32_t low, std::uint32_t high) noexcept {
    return low + below(high - low + 1);
  }
  [[nodiscard]] bool percent(std::uint32_t share) noexcept { return below(100) < share; }

  /// Below 2^bits, each power of two as likely as the next: a few values often, most of them rarely.
  [[nodiscard]] std::uint32_t log_uniform(unsigned bits) noexcept {
    const std::uint32_t power = 1U << below(bits);
    return power - 1 + below(power);
  }

  void fill(std::uint8_t* out, std::size_t length) noexcept {
    for (; length >= 8; length -= 8, out += 8) {
      const std::uint64_t word = next();
      std::memcpy(out, &word, 8);
    }
    const std::uint64_t word = next();
    std::memcpy(out, &word, length);
  }

 private:
  static constexpr std::uint64_t rotated(std::uint64_t x, unsigned by) noexcept { return x << by | x >> (64 - by); }

  std::uint64_t state_[4];
};

}  // namespace uptake::workload
