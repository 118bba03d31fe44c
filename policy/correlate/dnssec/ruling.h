#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/correlate/dnssec/anchors.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/dnssec/known.h"

namespace uptake::dnssec {

/// Ruling: what an RRset, a zone or a name comes to, and by what.
struct Ruling {
  Security verdict = Security::not_judged;
  Missing missing = Missing::nothing;
  Fault fault = Fault::none;
  Name link{};  ///< owner of what is missing; of what is secure, the zone whose keys decide
  std::uint8_t algorithm = 0;
  std::uint8_t digest_type = 0;
  std::uint16_t key_bits = 0;
  bool optional = false;    ///< whoever validates may take the zone for insecure
  bool expanded = false;    ///< from a wildcard: whether the name itself exists is not settled
  std::uint8_t labels = 0;  ///< of its signature, as the next two
  std::uint32_t expiration = 0;
  std::uint32_t original_ttl = 0;

  [[nodiscard]] static Ruling secure(const Name& link) noexcept {
    return {.verdict = Security::secure, .link = link};
  }
  [[nodiscard]] static Ruling lacks(Missing what, const Name& link) noexcept {
    return {.missing = what, .link = link};
  }
  [[nodiscard]] static Ruling insecure(const Name& link) noexcept {
    return {.verdict = Security::insecure, .link = link};
  }
  [[nodiscard]] static Ruling bogus(Fault fault, const Name& link) noexcept {
    return {.verdict = Security::bogus, .fault = fault, .link = link};
  }
};

/// Keys: the keys of a zone, if they are secure. Borrowed until more is learned.
struct Keys {
  Ruling ruling;
  std::array<const KeySet*, ZoneTable<KeySet>::kWays> sets{};  ///< as many as a table can hold of a zone
  std::size_t count = 0;

  [[nodiscard]] bool secure() const noexcept { return ruling.verdict == Security::secure; }
  /// Equal for the same sets.
  [[nodiscard]] std::uint64_t id() const noexcept;
  /// Whoever validates may take the zone for insecure.
  [[nodiscard]] bool is_optional() const noexcept;
};

/// Above: what the zone above, or an anchor, says of a zone. Borrowed until more is learned.
struct Above {
  Ruling ruling;  ///< secure: `sets` say how
  std::array<const DsSet*, Anchors::kMost> sets{};
  std::size_t count = 0;
  std::uint64_t id = 0;
  bool is_unsigned = false;
  bool no_cut = false;

  /// No DS that could be used stands there, and that is proved (RFC 6840 §5.2).
  [[nodiscard]] bool insecure() const noexcept;
  [[nodiscard]] bool has_signed() const noexcept;
  /// Whoever validates may take the zone for insecure.
  [[nodiscard]] bool is_optional() const noexcept;
};
static_assert(Anchors::kMost >= ZoneTable<Delegation>::kWays);

}  // namespace uptake::dnssec
