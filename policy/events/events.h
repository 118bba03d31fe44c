#pragma once

#include <span>
#include <string>
#include <vector>

#include "dissectors/observation.h"
#include "dissectors/registry.h"
#include "policy/events/describer.h"

namespace uptake {

/// Events: turns Observations into lines. Built once for a registry; append() is callable from any thread.
class Events {
 public:
  /// Describers whose dissector is not in the registry are left out.
  Events(const Registry& registry, std::span<const EventDescriber> describers);

  /// Appends one JSON object and a line feed; false when the fact is no event. Reuses the room of `out`.
  bool append(std::string& out, const Observation& observation, const Subject& subject) const;

 private:
  std::vector<EventDescriber> by_fact_;  ///< `describe` is null where there is no event
};

}  // namespace uptake
