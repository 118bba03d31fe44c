#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "policy/correlate/correlator.h"
#include "policy/correlate/dane/answers.h"
#include "policy/correlate/dane/facts.h"
#include "policy/correlate/dane/hosts.h"
#include "policy/correlate/dane/matcher.h"
#include "policy/correlate/dnssec/octet_ring.h"
#include "policy/correlate/join_files.h"
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
    std::size_t answers = std::size_t{1} << 14;
    std::size_t answer_octets = std::size_t{4} << 20;
    std::size_t addresses = std::size_t{1} << 16;
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
    return answers_.forgotten() + hosts_.forgotten() + pending_.forgotten() + shown_.forgotten() + hurried_ + pushed_;
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
  /// Found: what a connection comes to by one name of its server.
  struct Found {
    Published published = Published::unseen;
    Matched matched{};
    std::uint64_t host = 0;
    std::uint64_t set = 0;
    Bytes name{};  ///< of the host, if it is known; valid until learn()
    bool pair = false;
    bool asked = false;
  };

  void file_judged(const Filed& filed) noexcept;
  void file_clear(const Filed& filed, Findings& findings) noexcept;
  void file_chain(const Filed& filed, certificates::Sight sight) noexcept;
  void file_end(const Filed& filed, Findings& findings) noexcept;
  [[nodiscard]] JoinKey flow_of(const Subject& subject) const noexcept;
  void wait(const Waiting& waiting, Findings& findings) noexcept;
  void answer_first(bool hurried, Findings& findings) noexcept;
  [[nodiscard]] Found find(const Waiting& waiting) noexcept;
  [[nodiscard]] Found find_by_address(const Waiting& waiting) noexcept;
  [[nodiscard]] Found look(const Waiting& waiting, std::uint64_t host) noexcept;
  void infer(const Waiting& waiting, const Found& found, Bits& bits) noexcept;

  const Digests& digests_;
  std::unique_ptr<dnssec::Message> message_;
  Answers answers_;
  Hosts hosts_;
  Matcher matcher_;
  JoinTable<Pending> pending_;
  dnssec::OctetRing chains_;
  JoinTable<std::uint64_t> shown_;  ///< by server: the set of records that its last chain matched; 0: none
  WaitingLine<Waiting> waiting_;
  std::uint64_t hurried_ = 0;
  std::uint64_t pushed_ = 0;  ///< chains, records and names that others pushed out while they were needed
};

}  // namespace uptake::dane
