#include "dataplane/windows.h"

#include <algorithm>

#include "dissectors/frame/facts.h"

namespace uptake {
namespace {

/// Brings the packet counts, which are kept apart for speed, into the figures.
void absorb_counts(const Engine& engine, Window& window) {
  const FactId base = engine.registry.base(0);
  for (std::size_t kind = 0; kind < PacketCounts::kKinds; ++kind) {
    if (window.counts.packets[kind] == 0) continue;
    const auto path = static_cast<Path>(kind % 8);
    const auto family = static_cast<Family>(kind / 8 % 2);
    const Cell cell{family, static_cast<Direction>(kind / 16), Vantage::none};
    const std::uint64_t value = frame::PacketKind{family, path}.pack();
    window.figures.absorb_count(static_cast<FactId>(base + frame::kPackets), value, cell,
                                window.counts.packets[kind]);
    window.figures.absorb_bytes(static_cast<FactId>(base + frame::kBytes), value, cell, window.counts.bytes[kind]);
  }
  window.counts = {};
}

}  // namespace

void Unanswered::add(const Unanswered& other) noexcept {
  for (std::size_t i = 0; i < kKinds; ++i) attempts[i] += other.attempts[i];
  for (std::size_t f = 0; f < 2; ++f) {
    answers_seen[f] += other.answers_seen[f];
    answers_inferred[f] += other.answers_inferred[f];
  }
}

void Unanswered::absorb(const Engine& engine, Figures& figures) noexcept {
  const auto fact = static_cast<FactId>(engine.registry.base(0) + frame::kConnection);
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    if (attempts[kind] == 0) continue;
    const std::size_t family = kind / 16 % 2;
    frame::ConnectionBits bits;
    bits.family = static_cast<Family>(family);
    bits.path = static_cast<Path>(kind % 8);
    bits.tcp = kind / 8 % 2 != 0;
    bits.one_way = bits.tcp && answers_seen[family] == 0 && answers_inferred[family] > 0;
    const Cell cell{bits.family, static_cast<Direction>(kind / 32), Vantage::none};
    figures.absorb_count(fact, bits.pack(), cell, attempts[kind]);
  }
  attempts.fill(0);
}

void Window::merge(const Window& other) noexcept {
  ledger.add(other.ledger);
  for (std::size_t i = 0; i < kLimits; ++i) limits[i] += other.limits[i];
  unread.add(other.unread);
  unanswered.add(other.unanswered);
  figures.merge(other.figures);
}

void Window::clear() noexcept {
  static_cast<WindowCounts&>(*this) = {};
  figures.clear();
}

Windows::Windows(const Engine& engine, ClosedWindows& closed, unsigned worker)
    : engine_(engine),
      closed_(closed),
      worker_(worker),
      span_(engine.window_ns),
      grace_(engine.grace_ns == 0 ? engine.window_ns : std::min(engine.grace_ns, engine.window_ns)) {
  places_[0] = std::make_unique<Window>(engine);
  if (span_ == 0) return;
  places_[1] = std::make_unique<Window>(engine);
  next_move_ns_ = 0;
}

void Windows::move_to(std::uint64_t packet_ns) {
  if (span_ == 0) return;  // the last nanosecond that a stamp can hold
  newest_ = packet_ns / span_;
  const std::uint64_t oldest = packet_ns < grace_ ? 0 : (packet_ns - grace_) / span_;
  close_below(oldest);
  oldest_ = oldest;
  for (const std::uint64_t index : {oldest, newest_}) places_[index & 1]->index = index;
  oldest_place_ = static_cast<unsigned>(oldest & 1);
  newest_place_ = static_cast<unsigned>(newest_ & 1);
  oldest_from_ns_ = oldest * span_;
  newest_from_ns_ = newest_ * span_;
  open_ns_ = newest_from_ns_ + span_ - oldest_from_ns_;
  next_move_ns_ = std::min(newest_from_ns_ + span_, oldest_from_ns_ + span_ + grace_);
  if (next_move_ns_ < packet_ns) next_move_ns_ = ~std::uint64_t{0};  // time ends within this window
  closed_.come_to(worker_, oldest);
}

// In the order of time. The grace is no longer than a span, so that two places are enough.
void Windows::close_below(std::uint64_t index) {
  for (std::uint64_t old = oldest_; old < std::min(index, oldest_ + 2); ++old) {
    std::unique_ptr<Window>& window = places_[old & 1];
    if (!window->open || window->index != old) continue;
    closed_.come_to(worker_, old);
    close(window);
  }
}

void Windows::close(std::unique_ptr<Window>& window) {
  if (gather_) gather_(*window, static_cast<unsigned>(window->index & 1));
  absorb_counts(engine_, *window);
  window->figures.settle();
  closed_.close(worker_, window);
}

void Windows::close_all() {
  if (span_ != 0) {
    close_below(newest_ + 1);
    closed_.come_to(worker_, newest_);
    return;
  }
  close(places_[0]);
}

}  // namespace uptake
