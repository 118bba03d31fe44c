#include "dataplane/join_run.h"

#include <algorithm>
#include <utility>

namespace uptake {

JoinRun::JoinRun(const Engine& engine, std::span<const CorrelatorRow> rows, Publisher& publisher, JoinEvents events)
    : windows_(engine, publisher), events_(std::move(events)), wanted_(engine.registry.fact_count()) {
  for (const CorrelatorRow& row : rows) {
    joins_.push_back(std::make_unique<Join>(engine, row, windows_, events_, wanted_));
    if (joins_.size() > 1) joins_[joins_.size() - 2]->stand_above(joins_.back().get());
    longest_wait_ = std::max(longest_wait_, row.wait_ns);
  }
  // Shorter than a window, so that the worker that is behind all others never waits for a window of the joins.
  wait_ = windows_.span() == 0 ? 0 : std::min(longest_wait_, windows_.span() - 1);
  if (!joins_.empty()) publisher.expect_correlation();
}

void JoinRun::file(const Filed& filed) noexcept {
  const std::uint64_t packet_ns = filed.about.packet_ns;
  advance(packet_ns);
  filed_ns_ = std::max(filed_ns_, packet_ns);
  tell(packet_ns);
  for (const auto& join : joins_) join->file(filed);
  if (const std::uint64_t dropped = events_.place(filed.ordinal); dropped > 0) [[unlikely]]
    windows_.of(filed.about).limit(Limit::events_dropped, dropped);
}

/// Tells the correlators the time, if they were not told it yet.
void JoinRun::tell(std::uint64_t packet_ns) noexcept {
  if (packet_ns <= told_ns_) return;
  told_ns_ = packet_ns;
  for (const auto& join : joins_) join->advance(packet_ns);
}

/// The correlators are told the times of Exhibits and of windows alone: one that reads what another shows would
/// otherwise find other things, or in another order, where the workers happen to stop between two Exhibits.
void JoinRun::advance(std::uint64_t packet_ns) noexcept {
  const std::uint64_t behind = windows_.grace() + wait_;
  if (windows_.span() != 0 && packet_ns >= behind) close_below((packet_ns - behind) / windows_.span());
}

/// Closes the windows below `index`. Those that begin after the last Exhibit are empty: they are passed over at once,
/// however far time leaps.
void JoinRun::close_below(std::uint64_t index) noexcept {
  if (index <= windows_.oldest()) return;
  const std::uint64_t last = std::min(index, filed_ns_ / windows_.span() + 1);
  while (windows_.oldest() < last) {
    tell((windows_.oldest() + 1) * windows_.span() + windows_.grace() + longest_wait_);
    windows_.close_oldest();
  }
  windows_.pass_to(index);
}

void JoinRun::finish() noexcept {
  for (const auto& join : joins_) join->finish();
  (void)events_.place(kInputEnd);
  events_.come_to(kInputEnd);
  windows_.close_all();
}

}  // namespace uptake
