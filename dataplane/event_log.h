#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/in_order.h"
#include "policy/events/events.h"

namespace uptake {

/// EventLine: one event as a line, and the frame that completed it.
struct EventLine {
  std::uint64_t ordinal = 0;
  std::string text;

  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> place() const noexcept { return {ordinal, 0}; }
  /// Flows that end with the input share one ordinal; their text orders them the same way in every run.
  friend bool operator<(const EventLine& a, const EventLine& b) noexcept {
    return a.ordinal != b.ordinal ? a.ordinal < b.ordinal : a.text < b.text;
  }
};

/// FoundEvent: an event that a join found, and where it stands.
struct FoundEvent {
  Event event;
  std::uint64_t ordinal = 0;
};

/// EventLog: makes the text of events, brings those of all workers into frame order and writes them. Each worker
/// delivers once for every chunk. Thread-safe.
class EventLog {
 public:
  /// False: the lines are dropped.
  using Write = std::function<bool(const std::string& lines)>;
  /// Makes lines when they are written.
  using Make = std::function<void(std::string& lines)>;
  /// Takes lines that the writing thread makes later; until then they hold `bytes` of memory. False: dropped.
  using WriteLater = std::function<bool(std::size_t bytes, Make make)>;

  /// Whether what the joins find is waited for, as what a worker delivers is.
  enum class Joins : std::uint8_t { none, some };

  /// `events` outlives the log, and what `later` took.
  EventLog(unsigned workers, const Events& events, Write write, WriteLater later, Joins joins = Joins::none);
  /// Takes the events of `worker` since its last call. Its later ones have an ordinal of at least `come_to`.
  void deliver(unsigned worker, std::vector<Event>& events, std::uint64_t come_to);
  /// Takes what the joins found since the last call. What they find later has at least the ordinal `come_to`.
  void deliver_found(std::vector<FoundEvent>& events, std::uint64_t come_to);
  /// Has them written in the order of arrival: live, where frames of several ports have no common order.
  /// Returns how many were dropped.
  [[nodiscard]] std::uint64_t write_unordered(std::vector<Event>& events);

 private:
  void deliver_lines(unsigned lane, std::vector<EventLine> lines, std::uint64_t come_to);

  std::mutex mutex_;
  const Events& events_;
  const unsigned workers_;  ///< the lane of the joins is behind theirs
  Write write_;
  WriteLater later_;
  InOrder<std::vector<EventLine>> order_;
};

}  // namespace uptake
