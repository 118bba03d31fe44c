#include "dataplane/join_run.h"

#include <algorithm>

namespace uptake {

JoinRun::Join::Join(JoinRun& r, const CorrelatorRow& row)
    : run(r),
      base(r.engine_.registry.base(row.name)),
      which(r.engine_.registry.fact_count(), kUnread),
      correlator(row.make(r.engine_.digests)) {
  for (std::size_t i = 0; i < row.reads.size(); ++i) {
    const std::size_t kind = std::size_t{r.engine_.registry.base(row.reads[i].dissector)} + row.reads[i].kind;
    if (kind >= which.size()) continue;
    which[kind] = static_cast<std::uint8_t>(i);
    r.wanted_[kind] = 1;
  }
}

void JoinRun::Join::note(std::uint16_t fact, std::uint64_t value, const About& about, std::uint32_t count) noexcept {
  if (count == 0) return;
  Subject subject = about.subject;
  const Observation observation{value, static_cast<FactId>(base + fact), 0};
  Figures& figures = run.window_of(about).figures;
  figures.absorb(observation, subject);
  if (count > 1)
    figures.absorb_count(observation.fact, value, figures.cell_of(observation.fact, value, subject), count - 1);
}

JoinRun::JoinRun(const Engine& engine, std::span<const CorrelatorRow> rows, Publisher& publisher)
    : engine_(engine),
      publisher_(publisher),
      span_(engine.window_ns),
      grace_(Windows::grace_of(engine)),
      wanted_(engine.registry.fact_count()) {
  for (const CorrelatorRow& row : rows) {
    joins_.push_back(std::make_unique<Join>(*this, row));
    longest_wait_ = std::max(longest_wait_, row.wait_ns);
  }
  // Shorter than a window, so that the worker that is behind all others never waits for a window of the joins.
  wait_ = span_ == 0 ? 0 : std::min(longest_wait_, span_ - 1);
  for (std::size_t i = 0; i < (span_ == 0 ? 1 : kOpen); ++i) places_[i] = std::make_unique<Window>(engine);
  if (!joins_.empty()) publisher_.expect_correlation();
}

/// The window that the worker counted it in: see Windows::of().
std::uint64_t JoinRun::index_of(const About& about) const noexcept {
  if (span_ == 0) return 0;
  const std::uint64_t newest = about.packet_ns / span_;
  if (about.subject.time_ns >= newest * span_) return newest;
  return about.packet_ns < grace_ ? 0 : (about.packet_ns - grace_) / span_;
}

Window& JoinRun::window_of(const About& about) noexcept {
  const std::uint64_t index = std::max(index_of(about), oldest_);
  Window& window = *places_[index % kOpen];
  window.index = index;
  window.open = true;
  return window;
}

void JoinRun::file(const Filed& filed) noexcept {
  advance(filed.about.packet_ns);
  for (const auto& join : joins_) {
    const std::uint8_t which = filed.kind < join->which.size() ? join->which[filed.kind] : Join::kUnread;
    if (which == Join::kUnread) continue;
    join->correlator->file(which, filed, *join);
    const std::uint64_t forgotten = join->correlator->forgotten();
    if (forgotten == join->forgotten) [[likely]]
      continue;
    window_of(filed.about).limit(Limit::join_forgotten, forgotten - join->forgotten);
    join->forgotten = forgotten;
  }
}

void JoinRun::tell(std::uint64_t packet_ns) noexcept {
  if (packet_ns <= told_ns_) return;
  told_ns_ = packet_ns;
  for (const auto& join : joins_) join->correlator->advance(packet_ns, *join);
}

void JoinRun::advance(std::uint64_t packet_ns) noexcept {
  if (packet_ns <= now_ns_) return;
  if (span_ != 0 && packet_ns >= grace_ + wait_) close_below((packet_ns - grace_ - wait_) / span_);
  now_ns_ = packet_ns;
  tell(packet_ns);
}

/// Nothing waits for a window that no Exhibit was filed for yet, however far time leaps.
void JoinRun::close_below(std::uint64_t index) noexcept {
  if (index <= oldest_) return;
  const std::uint64_t last = std::min(index, now_ns_ / span_ + 1);
  for (; oldest_ < last; ++oldest_) {
    tell((oldest_ + 1) * span_ + grace_ + longest_wait_);
    if (Window& window = *places_[oldest_ % kOpen]; window.open) close(window);
  }
  oldest_ = index;
  publisher_.correlated_to(index);
}

void JoinRun::close(Window& window) noexcept {
  window.figures.settle();
  publisher_.add(window);
  window.clear();
}

void JoinRun::finish() noexcept {
  for (const auto& join : joins_) join->correlator->finish(*join);
  for (std::uint64_t i = 0; i < kOpen; ++i)
    if (Window* const window = places_[(oldest_ + i) % kOpen].get(); window != nullptr && window->open)
      close(*window);
  publisher_.correlated_to(~std::uint64_t{0});
}

}  // namespace uptake
