#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/plugin.h"
#include "policy/refusal.h"

namespace uptake {

/// Plugins: what shared objects add to the dissectors and measures of uptake. The objects stay loaded as long as the
/// process: their rows, judges and words are in use everywhere.
class Plugins {
 public:
  /// Loads files in their order, and runs what is in them. A Refusal names the first that cannot be used, and why.
  [[nodiscard]] static Either<Plugins> load(std::span<const std::string> paths);

  [[nodiscard]] const std::vector<Row>& dissectors() const noexcept { return dissectors_; }
  [[nodiscard]] const std::vector<Area>& areas() const noexcept { return areas_; }

 private:
  [[nodiscard]] std::string add(const std::string& path);

  std::vector<Row> dissectors_;
  std::vector<Area> areas_;
};

/// The dissectors of uptake behind those of plugins, which are asked first.
[[nodiscard]] std::vector<Row> dissectors_with(std::span<const Row> plugins);

}  // namespace uptake
