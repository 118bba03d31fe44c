#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "dataplane/flows/duplicates.h"

namespace uptake {

/// RecentFragments: header digests of a datagram's last fragments, and when the last one came, in packet time. It
/// tells copies of them when their octets are gone.
class RecentFragments {
 public:
  void clear(std::uint64_t time_ns) noexcept {
    count_ = 0;
    last_ns_ = time_ns;
  }
  void add(std::uint32_t digest, std::uint64_t time_ns) noexcept {
    digests_[count_++ % kDigests] = digest;
    last_ns_ = time_ns;
  }
  /// The fragment repeats one of them, soon enough to be the mirror's copy.
  [[nodiscard]] bool holds(std::uint32_t digest, std::uint64_t time_ns) const noexcept {
    if (age(time_ns) > Duplicates::kSpanNs) return false;
    const auto end = digests_.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(count_, kDigests));
    return std::find(digests_.begin(), end, digest) != end;
  }
  /// The fragments of one datagram follow each other closely. After so long a pause the sender uses its
  /// identification again (RFC 4963), and the old datagram has lost a fragment.
  [[nodiscard]] bool are_stale(std::uint64_t time_ns) const noexcept { return age(time_ns) > kStaleNs; }

 private:
  static constexpr std::size_t kDigests = 8;
  static constexpr std::uint64_t kStaleNs = 1'000'000'000;

  [[nodiscard]] std::uint64_t age(std::uint64_t time_ns) const noexcept {
    return time_ns > last_ns_ ? time_ns - last_ns_ : 0;
  }

  std::uint64_t last_ns_ = 0;
  std::uint32_t count_ = 0;
  std::array<std::uint32_t, kDigests> digests_;
};

}  // namespace uptake
