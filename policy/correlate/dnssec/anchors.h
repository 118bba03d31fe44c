#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "policy/correlate/dnssec/key.h"
#include "policy/correlate/dnssec/known.h"
#include "policy/correlate/dnssec/name.h"
#include "policy/refusal.h"

namespace uptake::dnssec {

/// Anchor: a key that is trusted, as a DS, and the packet times for which it is, in seconds: [from, until).
struct Anchor {
  Name zone;
  std::vector<std::uint8_t> ds;  ///< RDATA
  std::int64_t from = 0;
  std::int64_t until = 0;
  DsSet set{};  ///< of that DS; empty where its algorithm or digest is not known

  [[nodiscard]] bool serves(std::int64_t seconds) const noexcept { return from <= seconds && seconds < until; }
};

/// Anchors: the trust anchors of a run.
class Anchors {
 public:
  static constexpr std::size_t kMost = 16;  ///< of one zone

  /// A line of zone-file text each, a DS or a DNSKEY, with the days of UTC for which it holds as a comment behind it,
  /// if it is not for ever: `; from 2010-07-15 until 2019-01-11`.
  [[nodiscard]] static Either<Anchors> parse(std::string_view text, std::string_view where);
  /// Those of the root, since 2010, as they are shipped (root-anchors.zone).
  [[nodiscard]] static const Anchors& of_root();

  [[nodiscard]] bool has(const Name& zone) const noexcept;
  /// The algorithm and the digest of each are known.
  [[nodiscard]] bool are_known() const noexcept;
  /// The zone of the anchors at the name or closest above it; nullptr when there is none.
  [[nodiscard]] const Name* above(const Name& name) const noexcept;
  [[nodiscard]] std::span<const Anchor> all() const noexcept { return anchors_; }

 private:
  /// False: there are too many.
  [[nodiscard]] bool add(Anchor anchor);

  std::vector<Anchor> anchors_;
};

}  // namespace uptake::dnssec
