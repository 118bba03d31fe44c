#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/sources/port_spec.h"
#include "policy/refusal.h"

namespace uptake {

/// CoreLoad: which share of its time a core was in use.
struct CoreLoad {
  unsigned core = 0;
  double busy = 0;
};

/// The load of every core between two readings of /proc/stat.
[[nodiscard]] std::vector<CoreLoad> core_loads(std::string_view before, std::string_view after);

/// CoreWish: who must get cores, and which there are.
struct CoreWish {
  std::vector<unsigned> given;    ///< by the user: they come first
  std::vector<unsigned> allowed;  ///< to this process
  std::vector<unsigned> near;     ///< of the memory node that the ports hang on; empty: any
  std::size_t count = 1;
};

/// Chooses the cores given, then the least busy: near ones first, and of equal ones the highest number, because
/// interrupts and other programs begin at 0. Fewer than asked for when there are no more.
[[nodiscard]] std::vector<unsigned> choose_cores(const CoreWish& wish, std::span<const CoreLoad> loads);

/// CoreChoice: a core for each worker, and a sentence about those that nobody gave.
struct CoreChoice {
  std::vector<unsigned> cores;
  std::string said;
};

/// Looks at the machine for a fifth of a second, unless all cores are given.
[[nodiscard]] Either<CoreChoice> find_cores(std::span<const PortSpec> ports, const std::vector<unsigned>& given,
                                            unsigned workers);

}  // namespace uptake
