#include "dataplane/window_gathering.h"

#include <algorithm>
#include <utility>

namespace uptake {
namespace {

/// Windows that may be under way between the workers and the sink.
constexpr std::size_t kSpare = 3;
constexpr std::uint64_t kEnd = ~std::uint64_t{0};

}  // namespace

WindowGathering::WindowGathering(const Engine& engine, unsigned workers, Pace pace)
    : one_window_(engine.window_ns == 0), pace_(pace), come_to_(workers, 0) {
  sums_.reserve(kSpare);
  spare_.reserve(kSpare);
  while (!one_window_ && spare_.size() < kSpare) spare_.push_back(std::make_unique<Window>(engine));
}

void WindowGathering::begin(std::uint64_t index) {
  const std::lock_guard lock(mutex_);
  first_ = index;
}

std::uint64_t WindowGathering::least() const noexcept { return *std::ranges::min_element(come_to_); }

Window* WindowGathering::find(std::uint64_t index) noexcept {
  const auto found = std::ranges::find_if(sums_, [index](const auto& sum) { return sum->index == index; });
  return found == sums_.end() ? nullptr : found->get();
}

/// The last spare window is for the worker that is behind all others: what it closes is what they wait for.
bool WindowGathering::may_start(unsigned worker) const noexcept {
  return one_window_ || spare_.size() > (come_to_[worker] == least() ? 0 : 1);
}

/// The window is the first of its span, and the sum to which those of other workers are added.
bool WindowGathering::becomes_sum(unsigned worker, std::unique_ptr<Window>& window,
                                  std::unique_lock<std::mutex>& lock) {
  const std::uint64_t index = window->index;
  if (pace_ == Pace::of_sink) changed_.wait(lock, [&] { return find(index) != nullptr || may_start(worker); });
  if (find(index) != nullptr) return false;
  if (lost_.reach(index) || !may_start(worker)) {
    lost_.add(index);
    return false;
  }
  sums_.push_back(std::move(window));
  if (spare_.empty()) return true;
  window = std::move(spare_.back());
  spare_.pop_back();
  return true;
}

void WindowGathering::close(unsigned worker, std::unique_ptr<Window>& window) {
  std::unique_lock lock(mutex_);
  if (becomes_sum(worker, window, lock)) return;
  if (Window* const sum = find(window->index)) {
    sum->merge(*window);
  } else {
    lost_.add(window->ledger);
  }
  lock.unlock();
  window->clear();
}

void WindowGathering::come_to(unsigned worker, std::uint64_t index) {
  {
    const std::lock_guard lock(mutex_);
    come_to_[worker] = index;
  }
  changed_.notify_all();
}

void WindowGathering::expect_correlation() {
  const std::lock_guard lock(mutex_);
  correlated_ = 0;
}

void WindowGathering::add(const Window& window) {
  const std::lock_guard lock(mutex_);
  if (Window* const sum = find(window.index)) sum->merge(window);
}

void WindowGathering::correlated_to(std::uint64_t index) {
  {
    const std::lock_guard lock(mutex_);
    correlated_ = index;
  }
  changed_.notify_all();
}

void WindowGathering::finish() {
  {
    const std::lock_guard lock(mutex_);
    std::ranges::fill(come_to_, kEnd);
    correlated_ = kEnd;
    finished_ = true;
  }
  changed_.notify_all();
}

void WindowGathering::abandon() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
}

bool WindowGathering::take(Step& step, std::optional<std::uint64_t>& next) {
  std::unique_lock lock(mutex_);
  for (;; changed_.wait(lock)) {
    if (!next) next = first_;
    if (next) lost_.told_to(*next);
    const std::uint64_t come_to = std::min(least(), correlated_);
    const auto oldest = std::ranges::min_element(sums_, {}, [](const auto& sum) { return sum->index; });
    if (oldest != sums_.end() && (*oldest)->index < come_to) {
      step.index = (*oldest)->index;
      step.window = std::move(*oldest);
      sums_.erase(oldest);
    } else if (!finished_ && pace_ == Pace::of_clock && next && *next < come_to) {
      step.index = come_to;
    } else if (finished_) {
      return false;
    } else {
      continue;
    }
    step.behind_lost = lost_.any_before(step.index);
    return true;
  }
}

void WindowGathering::give_back(std::unique_ptr<Window> window) {
  if (one_window_) return;
  window->clear();
  {
    const std::lock_guard lock(mutex_);
    spare_.push_back(std::move(window));
  }
  changed_.notify_all();
}

}  // namespace uptake
