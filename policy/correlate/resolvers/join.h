#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "policy/correlate/correlator.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/join_table.h"
#include "policy/correlate/resolvers/facts.h"
#include "policy/correlate/waiting_line.h"

namespace uptake::resolvers {

/// Join: what a resolver hands out, or refuses, held against what the same answer comes to here: whether it
/// validates. A failure waits for the verdict on what the resolver was answered. And how long keys have been seen.
class Join {
 public:
  static constexpr std::string_view kName = "resolvers";
  /// As long as a response waits for its verdict.
  static constexpr std::uint64_t kWaitNs = 5'000'000'000;
  static std::span<const FactRow> facts() noexcept { return resolvers::facts(); }
  static std::span<const Wanted> reads() noexcept;

  /// Bounds: how many questions with bogus answers are remembered, and how many failures may wait.
  struct Bounds {
    std::size_t bogus = std::size_t{1} << 14;
    std::size_t waiting = std::size_t{1} << 12;
  };

  /// The digests are borrowed.
  explicit Join(const Digests& digests) : Join(digests, Bounds{}) {}
  Join(const Digests& digests, const Bounds& bounds)
      : digests_(digests), bogus_(bounds.bogus), waiting_(bounds.waiting, kWaitNs) {}

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept;
  void advance(std::uint64_t packet_ns, Findings& findings) noexcept;
  void finish(Findings& findings) noexcept;
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return bogus_.forgotten() + hurried_; }

 private:
  /// Waiting: a failure that does not say why.
  struct Waiting {
    About about;
    JoinKey question;
  };

  void note_known(const Filed& filed, const dnssec::Bits& judged, Findings& findings) noexcept;
  void file_answer(const Filed& filed, const dnssec::Bits& judged, Findings& findings) noexcept;
  void file_failure(const Filed& filed, const JoinKey& question, Findings& findings) noexcept;
  void answer_first(Findings& findings) noexcept;

  const Digests& digests_;
  JoinTable<std::uint64_t> bogus_;  ///< by question: since when bogus answers come
  WaitingLine<Waiting> waiting_;
  std::uint64_t hurried_ = 0;
  std::uint64_t keys_since_ns_ = 0;  ///< 0: none were seen
};

}  // namespace uptake::resolvers
