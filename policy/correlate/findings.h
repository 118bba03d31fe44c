#pragma once

#include <cstdint>

#include "policy/correlate/filed.h"

namespace uptake {

/// Findings: where a correlator notes what it found.
class Findings {
 public:
  /// Counts a fact, the correlator's own number, `count` times in the window of the Exhibit that it is about.
  virtual void note(std::uint16_t fact, std::uint64_t value, const About& about,
                    std::uint32_t count = 1) noexcept = 0;

 protected:
  ~Findings() = default;
};

}  // namespace uptake
