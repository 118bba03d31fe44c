#pragma once

#include <cstdint>

#include "policy/correlate/dnssec/anchors.h"
#include "policy/correlate/dnssec/candidates.h"
#include "policy/correlate/dnssec/evidence.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/dnssec/known_zones.h"
#include "policy/correlate/dnssec/ruling.h"
#include "policy/correlate/dnssec/signatures.h"
#include "policy/digests.h"

namespace uptake::dnssec {

/// Chain: the keys and delegations of zones, learned from messages, each trusted by what stands above it, up to an
/// anchor (RFC 4035 §5). What it learns serves answers that came up to `wait_ns` before, and for its TTL after.
class Chain {
 public:
  /// Bounds: places of its tables.
  struct Bounds {
    std::size_t key_sets = std::size_t{1} << 13;
    std::size_t delegations = std::size_t{1} << 15;
    std::size_t candidates = std::size_t{1} << 14;
    std::size_t candidate_octets = std::size_t{16} << 20;
    Verifier::Bounds verifier{};
  };
  /// The digests are borrowed.
  Chain(const Digests& digests, Anchors anchors, const Bounds& bounds, std::uint64_t wait_ns);
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  /// Learns what a message shows of keys and delegations. `octets` are those of the message.
  void learn(const Message& message, Bytes octets, DnsSide side, const At& at) noexcept;
  /// Begins a judgement: bounds what the calls below may cost together.
  void begin() noexcept { effort_.steps = 0; }
  /// Nothing can be secure yet, nor be proved insecure.
  [[nodiscard]] bool has_no_keys() const noexcept { return zones_.has_no_keys() && anchors_.are_known(); }
  /// Judges an RRset; where it is not secure, the worst that is certain.
  [[nodiscard]] Ruling judge(const Message& message, const Rrset& set, const At& at) noexcept;
  /// Judges a name whose records, of that type, have no signature.
  [[nodiscard]] Ruling judge_unsigned(const Name& owner, std::uint16_t type, const At& at) noexcept;

  [[nodiscard]] std::uint64_t forgotten() const noexcept { return zones_.forgotten() + candidates_.forgotten(); }
  [[nodiscard]] const Verifier& verifier() const noexcept { return signatures_.verifier(); }

 private:
  /// Effort: what the judgement under way has cost.
  struct Effort {
    unsigned steps = 0;
    unsigned depth = 0;
  };
  class Step;

  /// False: known_at() knows nothing of the name in that wire form.
  [[nodiscard]] bool may_know(Bytes name) const noexcept;
  [[nodiscard]] Keys keys_of(const Name& zone, const At& at) noexcept;
  [[nodiscard]] Above above(const Name& zone, const At& at) noexcept;
  /// The same of the name alone, whatever stands above.
  [[nodiscard]] Above known_at(const Name& zone, const At& at) noexcept;
  [[nodiscard]] Ruling without_delegation(const Name& zone, const At& at) noexcept;
  /// Tries what was learned of a name, and not verified, again. The ruling says what the last one comes to.
  [[nodiscard]] Ruling settle_keys(const Name& zone, const Above& up, const At& at) noexcept;
  [[nodiscard]] Ruling settle_above(const Name& zone, const At& at) noexcept;
  void learn_one(const Message& message, Bytes octets, Candidate& found, const At& at) noexcept;

  const Digests& digests_;
  Anchors anchors_;
  Signatures signatures_;
  KnownZones zones_;
  Evidence evidence_;
  Candidates candidates_;
  Effort effort_;
};

}  // namespace uptake::dnssec
