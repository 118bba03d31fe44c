#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace uptake {

/// EventLine: one event as a line, and the frame that completed it.
struct EventLine {
  std::uint64_t ordinal = 0;
  std::string text;
};

/// EventLog: brings the events of all workers into frame order. Each worker delivers once for every chunk, in order;
/// what every worker has delivered is sorted and written. Thread-safe.
class EventLog {
 public:
  /// False: the lines are dropped.
  using Write = std::function<bool(const std::string& lines)>;

  EventLog(unsigned workers, Write write);
  void deliver(std::uint64_t chunk, std::vector<EventLine>& lines);
  /// Writes at once, in the order of arrival: live, where frames of several ports have no common order.
  /// Returns how many were dropped.
  [[nodiscard]] std::uint64_t write_unordered(std::vector<EventLine>& lines);

 private:
  struct Pending {
    unsigned delivered = 0;
    std::vector<EventLine> lines;
  };
  std::mutex mutex_;
  unsigned workers_;
  Write write_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Pending> pending_;
};

}  // namespace uptake
