#pragma once

#include <cstdint>
#include <memory>

#include "policy/correlate/dnssec/known.h"
#include "policy/correlate/dnssec/lifetime.h"
#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/octet_ring.h"
#include "policy/correlate/dnssec/zone_table.h"
#include "policy/digests.h"

namespace uptake::dnssec {

/// Candidates: messages that show something of a zone and could not be verified yet, with copies of their octets, of
/// which the newest push out the oldest. Memory is taken at start.
class Candidates {
 public:
  /// The digests are borrowed.
  Candidates(const Digests& digests, std::size_t places, std::size_t octets, Wait wait);

  /// Keeps a message. One that shows the same as one that is kept makes the life of that one longer.
  void keep(const Message& message, Bytes octets, const Candidate& candidate, const At& at) noexcept;
  /// Calls take(Candidate&) for each of a name that serves `at` and whose octets are there.
  template <class Take>
  void each(const Name& name, const At& at, Take take) noexcept {
    table_.each(name, digests_.octets(name.wire()), at.ns, [&](Candidate& one) {
      if (!one.life.serves(at.ns)) return;
      if (octets_.has(one.octets)) return take(one);
      ++pushed_out_;
      one.life = {};
    });
  }
  /// The message of a candidate; nullptr: it cannot be read. Valid until the next call, or keep().
  [[nodiscard]] const Message* message_of(const Candidate& candidate) noexcept {
    return scratch_->read(octets_.of(candidate.octets)) == Message::Reading::read ? scratch_.get() : nullptr;
  }
  /// Keys of the zone wait that were not refused.
  [[nodiscard]] bool has_open_keys(const Name& zone, const At& at) noexcept;
  /// Whether there may be one of the name with that digest.
  [[nodiscard]] bool may_have(std::uint64_t digest) const noexcept { return table_.may_have(digest); }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return table_.forgotten() + pushed_out_; }

 private:
  [[nodiscard]] std::uint64_t content_of(const Message& message, const Candidate& candidate) const noexcept;

  const Digests& digests_;
  Wait wait_;
  ZoneTable<Candidate> table_;
  OctetRing octets_;
  std::unique_ptr<Message> scratch_;
  std::uint64_t pushed_out_ = 0;
};

}  // namespace uptake::dnssec
