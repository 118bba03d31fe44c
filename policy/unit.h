#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uptake {

/// Unit: what one count of a measure is. An area may have further units, of sightings, in its own folder:
/// `inline constexpr Unit kRoutes{"routes", 10};`. Equal names are equal units.
struct Unit {
  enum class Counts : std::uint8_t { sightings, bytes, entities };

  std::string_view name;     ///< in reports and JSON: lower case, words joined by underscores
  std::uint8_t place = 0;    ///< among the units, where reports sort by them
  std::string_view words{};  ///< what it is, for `uptake explain`; empty: the name says it
  Counts counts = Counts::sightings;
  std::uint8_t kind = 0;  ///< of entities: which of the kEntityKinds, for Figures knows how to tell those apart

  static const Unit packets;
  static const Unit connections;
  static const Unit queries;
  static const Unit responses;
  static const Unit records;
  static const Unit bytes;
  static const Unit names;
  static const Unit servers;
  static const Unit subscribers;
  static const Unit addresses;
  static const Unit resolvers;

  friend constexpr bool operator==(const Unit& a, const Unit& b) noexcept { return a.name == b.name; }
  friend constexpr std::strong_ordering operator<=>(const Unit& a, const Unit& b) noexcept {
    return a.place != b.place ? a.place <=> b.place : a.name <=> b.name;
  }
};

inline constexpr std::size_t kEntityKinds = 5;

inline constexpr Unit Unit::packets{"packets", 0,
                                    "packets: innermost IP; without an interval, for packets come in bursts"};
inline constexpr Unit Unit::connections{"connections", 1};
inline constexpr Unit Unit::queries{"queries", 2};
inline constexpr Unit Unit::responses{"responses", 3};
inline constexpr Unit Unit::records{"records", 4};
inline constexpr Unit Unit::bytes{
    "bytes", 5, "bytes: IP total lengths, innermost; without an interval, for bytes come in bursts", Counts::bytes};
inline constexpr Unit Unit::names{"names", 6,
                                  "names: distinct ones, each judged at its worst; exact up to 8,192, then a sample",
                                  Counts::entities, 0};
inline constexpr Unit Unit::servers{
    "servers", 7,
    "servers: distinct address, port and name, each judged at its worst; exact up to 8,192, then a sample",
    Counts::entities, 1};
inline constexpr Unit Unit::subscribers{
    "subscribers", 8, "subscribers: distinct customer prefixes (--subscriber); exact up to 8,192, then a sample",
    Counts::entities, 2};
inline constexpr Unit Unit::addresses{"addresses", 9, "addresses: distinct ones; exact up to 8,192, then a sample",
                                      Counts::entities, 3};
inline constexpr Unit Unit::resolvers{
    "resolvers", 9, "resolvers: distinct addresses; exact up to 8,192, then a sample", Counts::entities, 4};

[[nodiscard]] constexpr bool is_entity(const Unit& unit) noexcept { return unit.counts == Unit::Counts::entities; }
[[nodiscard]] constexpr std::size_t entity_kind(const Unit& unit) noexcept { return unit.kind; }
[[nodiscard]] constexpr std::string_view name_of(const Unit& unit) noexcept { return unit.name; }

}  // namespace uptake
