#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/event_log.h"
#include "policy/events/events.h"

namespace uptake {

/// JoinEvents: what the joins find, on its way to the log. A finding stands where the joins next see an Exhibit, so
/// that its place is the same for any number of workers; who it is about, and when, stands in it. One thread's own.
class JoinEvents {
 public:
  /// Where they go: in order; or live, as they come.
  enum class Order : std::uint8_t { of_frames, of_arrival };

  /// Both may be nullptr: nobody asks for events. Borrowed.
  JoinEvents(const Events* events, EventLog* log, Order order) noexcept : events_(events), log_(log), order_(order) {}

  [[nodiscard]] bool wants(FactId fact) const noexcept { return log_ != nullptr && events_->has(fact); }
  [[nodiscard]] bool wants_shown(FactId kind) const noexcept {
    return log_ != nullptr && events_->shown()[kind] != 0;
  }
  void add(const Observation& observation, const Subject& subject) { found_.push_back({{observation, subject}}); }
  void add(const Exhibit& exhibit, const Subject& subject) { found_.push_back({{exhibit, subject}}); }
  /// What was found so far, since the last Exhibit too, stands at this ordinal. Returns how many were dropped.
  std::uint64_t place(std::uint64_t ordinal);
  /// What is found later stands at this ordinal or behind it. kInputEnd: nothing more is found.
  void come_to(std::uint64_t ordinal);

 private:
  static constexpr std::size_t kBatch = 256;

  const Events* events_;
  EventLog* log_;
  Order order_;
  std::vector<FoundEvent> found_;  ///< the first `placed_` have a place
  std::size_t placed_ = 0;
};

}  // namespace uptake
