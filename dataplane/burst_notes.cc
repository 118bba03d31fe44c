#include "dataplane/burst_notes.h"

#include <algorithm>
#include <utility>

namespace uptake {
namespace {

/// Marks what `more` marks.
void add(std::vector<std::uint8_t>& marks, std::span<const std::uint8_t> more) noexcept {
  for (std::size_t i = 0; i < std::min(marks.size(), more.size()); ++i)
    marks[i] = static_cast<std::uint8_t>(marks[i] | more[i]);
}

}  // namespace

BurstNotes::BurstNotes(const Engine& engine, Windows& windows, unsigned worker, const Events* events,
                       Correlation* correlation)
    : windows_(windows),
      worker_(worker),
      events_(events),
      correlation_(correlation),
      named_(engine.registry.fact_count()),
      wanted_(engine.registry.fact_count()),
      notes_(std::make_unique<Notes>()) {
  for (std::size_t fact = 0; fact < named_.size(); ++fact)
    named_[fact] = engine.keep_names || engine.catalogue.uses_names(static_cast<FactId>(fact)) ? 1 : 0;
  notes_->name_facts(named_);
  if (correlation_ != nullptr) add(wanted_, correlation_->wanted());
  if (events_ != nullptr) add(wanted_, events_->shown());
  if (std::ranges::count(wanted_, 1) == 0) return;
  exhibit_room_ = std::make_unique<ExhibitRoom>();
  notes_->take_exhibits(*exhibit_room_, wanted_, packet_ns_);
}

void BurstNotes::absorb() noexcept {
  const std::span<const Observation> observations = notes_->observations();
  const std::span<Subject> subjects = notes_->subjects();
  // Runs of observations that share a window: nearly every burst is one run.
  for (std::size_t from = 0, to = 0; from < observations.size(); from = to) {
    const auto window_at = [&](std::size_t i) -> Window& {
      return windows_.of(subjects[observations[i].subject].time_ns);
    };
    Window& window = window_at(from);
    to = windows_.single() ? observations.size() : from + 1;
    while (to < observations.size() && &window_at(to) == &window) ++to;
    window.figures.absorb(observations.subspan(from, to - from), subjects);
  }
  if (events_ != nullptr) describe(observations, subjects);
  if (correlation_ != nullptr) file();
  limit(Limit::notes_full, notes_->dropped() - std::exchange(notes_dropped_, notes_->dropped()));
  limit(Limit::exhibits_full,
        notes_->exhibits_dropped() - std::exchange(exhibits_dropped_, notes_->exhibits_dropped()));
  notes_->clear();
}

void BurstNotes::describe(std::span<const Observation> observations, std::span<const Subject> subjects) {
  for (const Observation& observation : observations) {
    const Subject& subject = subjects[observation.subject];
    if (events_->has(observation.fact)) seen_events_.emplace_back(observation, subject);
  }
  for (const Exhibit& exhibit : notes_->exhibits())
    if (events_->shown()[exhibit.kind] != 0) seen_events_.emplace_back(exhibit, subjects[exhibit.subject]);
}

/// Hands Exhibits to the joins. Their windows are opened, for an answer may be all that is counted in one.
void BurstNotes::file() noexcept {
  const std::span<const Exhibit> exhibits = notes_->exhibits();
  const std::span<const Subject> subjects = notes_->subjects();
  for (const Exhibit& exhibit : exhibits) (void)windows_.of(subjects[exhibit.subject].time_ns);
  limit(Limit::exhibits_dropped, correlation_->file(worker_, exhibits, subjects, ending_shard_));
}

}  // namespace uptake
