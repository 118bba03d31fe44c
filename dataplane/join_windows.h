#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "dataplane/engine.h"
#include "dataplane/publisher.h"
#include "dataplane/windows.h"
#include "policy/correlate/filed.h"

namespace uptake {

/// JoinWindows: the windows in which the joins count. They stay open longer than the workers', for an answer may
/// wait. A window that closes is added to what the workers counted in it.
class JoinWindows {
 public:
  JoinWindows(const Engine& engine, Publisher& publisher);

  [[nodiscard]] std::uint64_t span() const noexcept { return span_; }
  [[nodiscard]] std::uint64_t grace() const noexcept { return grace_; }
  /// The window in which the worker counted what this is about, or the oldest that is not closed.
  [[nodiscard]] Window& of(const About& about) noexcept;
  /// Index of the oldest window that is not closed.
  [[nodiscard]] std::uint64_t oldest() const noexcept { return oldest_; }
  /// Closes the oldest window.
  void close_oldest() noexcept;
  /// Nothing is open below `index`, and nothing will be.
  void pass_to(std::uint64_t index) noexcept;
  void close_all() noexcept;

 private:
  /// As many windows may be open: a grace and a wait are each no longer than one.
  static constexpr std::size_t kOpen = 3;

  [[nodiscard]] std::uint64_t index_of(const About& about) const noexcept;
  void close(std::uint64_t index) noexcept;

  Publisher& publisher_;
  const std::uint64_t span_;
  const std::uint64_t grace_;
  std::array<std::unique_ptr<Window>, kOpen> places_;  ///< by index modulo kOpen
  std::uint64_t oldest_ = 0;
};

}  // namespace uptake
