#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/dissector.h"
#include "policy/catalogue/area.h"

namespace uptake {

/// What a plugin and its host must agree on: a number that changes with what their headers lay down. Whoever changes
/// the meaning of a type that plugins see without its size raises the first part.
inline constexpr std::uint64_t kPluginAbi = [] {
  std::uint64_t abi = 2;
  for (const std::size_t size : {sizeof(Row), sizeof(Payload), sizeof(Call), sizeof(Memory), sizeof(Notes),
                                 sizeof(Subject), sizeof(Exchanges), sizeof(Area), sizeof(Measure), sizeof(Standard),
                                 sizeof(Unit), sizeof(Judgement), sizeof(EventDescriber), kVantages, kReasons})
    abi = abi * 1'000'003 + size;
  return abi;
}();

/// Plugin: dissectors and measures from a shared object, which exports this function:
///
///     extern "C" const uptake::Plugin* uptake_plugin() noexcept;
///
/// What it returns is static. `abi` stands first in every version.
struct Plugin {
  std::uint64_t abi = kPluginAbi;
  std::string_view name;
  std::span<const Row> dissectors;  ///< asked to claim a flow before those of uptake
  std::span<const Area> areas;      ///< behind those of uptake
};

inline constexpr char kPluginSymbol[] = "uptake_plugin";

}  // namespace uptake
