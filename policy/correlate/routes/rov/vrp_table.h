#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dissectors/address.h"
#include "dissectors/bgp/prefix.h"
#include "policy/correlate/routes/rov/facts.h"
#include "policy/zeroed_array.h"

namespace uptake::rov {

/// Vrp: an AS may originate a prefix, and longer ones within it up to a length (RFC 6811 section 2).
struct Vrp {
  Address prefix;  ///< bits behind the length are ignored
  std::uint8_t length = 0;
  std::uint8_t max_length = 0;
  std::uint32_t as = 0;
};

/// VrpTable: the VRPs of several tables at once, each with the tables that hold it, for tables are nearly alike. Its
/// places are taken at start.
class VrpTable {
 public:
  static constexpr unsigned kTables = 16;
  /// VRPs whose prefixes share a chain; no prefix of the Internet has half as many. What is more, is refused.
  static constexpr unsigned kMostOfChain = 256;

  /// `seed`: nobody can know it, so that nobody can choose prefixes that meet.
  VrpTable(std::size_t places, std::uint64_t seed);

  /// False when there is no room.
  [[nodiscard]] bool add(unsigned table, const Vrp& vrp) noexcept;
  void remove(unsigned table, const Vrp& vrp) noexcept;
  void clear(unsigned table) noexcept;
  /// What all of the tables, a bit each, say of a route; one at least. `disputed`: not the same.
  [[nodiscard]] Validity judge(std::uint16_t tables, const bgp::Prefix& route, const Origin& origin) const noexcept;
  /// What the VRPs of all `tables` together say of it. `disputed`: those of `perhaps` would make a difference.
  [[nodiscard]] Validity judge_united(std::uint16_t tables, std::uint16_t perhaps, const bgp::Prefix& route,
                                      const Origin& origin) const noexcept;

 private:
  /// A table that held no more VRPs than this since it was clear is cleared one by one; else all places are looked
  /// at.
  static constexpr std::size_t kListed = 4096;

  struct Key {
    std::uint64_t high = 0;  ///< of the prefix
    std::uint64_t low = 0;
    std::uint8_t length = 0;
    Family family = Family::v4;

    friend constexpr bool operator==(const Key&, const Key&) noexcept = default;
  };
  struct Place {
    std::uint64_t high;
    std::uint64_t low;
    std::uint32_t as;
    std::uint32_t next;    ///< of the chain, + 1; of the free ones when no table holds it
    std::uint16_t tables;  ///< that hold it, a bit each
    std::uint8_t length;
    std::uint8_t max_length;
    Family family;

    [[nodiscard]] bool is(const Key& key) const noexcept {
      return high == key.high && low == key.low && length == key.length && family == key.family;
    }
    [[nodiscard]] bool is(const Key& key, const Vrp& vrp) const noexcept {
      return is(key) && as == vrp.as && max_length == vrp.max_length;
    }
  };
  static_assert(sizeof(Place) == 32);
  /// Listed: the VRPs that a table came to hold since it was clear, as far as they are listed.
  struct Listed {
    std::array<std::uint32_t, kListed> places;
    std::size_t count = 0;  ///< also of those that are not
  };

  /// Matches: tables that have a VRP which covers a route, one with its origin too, one with its length too.
  struct Matches {
    unsigned cover = 0;
    unsigned agree = 0;
    unsigned allow = 0;
  };
  [[nodiscard]] Matches match(const bgp::Prefix& route, const Origin& origin) const noexcept;
  [[nodiscard]] static Key key_of(const Address& prefix, unsigned length) noexcept;
  [[nodiscard]] std::uint32_t& head_of(const Key& key) noexcept { return heads_[index_of(key)]; }
  [[nodiscard]] std::size_t index_of(const Key& key) const noexcept;
  /// A place at the front of a chain; 0: none is free.
  [[nodiscard]] std::uint32_t take(std::uint32_t& head, const Key& key, const Vrp& vrp) noexcept;
  void release(unsigned table, std::uint32_t number) noexcept;

  ZeroedArray<Place> places_;         ///< numbers are + 1
  ZeroedArray<std::uint32_t> heads_;  ///< number of the first place of a chain; 0: none
  ZeroedArray<Listed> listed_;
  std::array<std::array<std::uint32_t, 129>, 2> of_length_{};  ///< VRPs, by family and length
  std::uint64_t seed_;
  std::uint32_t free_ = 0;  ///< number of the first free one that was in use
  std::uint32_t used_ = 0;  ///< places that ever were in use
};

}  // namespace uptake::rov
