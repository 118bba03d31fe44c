#pragma once

#include <cstdint>

#include "dissectors/rtr/facts.h"

namespace uptake::rtr {

/// State: identifies a state of the cache's data (RFC 8210 sections 5.1 and 5.2).
struct State {
  std::uint32_t serial = 0;
  std::uint16_t session_id = 0;

  friend constexpr bool operator==(const State&, const State&) = default;
};

/// HeldTable: which table a router holds, as far as what was said tells, and how long it is good for. Zeroed, nothing
/// is known.
class HeldTable {
 public:
  [[nodiscard]] constexpr bool is_known() const noexcept { return known_; }
  [[nodiscard]] constexpr const State& state() const noexcept { return state_; }
  /// Something was not seen: what is held is not known any more.
  constexpr void lose() noexcept {
    missing_ = true;
    known_ = false;
  }
  /// An End of Data came. `trusted`: the whole answer was seen. `ticks`: packet time, as Payload has it. `expire`:
  /// seconds after which the table is to go; 0: not said.
  constexpr void update(const State& state, bool trusted, std::uint32_t ticks, std::uint32_t expire) noexcept {
    state_ = state;
    known_ = trusted;
    missing_ = false;
    ended_ = ticks;
    expire_ = expire;
  }
  /// How old the table is that an End of Data replaces. Packet time runs in steps of 2^24 ns.
  [[nodiscard]] constexpr Age age_at(std::uint32_t ticks) const noexcept {
    if (missing_) return Age::unknown;
    if (expire_ == 0) return Age::first;
    const std::uint64_t seconds = (std::uint64_t{ticks - ended_} << 24) / 1'000'000'000;
    return seconds <= expire_ ? Age::fresh : Age::expired;
  }

 private:
  State state_;
  std::uint32_t ended_ = 0;   ///< ticks of the last End of Data, of which `expire_` tells whether there was one
  std::uint32_t expire_ = 0;  ///< seconds, as it came; 0: none
  bool known_ = false;
  bool missing_ = false;  ///< something is missing since the last End of Data
};

}  // namespace uptake::rtr
