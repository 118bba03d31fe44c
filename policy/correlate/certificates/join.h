#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/correlate/certificates/facts.h"
#include "policy/correlate/certificates/held_chains.h"
#include "policy/correlate/certificates/verifier.h"
#include "policy/correlate/correlator.h"
#include "policy/correlate/join_files.h"
#include "policy/correlate/join_table.h"

namespace uptake::certificates {

/// Join: judges each chain once, by its digest, and as often as its times ask for; and says of each TLS connection,
/// when it ends, what came of its server's chain, or why none was seen.
class Join {
 public:
  static constexpr std::string_view kName = "certificates";
  static constexpr std::uint64_t kWaitNs = 0;
  static std::span<const FactRow> facts() noexcept { return certificates::facts(); }
  static std::span<const Wanted> reads() noexcept;

  /// Bounds: connections, chains, names and staples that are remembered.
  struct Bounds {
    std::size_t pending = std::size_t{1} << 14;
    std::size_t known = std::size_t{1} << 14;
    std::size_t names = std::size_t{1} << 15;
    std::size_t staples = std::size_t{1} << 12;
  };

  /// The digests are borrowed.
  Join(const Digests& digests, const JoinFiles& files) : Join(digests, files, Bounds{}) {}
  Join(const Digests& digests, const JoinFiles& files, const Bounds& bounds);

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept;
  void advance(std::uint64_t, Findings&) noexcept {}
  void finish(Findings&) noexcept {}
  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return pending_.forgotten() + known_.forgotten() + names_.forgotten() + staples_.forgotten();
  }

 private:
  /// Known: what a chain comes to at some times.
  struct Known {
    std::uint64_t bits = 0;
    std::int64_t from = 0;
    std::int64_t until = 0;
  };
  /// Pending: what is known of a connection that has not ended.
  struct Pending {
    std::uint64_t bits = 0;
    std::uint64_t chain = 0;  ///< digest; 0: none
  };

  [[nodiscard]] JoinKey flow_of(const About& about) const noexcept;
  [[nodiscard]] Pending& pending(const About& about) noexcept;
  void file_chain(const Filed& filed, Findings& findings) noexcept;
  [[nodiscard]] Bits judge(std::uint64_t digest, const Filed& filed, std::optional<Leaf>& leaf,
                           Findings& findings) noexcept;
  [[nodiscard]] NameMatch match_late(std::uint64_t digest, const Filed& end) noexcept;
  [[nodiscard]] NameMatch match(std::uint64_t digest, const Filed& filed, std::optional<Leaf>& leaf) noexcept;
  void file_staple(const Filed& filed, bool lost) noexcept;
  void file_end(const Filed& filed, Findings& findings) noexcept;

  const Digests& digests_;
  Verifier verifier_;
  JoinTable<Pending> pending_;
  JoinTable<Known> known_;
  JoinTable<std::uint8_t> names_;
  JoinTable<std::uint8_t> staples_;
  HeldChains held_;  ///< for staples, and names that come late
};

}  // namespace uptake::certificates
