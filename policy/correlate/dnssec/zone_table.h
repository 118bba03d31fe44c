#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/correlate/dnssec/lifetime.h"
#include "policy/correlate/dnssec/name.h"
#include "policy/zeroed_array.h"

namespace uptake::dnssec {

/// ZoneTable: what is known of names, several entries a name. Entries have a `name`, a `life` and an `id` that is
/// equal for equal contents. Places are taken at start, eight to a bucket; all octets zero is an entry that has
/// ended. A new entry takes a place that has ended, else the one that ends first: then forgotten() rises. Beside the
/// places stand 16 bits of each name's digest, because most names that are asked for are not there, and entries are
/// large.
template <class Entry>
class ZoneTable {
 public:
  static constexpr std::size_t kWays = 8;

  explicit ZoneTable(std::size_t places)
      : places_(places < kWays ? kWays : places / kWays * kWays), tags_(places_.size()) {}

  /// Whether there may be an entry of the name with that digest, ended or not.
  [[nodiscard]] bool may_have(std::uint64_t digest) const noexcept {
    const std::size_t bucket = bucket_of(digest);
    bool found = false;
    for (std::size_t i = 0; i < kWays; ++i) found = found || tags_[bucket + i] == tag_of(digest);
    return found;
  }
  /// No entry was ever put.
  [[nodiscard]] bool is_empty() const noexcept { return is_empty_; }

  /// Calls take(Entry&) for each entry of a name, its digest beside it, that has not ended by `now`.
  template <class Take>
  void each(const Name& name, std::uint64_t digest, std::uint64_t now, Take take) noexcept {
    const std::size_t bucket = bucket_of(digest);
    for (std::size_t i = 0; i < kWays; ++i) {
      if (tags_[bucket + i] != tag_of(digest)) continue;
      Entry& one = places_[bucket + i];
      if (one.life.until_ns > now && one.name == name) take(one);
    }
  }
  /// The place of the entry with that name and id: its own, or one that must be filled: then `is_new`.
  [[nodiscard]] Entry& put(const Name& name, std::uint64_t digest, std::uint64_t id, std::uint64_t now,
                           bool& is_new) noexcept {
    const std::size_t bucket = bucket_of(digest);
    std::size_t first = bucket;
    for (std::size_t i = bucket; i < bucket + kWays; ++i) {
      Entry& one = places_[i];
      is_new = false;
      if (one.life.until_ns > now && one.id == id && one.name == name) return one;
      if (one.life.until_ns < places_[first].life.until_ns) first = i;
    }
    if (places_[first].life.until_ns > now) ++forgotten_;
    is_new = true;
    is_empty_ = false;
    tags_[first] = tag_of(digest);
    return places_[first];
  }
  /// Calls take(const Entry&) for each entry of any name.
  template <class Take>
  void all(Take take) const {
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (places_[i].life.until_ns != 0) take(places_[i]);
  }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  /// From the upper bits of the digest.
  [[nodiscard]] std::size_t bucket_of(std::uint64_t digest) const noexcept {
    __extension__ using Wide = unsigned __int128;
    const std::size_t buckets = places_.size() / kWays;
    return static_cast<std::size_t>(static_cast<Wide>(digest) * buckets >> 64) * kWays;
  }
  /// From its lower bits; never 0, which stands at a place that was never taken.
  [[nodiscard]] static std::uint16_t tag_of(std::uint64_t digest) noexcept {
    return static_cast<std::uint16_t>(digest | 1U);
  }

  ZeroedArray<Entry> places_;
  ZeroedArray<std::uint16_t> tags_;
  bool is_empty_ = true;
  std::uint64_t forgotten_ = 0;
};

}  // namespace uptake::dnssec
