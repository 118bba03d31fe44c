#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/zeroed_array.h"

namespace uptake {

/// JoinKey: equal keys meet. Digests only. `relation` is the correlator's own number for what the two have in common.
struct JoinKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint32_t relation = 0;

  friend constexpr bool operator==(const JoinKey&, const JoinKey&) noexcept = default;
};

/// JoinTable: what a join remembers, by key, until a packet time. Its places are taken at start, four to a bucket. A
/// new key takes an empty or expired place, else the one that expires first: then forgotten() rises.
template <class T>
class JoinTable {
 public:
  static constexpr std::size_t kWays = 4;

  /// At least one bucket; `places` is rounded down to whole ones.
  explicit JoinTable(std::size_t places) : places_(places < kWays ? kWays : places / kWays * kWays) {}

  /// nullptr when it is not there or has expired. Valid until the next put().
  [[nodiscard]] T* find(const JoinKey& key, std::uint64_t packet_ns) noexcept {
    Place* const bucket = bucket_of(key);
    for (std::size_t i = 0; i < kWays; ++i)
      if (bucket[i].key == key && bucket[i].until_ns > packet_ns) return &bucket[i].value;
    return nullptr;
  }
  /// The place of `key`, which is kept until `until_ns`: with its value when it is there, else with a new one.
  T& put(const JoinKey& key, std::uint64_t packet_ns, std::uint64_t until_ns) noexcept {
    Place& place = place_for(key);
    const bool lives = place.until_ns > packet_ns;
    if (!(place.key == key) || !lives) {
      if (lives) ++forgotten_;
      place.key = key;
      place.value = T{};
    }
    place.until_ns = until_ns;
    return place.value;
  }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  struct Place {
    JoinKey key;
    std::uint64_t until_ns = 0;
    T value{};
  };

  /// The place with this key, else the one of its bucket that expires first.
  [[nodiscard]] Place& place_for(const JoinKey& key) noexcept {
    Place* const bucket = bucket_of(key);
    Place* first = bucket;
    for (std::size_t i = 0; i < kWays; ++i) {
      if (bucket[i].key == key) return bucket[i];
      if (bucket[i].until_ns < first->until_ns) first = &bucket[i];
    }
    return *first;
  }
  [[nodiscard]] Place* bucket_of(const JoinKey& key) noexcept {
    constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio: multiplicative hashing
    __extension__ using Wide = unsigned __int128;
    std::uint64_t mixed = (key.first ^ (key.second * kGolden) ^ key.relation) * kGolden;
    mixed = (mixed ^ mixed >> 32) * kGolden;
    const std::size_t buckets = places_.size() / kWays;
    return &places_[static_cast<std::size_t>(static_cast<Wide>(mixed) * buckets >> 64) * kWays];
  }

  ZeroedArray<Place> places_;  ///< one that was never used has expired
  std::uint64_t forgotten_ = 0;
};

}  // namespace uptake
