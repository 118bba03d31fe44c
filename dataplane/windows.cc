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
    window.figures.absorb_count(static_cast<FactId>(base + frame::kPackets), value, cell, window.counts.packets[kind]);
    window.figures.absorb_bytes(static_cast<FactId>(base + frame::kBytes), value, cell, window.counts.bytes[kind]);
  }
  window.counts = {};
}

}  // namespace

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
      if (places_[place]->open && places_[place]->index == index && index + 1 < now) close(place);
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
  window = Window(engine_);
}

void Windows::close_all() {
  for (const std::uint64_t index : {newest_ - 1, newest_}) {
    const auto place = static_cast<unsigned>(span_ == 0 ? 0 : index & 1);
    if (places_[place] && places_[place]->open) close(place);
  }
}

}  // namespace uptake
