#pragma once

#include <array>
#include <bitset>
#include <cstdint>

#include "policy/correlate/dane/facts.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/octet_ring.h"
#include "policy/correlate/filed.h"
#include "policy/correlate/join_table.h"
#include "policy/digests.h"

namespace uptake::dane {

/// Answer: what an answer for the TLSA records of a host and a port says.
struct Answer {
  Published published = Published::unseen;
  bool usable_elsewhere = false;     ///< secure, and usable where usages 0 and 1 are
  bool pair = false;                 ///< two of its records are usable, or more
  std::uint16_t name_size = 0;       ///< of the host's name, which stands before the records, if there are any
  dnssec::OctetRing::Kept octets{};  ///< size 0: they were not kept
  std::uint64_t set = 0;             ///< digest of the records, whatever their order
  std::uint64_t from_ns = 0;         ///< when the response came, or the first of those behind each other that say so
  std::uint64_t last_ns = 0;         ///< and the last
  std::uint64_t until_ns = 0;        ///< how long it serves

  [[nodiscard]] bool says_as(const Answer& other) const noexcept {
    return published == other.published && usable_elsewhere == other.usable_elsewhere && pair == other.pair &&
           set == other.set;
  }
};

/// Known: what is known of the TLSA records of a host and a port: the last answer, and the one before, by which
/// connections are judged that were made before the last one came.
struct Known {
  Answer last;
  Answer before;
  std::uint64_t lost_ns = 0;         ///< so long an answer would serve that came earlier and was forgotten
  std::uint64_t asked_ns = 0;        ///< when the last response of all came
  std::uint64_t asked_since_ns = 0;  ///< and the first of those that follow each other within kAskedNs

  /// Takes an answer. What is known for sure is not replaced by what is less so.
  void take(const Answer& answer) noexcept;
  /// The last answer that had come by that time; where none had, the first that came later. nullptr: it serves no
  /// more, or was forgotten, which `lost` says.
  [[nodiscard]] const Answer* at(std::uint64_t packet_ns, bool& lost) const noexcept;
  /// Some response came before that time, and not long ago.
  [[nodiscard]] bool was_asked(std::uint64_t packet_ns) const noexcept;

 private:
  void lose(const Answer& answer) noexcept {
    if (answer.until_ns > lost_ns) lost_ns = answer.until_ns;
  }
};

/// An answer counts as asked for so long.
inline constexpr std::uint64_t kAskedNs = 300'000'000'000;
inline bool Known::was_asked(std::uint64_t packet_ns) const noexcept {
  return asked_since_ns <= packet_ns && asked_ns + kAskedNs > packet_ns;
}

/// Answers: the TLSA answers that were judged, by host and port, for as long as they serve.
class Answers {
 public:
  /// The digests are borrowed.
  Answers(const Digests& digests, std::size_t places, std::size_t octets)
      : digests_(digests), table_(places), octets_(octets) {}

  /// Takes a response to a question for TLSA records.
  void learn(const dnssec::Message& message, const dnssec::Bits& judged, std::uint64_t packet_ns) noexcept;
  /// What is remembered at that time of the host with that digest; nullptr: nothing. Valid until learn().
  [[nodiscard]] const Known* find(std::uint64_t host, std::uint16_t port, std::uint64_t packet_ns) noexcept;
  /// Some answer for that port was seen.
  [[nodiscard]] bool was_asked(std::uint16_t port) const noexcept { return ports_.test(port); }

  /// Its records were not pushed out.
  [[nodiscard]] bool has(const Answer& answer) const noexcept { return octets_.has(answer.octets); }
  /// Require has(). Valid until learn().
  [[nodiscard]] Bytes name_of(const Answer& answer) const noexcept {
    return octets_.of(answer.octets).first(answer.name_size);
  }
  [[nodiscard]] Bytes records_of(const Answer& answer) const noexcept {
    return octets_.of(answer.octets).subspan(answer.name_size);
  }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return table_.forgotten(); }

 private:
  void take_records(const dnssec::Message& message, const dnssec::Rrset& rrset, Bytes host, Answer& answer) noexcept;

  static constexpr std::size_t kLongest = std::size_t{16} * 1024;

  const Digests& digests_;
  JoinTable<Known> table_;
  dnssec::OctetRing octets_;
  std::bitset<65536> ports_;
  std::array<std::uint8_t, kLongest> scratch_;
};

}  // namespace uptake::dane
