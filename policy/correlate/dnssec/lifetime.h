#pragma once

#include <algorithm>
#include <cstdint>

#include "dissectors/packet_time.h"

namespace uptake::dnssec {

/// At: the packet time of what is judged.
struct At {
  std::uint64_t ns = 0;

  [[nodiscard]] std::int64_t seconds() const noexcept { return static_cast<std::int64_t>(ns / kSecondNs); }
};

/// Lifetime: which packet times a record may serve. Answers that came a little before it may wait for it.
struct Lifetime {
  std::uint64_t from_ns = 0;
  std::uint64_t until_ns = 0;  ///< 0: there is no record

  [[nodiscard]] bool serves(std::uint64_t packet_ns) const noexcept {
    return from_ns <= packet_ns && packet_ns <= until_ns;
  }
};

/// Wait: how long an answer waits for what it needs. Whatever is learned serves answers that came so long before.
struct Wait {
  std::uint64_t ns = 0;

  /// As resolvers keep records at most, in seconds.
  static constexpr std::uint32_t kLongestTtl = 7 * 86'400;

  /// The packet time of the oldest answer that may still ask.
  [[nodiscard]] std::uint64_t oldest(const At& at) const noexcept { return at.ns - std::min(at.ns, ns); }
  /// Of a record that was learned at `at`.
  [[nodiscard]] Lifetime lifetime(const At& at, std::uint32_t ttl) const noexcept {
    return {oldest(at), at.ns + std::max(std::min(ttl, kLongestTtl) * kSecondNs, ns)};
  }
  /// No longer than a signature allows (RFC 4035 §5.3.3).
  [[nodiscard]] Lifetime bounded(const Lifetime& life, std::uint32_t expiration, std::uint32_t original_ttl,
                                 const At& at) const noexcept {
    const std::uint64_t learned_ns = life.from_ns + ns;
    const std::uint64_t serves = std::max(original_ttl * kSecondNs, ns);
    const auto left = static_cast<std::int32_t>(expiration - static_cast<std::uint32_t>(at.seconds()));
    const std::uint64_t ends = at.ns + static_cast<std::uint64_t>(std::max(left, 0)) * kSecondNs + ns;
    return {life.from_ns, std::min({life.until_ns, learned_ns + serves, ends})};
  }
};

}  // namespace uptake::dnssec
