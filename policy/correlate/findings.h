#pragma once

#include <cstdint>

#include "policy/correlate/filed.h"

namespace uptake {

/// Findings: where a correlator notes what it found, and shows it to others.
class Findings {
 public:
  /// Counts a fact, the correlator's own number, `count` times in the window of the Exhibit that it is about.
  virtual void note(std::uint16_t fact, std::uint64_t value, const About& about,
                    std::uint32_t count = 1) noexcept = 0;
  /// Files what it found, by its own number, with the correlators below it in the list that read it, before this
  /// returns. `bytes` are borrowed until then, and `message`, as it read them; nullptr: they are no DNS message.
  virtual void show(std::uint16_t kind, std::uint64_t value, Bytes bytes, const About& about,
                    const dnssec::Message* message) noexcept = 0;

 protected:
  ~Findings() = default;
};

}  // namespace uptake
