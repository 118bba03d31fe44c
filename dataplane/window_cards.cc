#include "dataplane/window_cards.h"

#include <algorithm>
#include <utility>

#include "policy/tally.h"

namespace uptake {

WindowCards::WindowCards(const Engine& engine, WindowGathering::Pace pace, Sink sink)
    : engine_(engine),
      pace_(pace),
      sink_(std::move(sink)),
      nothing_(engine.catalogue, engine.digests, engine.subscriber, engine.grouping) {}

void WindowCards::show(const WindowGathering::Step& step) {
  pass_to(step.index, step.behind_lost);
  if (step.window != nullptr) show(*step.window);
}

/// What was not shown before `index` had no frame, or was lost.
void WindowCards::pass_to(std::uint64_t index, bool behind_lost) {
  if (!next_ || index <= *next_) return;
  const std::uint64_t count = index - *next_;
  const std::uint64_t from = std::exchange(*next_, index);
  if (behind_lost) {
    dropped_ += count;
    return;
  }
  WindowCard card = card_of(from, count);
  card.empty_windows = count;
  card.figures = &nothing_;
  give(card);
}

void WindowCards::show(Window& window) {
  total_.add(window.ledger);
  window.unanswered.absorb(engine_, window.figures);
  window.figures.settle();
  displaced_ += window.figures.displaced();
  // Opened at the end of an input, or by someone who then had nothing to count: told as one without a frame.
  if (engine_.window_ns != 0 && window.ledger.frames == 0 && window.figures.tally().empty()) {
    if (pace_ == WindowGathering::Pace::of_clock) pass_to(window.index + 1, false);
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

WindowCard WindowCards::card_of(std::uint64_t index, std::uint64_t count) const noexcept {
  WindowCard card;
  card.start_ns = index * engine_.window_ns;
  card.end_ns = engine_.window_ns == 0 ? 0 : (index + count) * engine_.window_ns;
  return card;
}

void WindowCards::give(const WindowCard& card) noexcept {
  if (failure_) return;
  try {
    sink_(card);
  } catch (...) {
    failure_ = std::current_exception();
  }
}

}  // namespace uptake
