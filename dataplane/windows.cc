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

Windows::Windows(const Engine& engine, Close close)
    : engine_(engine), span_(engine.window_ns), close_(std::move(close)) {
  places_[0] = std::make_unique<Window>(engine);
  if (span_ == 0) {
    places_[0]->open = true;
    return;
  }
  places_[1] = std::make_unique<Window>(engine);
}

Window& Windows::choose(std::uint64_t time_ns, std::uint64_t packet_ns) {
  const std::uint64_t now = packet_ns / span_;
  if (now != newest_) {
    // In the order of time, so that what is published comes in the order of time.
    for (const std::uint64_t index : {newest_ - 1, newest_}) {
      const auto place = static_cast<unsigned>(index & 1);
      if (places_[place]->open && places_[place]->index == index && index + 1 < now) {
        close(place);
        *places_[place] = Window(engine_);
      }
    }
    newest_ = now;
  }
  const std::uint64_t oldest = now == 0 ? 0 : now - 1;
  const std::uint64_t own = std::min(time_ns / span_, now);
  const std::uint64_t index = std::max(own, oldest);
  const auto place = static_cast<unsigned>(index & 1);
  if (!places_[place]->open) open(place, index);
  if (own < oldest) places_[place]->limit(Limit::late);
  return *places_[place];
}

void Windows::open(unsigned place, std::uint64_t index) {
  places_[place]->index = index;
  places_[place]->open = true;
}

void Windows::close(unsigned place) {
  Window& window = *places_[place];
  if (gather_) gather_(window, place);
  absorb_counts(engine_, window);
  window.figures.settle();
  close_(window);
}

void Windows::close_all() {
  for (const std::uint64_t index : {newest_ - 1, newest_}) {
    const auto place = static_cast<unsigned>(span_ == 0 ? 0 : index & 1);
    if (!places_[place] || !places_[place]->open) continue;
    close(place);
    places_[place].reset();
  }
}

}  // namespace uptake
