#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "policy/correlate/correlator.h"
#include "policy/correlate/dane/facts.h"
#include "policy/correlate/dane/publications.h"
#include "policy/correlate/dnssec/octet_ring.h"
#include "policy/correlate/join_files.h"
#include "policy/correlate/join_table.h"
#include "policy/correlate/waiting_line.h"

namespace uptake::dane {

/// Join: brings together the TLSA records of a host, as DNSSEC was judged, with what the host shows in a connection.
/// A connection waits until what was asked before it is judged.
class Join {
 public:
  static constexpr std::string_view kName = "dane";
  /// As long as a response waits for its verdict.
  static constexpr std::uint64_t kWaitNs = 5'000'000'000;
  static std::span<const FactRow> facts() noexcept { return dane::facts(); }
  static std::span<const Wanted> reads() noexcept;

  /// Bounds: what is remembered at most.
  struct Bounds {
    Publications::Bounds publications{};
    std::size_t flows = std::size_t{1} << 14;
    std::size_t waiting = std::size_t{1} << 15;
    std::size_t chain_octets = std::size_t{16} << 20;
    std::size_t shown = std::size_t{1} << 14;
  };

  /// The digests are borrowed.
  Join(const Digests& digests, const JoinFiles& files) : Join(digests, files, Bounds{}) {}
  Join(const Digests& digests, const JoinFiles& files, const Bounds& bounds);

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept;
  void advance(std::uint64_t packet_ns, Findings& findings) noexcept;
  void finish(Findings& findings) noexcept;
  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return publications_.forgotten() + pending_.forgotten() + shown_.forgotten() + hurried_;
  }

 private:
  using Kept = dnssec::OctetRing::Kept;
  /// Pending: what a connection that has not ended showed.
  struct Pending {
    certificates::Sight sight = certificates::Sight::none;
    Kept chain{};
  };
  /// Waiting: a connection that has ended.
  struct Waiting {
    About about;
    Bits bits;
    Kept chain{};
  };
  void file_clear(const Filed& filed, Findings& findings) noexcept;
  void file_chain(const Filed& filed, certificates::Sight sight) noexcept;
  void file_end(const Filed& filed, Findings& findings) noexcept;
  void wait(const Waiting& waiting, Findings& findings) noexcept;
  void answer_first(bool hurried, Findings& findings) noexcept;
  void infer(const Waiting& waiting, const Found& found, Bits& bits) noexcept;

  const Digests& digests_;
  Publications publications_;
  JoinTable<Pending> pending_;
  dnssec::OctetRing chains_;
  JoinTable<std::uint64_t> shown_;  ///< by server: the set of records that its last chain matched; 0: none
  WaitingLine<Waiting> waiting_;
  std::uint64_t hurried_ = 0;
};

}  // namespace uptake::dane
