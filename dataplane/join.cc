#include "dataplane/join.h"

#include <utility>

namespace uptake {

Join::Join(const Engine& engine, const CorrelatorRow& row, JoinWindows& windows, JoinEvents& events,
           std::span<std::uint8_t> wanted)
    : windows_(windows),
      events_(events),
      base_(engine.registry.base(row.name)),
      which_(engine.registry.fact_count(), kUnread),
      correlator_(row.make(engine.digests, engine.join_files)) {
  for (std::size_t i = 0; i < row.reads.size(); ++i) {
    const std::size_t kind = std::size_t{engine.registry.base(row.reads[i].dissector)} + row.reads[i].kind;
    if (kind >= which_.size()) continue;
    which_[kind] = static_cast<std::uint8_t>(i);
    wanted[kind] = 1;
  }
}

void Join::note(std::uint16_t fact, std::uint64_t value, const About& about, std::uint32_t count) noexcept {
  if (count == 0) return;
  Subject subject = about.subject;
  const Observation observation{value, static_cast<FactId>(base_ + fact), 0};
  Figures& figures = windows_.of(about).figures;
  figures.absorb(observation, subject, count);
  if (events_.wants(observation.fact)) [[unlikely]]
    events_.add(observation, about.subject);
}

void Join::show(std::uint16_t kind, std::uint64_t value, Bytes bytes, const About& about,
                const dnssec::Message* message) noexcept {
  const Filed shown{
      .about = about, .bytes = bytes, .value = value, .kind = static_cast<FactId>(base_ + kind), .message = message};
  for (Join* join = below_; join != nullptr; join = join->below_) join->file(shown);
  if (events_.wants_shown(shown.kind)) [[unlikely]]
    events_.add(Exhibit{.bytes = bytes, .value = value, .packet_ns = about.packet_ns, .kind = shown.kind},
                about.subject);
}

void Join::file(const Filed& filed) noexcept {
  const std::uint8_t which = filed.kind < which_.size() ? which_[filed.kind] : kUnread;
  if (which == kUnread) return;
  correlator_->file(which, filed, *this);
  const std::uint64_t forgotten = correlator_->forgotten();
  if (forgotten == forgotten_) [[likely]]
    return;
  windows_.of(filed.about).limit(Limit::join_forgotten, forgotten - std::exchange(forgotten_, forgotten));
}

}  // namespace uptake
