#include "dataplane/event_log.h"

#include <algorithm>
#include <tuple>

namespace uptake {

EventLog::EventLog(unsigned workers, Write write) : workers_(workers), write_(std::move(write)) {}

void EventLog::deliver(std::uint64_t chunk, std::vector<EventLine>& lines) {
  const std::lock_guard lock(mutex_);
  Pending& own = pending_[chunk];
  ++own.delivered;
  own.lines.insert(own.lines.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
  lines.clear();
  for (auto first = pending_.begin();
       first != pending_.end() && first->first == next_ && first->second.delivered == workers_;
       first = pending_.erase(first), ++next_) {
    std::vector<EventLine>& ready = first->second.lines;
    // Flows that end with the input share one ordinal; their text orders them the same way in every run.
    std::sort(ready.begin(), ready.end(), [](const EventLine& a, const EventLine& b) {
      return std::tie(a.ordinal, a.text) < std::tie(b.ordinal, b.text);
    });
    std::string text;
    for (const EventLine& line : ready) text += line.text;
    if (!text.empty()) (void)write_(text);
  }
}

std::uint64_t EventLog::write_unordered(std::vector<EventLine>& lines) {
  if (lines.empty()) return 0;
  std::string text;
  for (const EventLine& line : lines) text += line.text;
  const std::uint64_t count = lines.size();
  lines.clear();
  const std::lock_guard lock(mutex_);
  return write_(text) ? 0 : count;
}

}  // namespace uptake
