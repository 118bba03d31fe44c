#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/correlate/dnssec/name.h"
#include "policy/zeroed_array.h"

namespace uptake::dnssec {

/// Lifetime: which packet times a record may serve. Answers that came a little before it may wait for it.
struct Lifetime {
  std::uint64_t from_ns = 0;
  std::uint64_t until_ns = 0;  ///< 0: there is no record

  [[nodiscard]] bool serves(std::uint64_t packet_ns) const noexcept {
    return from_ns <= packet_ns && packet_ns <= until_ns;
  }
};

/// ZoneTable: what is known of names, several entries a name. Entries have a `name`, a `life` and an `id` that is
/// equal for equal contents. Places are taken at start, eight to a bucket; all octets zero is an entry that has
/// ended. A new entry takes a place that has ended, else the one that ends first: then forgotten() rises.
template <class Entry>
class ZoneTable {
 public:
  static constexpr std::size_t kWays = 8;

  explicit ZoneTable(std::size_t places) : places_(places < kWays ? kWays : places / kWays * kWays) {}

  /// Calls take(Entry&) for each entry of a name, its digest beside it, that has not ended by `now`.
  template <class Take>
  void each(const Name& name, std::uint64_t digest, std::uint64_t now, Take take) noexcept {
    Entry* const bucket = bucket_of(digest);
    for (std::size_t i = 0; i < kWays; ++i)
      if (bucket[i].life.until_ns > now && bucket[i].name == name) take(bucket[i]);
  }
  /// The place of the entry with that name and id: its own, or one that must be filled: then `is_new`.
  [[nodiscard]] Entry& put(const Name& name, std::uint64_t digest, std::uint64_t id, std::uint64_t now,
                           bool& is_new) noexcept {
    Entry* const bucket = bucket_of(digest);
    Entry* first = bucket;
    for (std::size_t i = 0; i < kWays; ++i) {
      Entry& one = bucket[i];
      is_new = false;
      if (one.life.until_ns > now && one.id == id && one.name == name) return one;
      if (one.life.until_ns < first->life.until_ns) first = &one;
    }
    if (first->life.until_ns > now) ++forgotten_;
    is_new = true;
    return *first;
  }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  [[nodiscard]] Entry* bucket_of(std::uint64_t digest) noexcept {
    __extension__ using Wide = unsigned __int128;
    const std::size_t buckets = places_.size() / kWays;
    return &places_[static_cast<std::size_t>(static_cast<Wide>(digest) * buckets >> 64) * kWays];
  }

  ZeroedArray<Entry> places_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace uptake::dnssec
