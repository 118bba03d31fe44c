#pragma once

#include <cstdint>
#include <utility>

#include "dissectors/observation.h"
#include "policy/digests.h"

namespace uptake {

/// About: whom an Exhibit is about and when it was noted: what an answer to it is counted by.
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
  std::uint8_t shard = 0;  ///< of a flow that ended though no frame of its own ended it; else kOfFrame

  /// Flows end by time or with the input before what the frame at that time says.
  static constexpr std::uint8_t kOfFrame = 0xff;

  [[nodiscard]] constexpr std::pair<std::uint64_t, std::uint64_t> place() const noexcept {
    return {ordinal, about.packet_ns};
  }
  /// Frame order. What is equal comes from one worker, in the order in which it was noted.
  friend constexpr bool operator<(const Filed& a, const Filed& b) noexcept {
    if (a.ordinal != b.ordinal) return a.ordinal < b.ordinal;
    if (a.about.packet_ns != b.about.packet_ns) return a.about.packet_ns < b.about.packet_ns;
    return a.shard < b.shard;
  }
};

}  // namespace uptake
