#pragma once

#include <span>
#include <string>
#include <vector>

#include "dissectors/observation.h"
#include "dissectors/registry.h"
#include "policy/events/describer.h"

namespace uptake {

/// Event: one observation, or one Exhibit, and whom it is about, kept beyond its burst. Its text is made where it is
/// written.
struct Event {
  Event(const Observation& of, const Subject& about) : observation(of), subject(about), name(text_of(about.name)) {
    subject.name = {};
  }
  Event(const Exhibit& of, const Subject& about) : Event(Observation{of.value, of.kind, 0}, about) {
    exhibit = text_of(of.bytes);
    is_exhibit = true;
  }

  Observation observation;  ///< of an Exhibit: its value and kind
  Subject subject;          ///< its name stands in `name`
  std::string name;         ///< copied
  std::string exhibit;      ///< copied
  bool is_exhibit = false;

 private:
  static std::string text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};
[[nodiscard]] inline Bytes bytes_of(const std::string& text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Events: turns Observations into lines. Built once for a registry; append() is callable from any thread.
class Events {
 public:
  /// Describers whose dissector is not in the registry are left out.
  Events(const Registry& registry, std::span<const EventDescriber> describers);

  /// Appends one JSON object and a line feed; false when it is no event. Reuses the room of `out`.
  bool append(std::string& out, const Observation& observation, const Subject& subject) const;
  bool append(std::string& out, const Event& event) const;
  /// Observations of this fact are events.
  [[nodiscard]] bool has(FactId fact) const noexcept {
    return fact < by_fact_.size() && by_fact_[fact].describe != nullptr;
  }
  /// Kinds of Exhibits that are events, an octet each.
  [[nodiscard]] std::span<const std::uint8_t> shown() const noexcept { return shown_; }

 private:
  std::vector<EventDescriber> by_fact_;  ///< `describe` is null where there is no event
  std::vector<EventDescriber> by_kind_;  ///< `show` is null where there is no event
  std::vector<std::uint8_t> shown_;
};

}  // namespace uptake
