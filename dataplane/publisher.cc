#include "dataplane/publisher.h"

#include <algorithm>
#include <utility>

#include "policy/tally.h"

namespace uptake {
namespace {

/// Windows that may be under way between the workers and the sink.
constexpr std::size_t kSpare = 3;
constexpr std::uint64_t kEnd = ~std::uint64_t{0};

}  // namespace

Publisher::Publisher(const Engine& engine, unsigned workers, Pace pace, Sink sink)
    : engine_(engine),
      pace_(pace),
      sink_(std::move(sink)),
      come_to_(workers, 0),
      nothing_(engine.catalogue, engine.digests, engine.subscriber) {
  sums_.reserve(kSpare);
  spare_.reserve(kSpare);
  while (engine.window_ns != 0 && spare_.size() < kSpare) spare_.push_back(std::make_unique<Window>(engine));
  thread_ = std::thread([this] { publish(); });
}

Publisher::~Publisher() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Publisher::begin(std::uint64_t index) {
  const std::lock_guard lock(mutex_);
  first_ = index;
}

std::uint64_t Publisher::least() const noexcept { return *std::ranges::min_element(come_to_); }

Window* Publisher::find(std::uint64_t index) noexcept {
  const auto found = std::ranges::find_if(sums_, [index](const auto& sum) { return sum->index == index; });
  return found == sums_.end() ? nullptr : found->get();
}

/// The last spare window is for the worker that is behind all others: what it closes is what they wait for.
bool Publisher::may_start(unsigned worker) const noexcept {
  return engine_.window_ns == 0 || spare_.size() > (come_to_[worker] == least() ? 0 : 1);
}

/// The window is the first of its span, and the sum to which those of other workers are added.
bool Publisher::becomes_sum(unsigned worker, std::unique_ptr<Window>& window, std::unique_lock<std::mutex>& lock) {
  const std::uint64_t index = window->index;
  if (pace_ == Pace::of_sink) changed_.wait(lock, [&] { return find(index) != nullptr || may_start(worker); });
  if (find(index) != nullptr) return false;
  if (index < lost_to_ || !may_start(worker)) {
    if (lost_from_ == lost_to_) lost_from_ = index;
    lost_to_ = std::max(lost_to_, index + 1);
    return false;
  }
  sums_.push_back(std::move(window));
  if (spare_.empty()) return true;
  window = std::move(spare_.back());
  spare_.pop_back();
  return true;
}

void Publisher::close(unsigned worker, std::unique_ptr<Window>& window) {
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

void Publisher::come_to(unsigned worker, std::uint64_t index) {
  {
    const std::lock_guard lock(mutex_);
    come_to_[worker] = index;
  }
  changed_.notify_all();
}

void Publisher::expect_correlation() {
  const std::lock_guard lock(mutex_);
  correlated_ = 0;
}

void Publisher::add(const Window& window) {
  const std::lock_guard lock(mutex_);
  if (Window* const sum = find(window.index)) sum->merge(window);
}

void Publisher::correlated_to(std::uint64_t index) {
  {
    const std::lock_guard lock(mutex_);
    correlated_ = index;
  }
  changed_.notify_all();
}

void Publisher::finish() {
  {
    const std::lock_guard lock(mutex_);
    std::ranges::fill(come_to_, kEnd);
    correlated_ = kEnd;
    finished_ = true;
  }
  changed_.notify_all();
  thread_.join();
  total_.add(lost_);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

/// Waits for a window that all workers have closed, or, by the clock, for windows that passed without a frame. False
/// at the end.
bool Publisher::next_step(Step& step) {
  std::unique_lock lock(mutex_);
  for (;; changed_.wait(lock)) {
    if (!next_) next_ = first_;
    if (next_ && *next_ >= lost_to_) lost_from_ = lost_to_ = 0;
    const std::uint64_t come_to = std::min(least(), correlated_);
    const auto oldest = std::ranges::min_element(sums_, {}, [](const auto& sum) { return sum->index; });
    if (oldest != sums_.end() && (*oldest)->index < come_to) {
      step.index = (*oldest)->index;
      step.window = std::move(*oldest);
      sums_.erase(oldest);
    } else if (!finished_ && pace_ == Pace::of_clock && next_ && *next_ < come_to) {
      step.index = come_to;
    } else if (finished_) {
      return false;
    } else {
      continue;
    }
    step.behind_lost = lost_from_ < std::min(step.index, lost_to_);
    return true;
  }
}

void Publisher::publish() {
  for (;;) {
    Step step;
    if (!next_step(step)) return;
    pass_to(step);
    if (step.window == nullptr) continue;
    show(*step.window);
    if (engine_.window_ns == 0) continue;
    step.window->clear();
    {
      const std::lock_guard lock(mutex_);
      spare_.push_back(std::move(step.window));
    }
    changed_.notify_all();
  }
}

/// What was not shown before this step had no frame, or its card was dropped.
void Publisher::pass_to(const Step& step) {
  if (!next_ || step.index <= *next_) return;
  const std::uint64_t count = step.index - *next_;
  const std::uint64_t from = std::exchange(*next_, step.index);
  if (step.behind_lost) {
    dropped_ += count;
    return;
  }
  WindowCard card = card_of(from, count);
  card.empty_windows = count;
  card.figures = &nothing_;
  give(card);
}

void Publisher::show(Window& window) {
  total_.add(window.ledger);
  window.unanswered.absorb(engine_, window.figures);
  window.figures.settle();
  displaced_ += window.figures.displaced();
  // Opened at the end of an input, or by someone who then had nothing to count: told as one without a frame.
  if (engine_.window_ns != 0 && window.ledger.frames == 0 && window.figures.tally().empty()) {
    if (pace_ == Pace::of_clock) pass_to({nullptr, window.index + 1, false});
    return;
  }
  next_ = std::max(next_.value_or(0), window.index + 1);
  window.limits[static_cast<std::size_t>(Limit::entities_sampled)] = window.figures.entities_beyond();
  window.limit(Limit::card_dropped, std::exchange(dropped_, 0));
  WindowCard card = card_of(window.index, 1);
  card.ledger = window.ledger;
  card.limits = window.limits;
  card.unread = window.unread;
  card.figures = &window.figures;
  give(card);
}

WindowCard Publisher::card_of(std::uint64_t index, std::uint64_t count) const noexcept {
  WindowCard card;
  card.start_ns = index * engine_.window_ns;
  card.end_ns = engine_.window_ns == 0 ? 0 : (index + count) * engine_.window_ns;
  return card;
}

/// A sink that threw is not called again, but the run goes on and its ledger closes.
void Publisher::give(const WindowCard& card) noexcept {
  if (failure_) return;
  try {
    sink_(card);
  } catch (...) {
    failure_ = std::current_exception();
  }
}

}  // namespace uptake
