#include "dataplane/join_windows.h"

#include <algorithm>

namespace uptake {

JoinWindows::JoinWindows(const Engine& engine, Publisher& publisher)
    : publisher_(publisher), span_(engine.window_ns), grace_(Windows::grace_of(engine)) {
  for (std::size_t i = 0; i < (span_ == 0 ? 1 : kOpen); ++i) places_[i] = std::make_unique<Window>(engine);
}

/// See Windows::of().
std::uint64_t JoinWindows::index_of(const About& about) const noexcept {
  if (span_ == 0) return 0;
  const std::uint64_t newest = about.packet_ns / span_;
  if (about.subject.time_ns >= newest * span_) return newest;
  return about.packet_ns < grace_ ? 0 : (about.packet_ns - grace_) / span_;
}

Window& JoinWindows::of(const About& about) noexcept {
  const std::uint64_t index = std::max(index_of(about), oldest_);
  Window& window = *places_[index % kOpen];
  window.index = index;
  window.open = true;
  return window;
}

void JoinWindows::close(std::uint64_t index) noexcept {
  Window* const window = places_[index % kOpen].get();
  if (window == nullptr || !window->open) return;
  window->figures.settle();
  publisher_.add(*window);
  window->clear();
}

void JoinWindows::close_oldest() noexcept { close(oldest_++); }

void JoinWindows::pass_to(std::uint64_t index) noexcept {
  oldest_ = index;
  publisher_.correlated_to(index);
}

void JoinWindows::close_all() noexcept {
  for (std::uint64_t i = 0; i < kOpen; ++i) close(oldest_ + i);
  publisher_.correlated_to(~std::uint64_t{0});
}

}  // namespace uptake
