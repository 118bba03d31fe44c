#pragma once

#include <cstdint>
#include <utility>

#include "dissectors/observation.h"
#include "policy/digests.h"

namespace uptake::dnssec {
class Message;
}

namespace uptake {

/// About: whom an Exhibit is about and when it was noted. An answer to the Exhibit is counted by it.
struct About {
  Subject subject;              ///< its name is borrowed as long as the Exhibit
  std::uint64_t packet_ns = 0;  ///< the packet time at which the Exhibit was noted

  /// The digest of the subject's name; 0: it has none.
  [[nodiscard]] std::uint64_t name_digest(const Digests& digests) const noexcept {
    if (subject.name_digest != 0 || subject.name.empty()) return subject.name_digest;
    return digests.name(subject.name);
  }
  /// A copy that borrows nothing, for a join that waits. It holds addresses: keep it no longer than the wait.
  [[nodiscard]] About kept(const Digests& digests) const noexcept {
    About copy = *this;
    copy.subject.name_digest = name_digest(digests);
    copy.subject.name = {};
    return copy;
  }
};

/// Filed: an Exhibit on its way to the joins. Its bytes and name live until file() returns.
struct Filed {
  About about;
  Bytes bytes;
  std::uint64_t value = 0;
  std::uint64_t ordinal = 0;  ///< of the frame that completed it; live: its packet time
  FactId kind = 0;
  std::uint8_t shard = 0;  ///< kOfFrame; or the shard of a flow that ended by time or with the input, not by a frame
  /// The bytes as the correlator that shows them read them, until file() returns; nullptr: they are no DNS message.
  const dnssec::Message* message = nullptr;

  /// Sorts behind every shard: flows that end by time come before the frame of the same ordinal.
  static constexpr std::uint8_t kOfFrame = 0xff;

  [[nodiscard]] constexpr std::pair<std::uint64_t, std::uint64_t> place() const noexcept {
    return {ordinal, about.packet_ns};
  }
  /// Frame order. Equal ones come from one worker, which files them in the order in which they were noted.
  friend constexpr bool operator<(const Filed& a, const Filed& b) noexcept {
    if (a.ordinal != b.ordinal) return a.ordinal < b.ordinal;
    if (a.about.packet_ns != b.about.packet_ns) return a.about.packet_ns < b.about.packet_ns;
    return a.shard < b.shard;
  }
};

}  // namespace uptake
