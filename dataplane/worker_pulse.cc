#include "dataplane/worker_pulse.h"

#include "policy/tally.h"

namespace uptake {

WorkerPulse::WorkerPulse(const Engine& engine)
    : tls_1_3_(engine.catalogue.find("tls.version.1_3", Unit::connections)), no_measure_(engine.catalogue.size()) {}

Pulse WorkerPulse::of(Window& window) const noexcept {
  Pulse pulse;
  pulse.frames = window.ledger.frames;
  for (std::size_t kind = 0; kind < PacketCounts::kKinds; ++kind) {
    const std::uint64_t packets = window.counts.packets[kind];
    pulse.packets += packets;
    if (frame::PacketKind::unpack(kind % frame::PacketKind::kCount).family == Family::v6) pulse.packets_v6 += packets;
  }
  pulse.packets_unread = window.unread.total().packets;
  window.figures.settle();
  if (tls_1_3_ == no_measure_) return pulse;
  const Counts counts = window.figures.tally().total(tls_1_3_);
  pulse.tls = counts.judged();
  pulse.tls_1_3 = counts.pass;
  return pulse;
}

void WorkerPulse::take(Windows& windows, std::uint64_t flows) noexcept {
  wanted_.store(false, std::memory_order_relaxed);
  Pulse pulse = closed_;
  pulse.flows = flows;
  windows.each_open([&](Window& window) { pulse.add(of(window)); });
  const std::lock_guard lock(mutex_);
  taken_ = pulse;
}

Pulse WorkerPulse::ask() noexcept {
  wanted_.store(true, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  return taken_;
}

}  // namespace uptake
