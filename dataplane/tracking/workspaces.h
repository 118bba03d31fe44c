#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dissectors/dissector.h"

namespace uptake {

/// Workspaces: what the dissectors of one worker need once, made at start.
class Workspaces {
 public:
  /// Throws what a dissector's Workspace throws.
  explicit Workspaces(std::span<const Row> rows) : rows_(rows), made_(rows.size()) {
    try {
      for (std::size_t row = 0; row < rows.size(); ++row)
        if (rows[row].workspace.make != nullptr) made_[row] = rows[row].workspace.make();
    } catch (...) {
      end();
      throw;
    }
  }
  ~Workspaces() { end(); }
  Workspaces(const Workspaces&) = delete;
  Workspaces& operator=(const Workspaces&) = delete;

  /// A burst begins, where what a burst costs is bounded.
  void refill() const noexcept {
    for (std::size_t row = 0; row < made_.size(); ++row)
      if (rows_[row].workspace.refill != nullptr) rows_[row].workspace.refill(made_[row]);
  }
  /// Null when the row needs none.
  [[nodiscard]] void* of(std::size_t row) const noexcept { return made_[row]; }

 private:
  void end() noexcept {
    for (std::size_t row = 0; row < made_.size(); ++row)
      if (made_[row] != nullptr) rows_[row].workspace.end(made_[row]);
  }

  std::span<const Row> rows_;
  std::vector<void*> made_;
};

}  // namespace uptake
