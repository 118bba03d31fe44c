#include "dataplane/windows.h"

#include <algorithm>

namespace uptake {
namespace {

/// Brings the packet counts, which are kept apart for speed, into the figures.
void absorb_counts(const Engine& engine, Window& window) {
  const FactId base = engine.registry.base(0);
  for (std::size_t kind = 0; kind < PacketCounts::kKinds; ++kind) {
    if (window.counts.packets[kind] == 0) continue;
    const std::uint64_t value = kind % frame::PacketKind::kCount;
    const auto direction = static_cast<Direction>(kind / frame::PacketKind::kCount);
    const Cell cell{frame::PacketKind::unpack(value).family, direction, Vantage::none};
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
    datagrams_back[f] += other.datagrams_back[f];
  }
}

std::uint64_t Unanswered::datagrams_lost(std::size_t family) const noexcept {
  const std::uint64_t seen = answers_seen[0] + answers_seen[1];
  const std::uint64_t lost = answers_inferred[0] + answers_inferred[1];
  const std::uint64_t back = datagrams_back[family];
  if (seen == 0 || lost == 0) return 0;
  return back / seen * lost + back % seen * lost / seen + 1;
}

void Unanswered::absorb(const Engine& engine, Figures& figures) noexcept {
  const auto fact = static_cast<FactId>(engine.registry.base(0) + frame::kConnection);
  std::array<std::uint64_t, 2> datagrams{};
  for (std::size_t kind = 0; kind < kKinds; ++kind)
    if (kind / 8 % 2 == 0) datagrams[kind / 16 % 2] += attempts[kind];
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    if (attempts[kind] == 0) continue;
    const std::size_t family = kind / 16 % 2;
    frame::ConnectionBits bits;
    bits.family = static_cast<Family>(family);
    bits.path = static_cast<Path>(kind % 8);
    bits.tcp = kind / 8 % 2 != 0;
    const bool none_seen = answers_seen[family] == 0;
    bits.one_way = none_seen && (bits.tcp ? answers_inferred[family] > 0 : datagrams_back[family] == 0);
    const Cell cell{bits.family, static_cast<Direction>(kind / 32), Vantage::none};
    std::uint64_t answered = 0;
    if (!bits.tcp && !bits.one_way) {
      // Each kind gets its share of the lost answers, rounded up.
      const std::uint64_t lost = std::min(datagrams_lost(family), datagrams[family]);
      answered = (attempts[kind] * lost + datagrams[family] - 1) / datagrams[family];
    }
    figures.absorb_count(fact, bits.pack(), cell, attempts[kind] - answered);
    bits.one_way = true;
    figures.absorb_count(fact, bits.pack(), cell, answered);
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
    : engine_(engine), closed_(closed), worker_(worker), grace_(grace_of(engine)), open_(engine.window_ns) {
  places_[0] = std::make_unique<Window>(engine);
  if (single()) return;
  places_[1] = std::make_unique<Window>(engine);
  next_move_ns_ = 0;
}

std::uint64_t Windows::grace_of(const Engine& engine) noexcept {
  return engine.grace_ns == 0 ? engine.window_ns : std::min(engine.grace_ns, engine.window_ns);
}

void Windows::move_to(std::uint64_t packet_ns) {
  if (single()) return;  // the last nanosecond that a stamp can hold
  const std::uint64_t oldest = packet_ns < grace_ ? 0 : (packet_ns - grace_) / open_.span();
  close_below(oldest);
  hold_open(oldest, packet_ns / open_.span());
  next_move_ns_ = std::min(open_.newest_end_ns(), open_.oldest_end_ns() + grace_);
  if (next_move_ns_ < packet_ns) next_move_ns_ = ~std::uint64_t{0};  // time ends within this window
  closed_.come_to(worker_, oldest);
}

void Windows::hold_open(std::uint64_t oldest, std::uint64_t newest) noexcept {
  open_.set(oldest, newest);
  for (const std::uint64_t index : {oldest, newest}) places_[OpenWindows::place(index)]->index = index;
}

// Closes in the order of time. The grace is no longer than a span, so two places are enough. Windows without a frame
// of this worker end too, as long as a session may wait for their end, because that must not depend on whether there
// was a frame of another worker.
void Windows::close_below(std::uint64_t index) {
  const std::uint64_t end = std::min(index, open_.newest() + 1 + kPauseNs / open_.span() + 1);
  while (open_.oldest() < end) {
    const std::uint64_t oldest = open_.oldest();
    std::unique_ptr<Window>& window = places_[OpenWindows::place(oldest)];
    const std::uint64_t end_ns = open_.oldest_end_ns();
    const std::uint64_t now_ns = end_ns + grace_;
    // Tell it first: what follows may wait for other workers, and those ahead wait until this one has come here.
    closed_.come_to(worker_, oldest);
    if (ending_) ending_(*window, std::min(end_ns, now_ns - std::min(now_ns, kPauseNs)), now_ns);
    if (window->open) close(window);
    hold_open(oldest + 1, std::max(open_.newest(), oldest + 1));
  }
}

void Windows::close(std::unique_ptr<Window>& window) {
  if (gather_) gather_(*window, OpenWindows::place(window->index));
  absorb_counts(engine_, *window);
  window->figures.settle();
  closed_.close(worker_, window);
}

void Windows::close_all() {
  if (!single()) {
    close_below(open_.newest() + 1);
    closed_.come_to(worker_, open_.newest());
    return;
  }
  close(places_[0]);
}

}  // namespace uptake
