#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "policy/events/events.h"

namespace uptake {

/// EventLine: one event as a line, and the frame that completed it.
struct EventLine {
  std::uint64_t ordinal = 0;
  std::string text;
};

/// EventLog: makes the text of events, and brings those of all workers into frame order. Each worker delivers once
/// for every chunk, in order; what every worker has delivered is sorted and written. Thread-safe.
class EventLog {
 public:
  /// False: the lines are dropped.
  using Write = std::function<bool(const std::string& lines)>;
  /// Makes lines when they are written.
  using Make = std::function<void(std::string& lines)>;
  /// The same of lines that are made later, by the thread that writes them; until then they take `bytes`.
  using WriteLater = std::function<bool(std::size_t bytes, Make make)>;

  /// `events` outlives the log, and what `later` took.
  EventLog(unsigned workers, const Events& events, Write write, WriteLater later);
  void deliver(std::uint64_t chunk, std::vector<Event>& events);
  /// Has them written in the order of arrival: live, where frames of several ports have no common order.
  /// Returns how many were dropped.
  [[nodiscard]] std::uint64_t write_unordered(std::vector<Event>& events);

 private:
  struct Pending {
    unsigned delivered = 0;
    std::vector<EventLine> lines;
  };
  std::mutex mutex_;
  unsigned workers_;
  const Events& events_;
  Write write_;
  WriteLater later_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Pending> pending_;
};

}  // namespace uptake
