#include "dataplane/correlation.h"

#include <algorithm>
#include <utility>

namespace uptake {

Correlation::Correlation(const Engine& engine, std::span<const CorrelatorRow> rows, unsigned workers,
                         Publisher& publisher, Pace pace, const Events* events, EventLog* log)
    : pace_(pace),
      inline_(workers == 1),
      run_(engine, rows, publisher,
           {events, log, pace == Pace::of_clock ? JoinEvents::Order::of_arrival : JoinEvents::Order::of_frames}),
      exchange_(inline_ ? 0 : workers),
      order_(workers),
      packet_ns_(workers),
      ordinals_(workers) {
  if (!inline_) thread_ = std::thread([this] { work(); });
}

Correlation::~Correlation() {
  exchange_.abandon();
  if (thread_.joinable()) thread_.join();
}

std::uint64_t Correlation::file(unsigned worker, std::span<const Exhibit> exhibits, std::span<const Subject> subjects,
                                std::uint8_t shard) noexcept {
  std::uint64_t dropped = 0;
  for (const Exhibit& exhibit : exhibits) {
    if (run_.wanted()[exhibit.kind] == 0) continue;  // it is an event only
    const Subject& subject = subjects[exhibit.subject];
    const std::uint64_t ordinal = pace_ == Pace::of_clock ? exhibit.packet_ns : subject.ordinal;
    const Filed filed{{subject, exhibit.packet_ns}, exhibit.bytes, exhibit.value, ordinal, exhibit.kind, shard};
    if (inline_) {
      run_.file(filed);
    } else if (!exchange_.put(worker, filed, pace_ == Pace::of_joins)) {
      ++dropped;
    }
  }
  return dropped;
}

void Correlation::come_to(unsigned worker, std::uint64_t ordinal, std::uint64_t packet_ns) noexcept {
  const bool ended = ordinal == kInputEnd;
  if (inline_) {
    if (ended) return;
    run_.advance(packet_ns);
    run_.come_to(ordinal);
    return;
  }
  exchange_.come_to(worker, ended || pace_ == Pace::of_joins ? ordinal : packet_ns, ended ? kInputEnd : packet_ns);
}

void Correlation::finish() {
  if (inline_) return run_.finish();
  if (thread_.joinable()) thread_.join();
}

void Correlation::work() noexcept {
  while (collect()) {
    order_.hand_on([this](const Filed& filed) { run_.file(filed); },
                   [this](unsigned worker, Satchel satchel) { exchange_.give_back(worker, std::move(satchel)); });
    const std::uint64_t packet_ns = least_packet_ns();
    if (packet_ns == kInputEnd) return run_.finish();
    run_.advance(packet_ns);
    run_.come_to(least_ordinal());
  }
}

/// Waits for what the workers deliver, and puts it in order.
bool Correlation::collect() {
  return exchange_.collect([this](unsigned worker, SatchelExchange::Lane& lane) {
    for (Satchel& satchel : lane.delivered) order_.deliver(worker, std::move(satchel), {});
    lane.delivered.clear();
    order_.come_to(worker, {lane.ordinal, lane.packet_ns});
    packet_ns_[worker] = lane.packet_ns;
    ordinals_[worker] = lane.ordinal;
  });
}

/// Nothing that is still to be handed on is older. kInputEnd: there is nothing.
std::uint64_t Correlation::least_packet_ns() const noexcept {
  std::uint64_t least = kInputEnd;
  for (unsigned i = 0; i < packet_ns_.size(); ++i) {
    const Filed* const waiting = order_.waiting(i);
    least = std::min(least, waiting != nullptr ? waiting->about.packet_ns : packet_ns_[i]);
  }
  return least;
}

/// The same of ordinals.
std::uint64_t Correlation::least_ordinal() const noexcept {
  std::uint64_t least = kInputEnd;
  for (unsigned i = 0; i < ordinals_.size(); ++i) {
    const Filed* const waiting = order_.waiting(i);
    least = std::min(least, waiting != nullptr ? waiting->ordinal : ordinals_[i]);
  }
  return least;
}

std::unique_ptr<Correlation> start_correlation(const Engine& engine, std::span<const CorrelatorRow> rows,
                                               unsigned workers, Publisher& publisher, Correlation::Pace pace,
                                               const Events* events, EventLog* log) {
  if (rows.empty()) return nullptr;
  return std::make_unique<Correlation>(engine, rows, workers, publisher, pace, events, log);
}

}  // namespace uptake
