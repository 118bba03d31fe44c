#include "policy/events/events.h"

namespace uptake {

Events::Events(const Registry& registry, std::span<const EventDescriber> describers)
    : by_fact_(registry.fact_count()), by_kind_(registry.fact_count()), shown_(registry.fact_count()) {
  for (const EventDescriber& describer : describers) {
    const std::size_t number = std::size_t{registry.base(describer.dissector)} + describer.fact;
    if (number >= by_fact_.size()) continue;
    if (describer.describe != nullptr) by_fact_[number] = describer;
    if (describer.show == nullptr) continue;
    by_kind_[number] = describer;
    shown_[number] = 1;
  }
}

bool Events::append(std::string& out, const Observation& observation, const Subject& subject) const {
  if (!has(observation.fact)) return false;
  const EventDescriber& describer = by_fact_[observation.fact];
  if (describer.tells != nullptr && !describer.tells(observation.value)) return false;
  EventLines lines(out, describer.type, subject);
  EventFields fields(lines.open());
  lines.about(fields);
  describer.describe(observation.value, fields);
  lines.close();
  return true;
}

bool Events::append(std::string& out, const Event& event) const {
  Subject subject = event.subject;
  subject.name = bytes_of(event.name);
  if (!event.is_exhibit) return append(out, event.observation, subject);
  const EventDescriber& describer = by_kind_[event.observation.fact];
  // What its name stands for, `show` says.
  EventLines lines(out, describer.type, event.subject);
  describer.show({event.observation.value, bytes_of(event.exhibit), subject}, lines);
  return true;
}

}  // namespace uptake
