#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "policy/correlate/dnssec/anchors.h"
#include "policy/correlate/dnssec/denial.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/dnssec/known.h"
#include "policy/correlate/dnssec/rrsig.h"
#include "policy/correlate/dnssec/verifier.h"
#include "policy/digests.h"

namespace uptake::dnssec {

/// At: the packet time of what is judged.
struct At {
  std::uint64_t ns = 0;

  [[nodiscard]] std::int64_t seconds() const noexcept { return static_cast<std::int64_t>(ns / 1'000'000'000); }
};

/// Ruling: what an RRset, a zone or a name comes to, and by what.
struct Ruling {
  Security verdict = Security::not_judged;
  Missing missing = Missing::nothing;
  Fault fault = Fault::none;
  Name link{};  ///< owner of what is missing; of what is secure, the zone whose keys decide
  std::uint8_t algorithm = 0;
  std::uint8_t digest_type = 0;
  std::uint16_t key_bits = 0;
  bool expanded = false;    ///< from a wildcard: whether the name itself exists is not settled
  std::uint8_t labels = 0;  ///< of its signature, as the next two
  std::uint32_t expiration = 0;
  std::uint32_t original_ttl = 0;

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

  /// Learns what a message shows of keys and delegations. `octets` are those of the message.
  void learn(const Message& message, Bytes octets, DnsSide side, const At& at) noexcept;
  /// Begins a judgement: bounds what the calls below may cost together.
  void begin() noexcept { work_ = 0; }
  /// Nothing can be secure yet, nor be proved insecure.
  [[nodiscard]] bool has_no_keys() const noexcept;
  /// Judges an RRset; where it is not secure, the worst that is certain.
  [[nodiscard]] Ruling judge(const Message& message, const Rrset& set, const At& at) noexcept;
  /// Judges a name whose records, of that type, have no signature.
  [[nodiscard]] Ruling judge_unsigned(const Name& owner, std::uint16_t type, const At& at) noexcept;

  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return key_sets_.forgotten() + delegations_.forgotten() + candidates_.forgotten() + pushed_out_;
  }
  [[nodiscard]] const Verifier& verifier() const noexcept { return verifier_; }

 private:
  static constexpr unsigned kVerifications = 8;  ///< of an RRset, as unbound does
  static constexpr unsigned kWork = 256;         ///< steps of one judgement
  static constexpr unsigned kDepth = 24;

  /// Keys: the keys of a zone, if they are secure; `life` is no longer than theirs.
  struct Keys {
    Ruling ruling;
    std::array<const KeySet*, ZoneTable<KeySet>::kWays> sets{};  ///< as many as a table can hold of a zone
    std::size_t count = 0;
    [[nodiscard]] bool secure() const noexcept { return ruling.verdict == Security::secure; }
  };
  /// Above: what the zone above, or an anchor, says of a zone.
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
  };
  /// Tried: how the verification of an RRset went.
  struct Tried {
    unsigned count = 0;
    bool limit = false;
    bool budget = false;
    bool matched = false;  ///< a key had the tag
    Validity validity = Validity::current;
  };
  static_assert(Anchors::kMost >= ZoneTable<Delegation>::kWays);
  class Step;

  [[nodiscard]] std::uint64_t digest_of(const Name& name) const noexcept { return digests_.octets(name.wire()); }
  /// False: known_at() knows nothing of the name in that wire form.
  [[nodiscard]] bool may_know(Bytes name) const noexcept {
    const std::uint64_t digest = digests_.octets(name);
    return candidates_.may_have(digest) || delegations_.may_have(digest);
  }
  [[nodiscard]] Lifetime lifetime(const At& at, std::uint32_t ttl) const noexcept;
  /// No longer than a signature allows (RFC 4035 §5.3.3).
  [[nodiscard]] Lifetime bounded(const Lifetime& life, std::uint32_t expiration, std::uint32_t original_ttl,
                                 const At& at) const noexcept;
  [[nodiscard]] Above anchors_at(const Name& zone, const At& at) const noexcept;

  [[nodiscard]] Keys keys_of(const Name& zone, const At& at) noexcept;
  [[nodiscard]] bool has_open_keys(const Name& zone, const At& at) noexcept;
  void collect_keys(const Name& zone, const At& at, Keys& keys) noexcept;
  [[nodiscard]] Above above(const Name& zone, const At& at) noexcept;
  /// The same of the name alone, whatever stands above.
  [[nodiscard]] Above known_at(const Name& zone, const At& at) noexcept;
  [[nodiscard]] Ruling without_delegation(const Name& zone, const At& at) noexcept;

  /// Tries what was learned of a name, and not verified, again. The ruling says what the last one comes to.
  [[nodiscard]] Ruling settle_keys(const Name& zone, const Above& above, const At& at) noexcept;
  [[nodiscard]] Ruling settle_above(const Name& zone, const At& at) noexcept;
  [[nodiscard]] Ruling settle_one(const Candidate& candidate, const At& at) noexcept;
  /// Secure: the message shows it, and it was put down. Bogus: it is not what it claims.
  [[nodiscard]] Ruling show_keys(const Message& message, const Name& zone, const Above& above, const Lifetime& life,
                                 const At& at) noexcept;
  [[nodiscard]] Ruling show_ds(const Message& message, const Name& zone, const Keys& keys, const Lifetime& life,
                               const At& at) noexcept;
  [[nodiscard]] Ruling show_denial(const Message& message, const Name& zone, const Keys& keys, const Lifetime& life,
                                   const At& at) noexcept;
  void learn_one(const Message& message, Bytes octets, Candidate& found, const At& at) noexcept;
  void learn_denial(const Message& message, Bytes octets, Candidate& found, const At& at) noexcept;
  [[nodiscard]] std::uint64_t content_of(const Message& message, const Candidate& candidate) const noexcept;
  void remember(const Message& message, Bytes octets, const Candidate& candidate, const At& at) noexcept;
  void put_keys(const Message& message, const Rrset& set, std::uint8_t digest_type, const Lifetime& life,
                const At& at) noexcept;
  void put_delegation(const Name& zone, Delegation::What what, const DsSet& ds, const Lifetime& life,
                      const At& at) noexcept;

  /// Tries a signature with the keys of its tag. The ruling is secure when one verifies.
  [[nodiscard]] bool try_signature(const Message& message, const Rrset& set, const Signature& signature,
                                   const Keys& keys, const At& at, Tried& tried, Ruling& ruling) noexcept;
  [[nodiscard]] bool try_key(const KeyView& key, const Sha256& identity, const Signature& signature, const At& at,
                             Tried& tried) noexcept;
  /// What an RRset of a zone whose keys are secure comes to when none of its signatures verified.
  [[nodiscard]] static Ruling failed(const Tried& tried, const Name& zone) noexcept;

  const Digests& digests_;
  Anchors anchors_;
  std::vector<DsSet> anchor_sets_;  ///< of each anchor; empty where its algorithm or digest is not known
  std::uint64_t wait_ns_;
  Verifier verifier_;
  ZoneTable<KeySet> key_sets_;
  ZoneTable<Delegation> delegations_;
  ZoneTable<Candidate> candidates_;
  OctetRing octets_;
  std::unique_ptr<Message> scratch_;
  std::unique_ptr<SignedData> signed_;
  unsigned work_ = 0;
  unsigned depth_ = 0;
  std::uint64_t pushed_out_ = 0;
};

}  // namespace uptake::dnssec
