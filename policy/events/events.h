#pragma once

#include <span>
#include <string>
#include <vector>

#include "dissectors/observation.h"
#include "dissectors/registry.h"
#include "policy/events/describer.h"

namespace uptake {

/// Event: one observation and whom it is about, kept beyond its burst. Its text is made where it is written.
struct Event {
  Event(const Observation& of, const Subject& about)
      : observation(of), subject(about), name(reinterpret_cast<const char*>(about.name.data()), about.name.size()) {
    subject.name = {};
  }

  Observation observation;
  Subject subject;   ///< its name stands in `name`
  std::string name;  ///< copied
};

/// Events: turns Observations into lines. Built once for a registry; append() is callable from any thread.
class Events {
 public:
  /// Describers whose dissector is not in the registry are left out.
  Events(const Registry& registry, std::span<const EventDescriber> describers);

  /// Appends one JSON object and a line feed; false when the fact is no event. Reuses the room of `out`.
  bool append(std::string& out, const Observation& observation, const Subject& subject) const;
  bool append(std::string& out, const Event& event) const;
  /// Observations of this fact are events.
  [[nodiscard]] bool has(FactId fact) const noexcept {
    return fact < by_fact_.size() && by_fact_[fact].describe != nullptr;
  }

 private:
  std::vector<EventDescriber> by_fact_;  ///< `describe` is null where there is no event
};

}  // namespace uptake
