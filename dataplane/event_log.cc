#include "dataplane/event_log.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <tuple>
#include <utility>

namespace uptake {

EventLog::EventLog(unsigned workers, const Events& events, Write write, WriteLater later)
    : workers_(workers), events_(events), write_(std::move(write)), later_(std::move(later)) {}

void EventLog::deliver(std::uint64_t chunk, std::vector<Event>& events) {
  std::vector<EventLine> lines(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    lines[i].ordinal = events[i].subject.ordinal;
    (void)events_.append(lines[i].text, events[i]);
  }
  events.clear();
  const std::lock_guard lock(mutex_);
  Pending& own = pending_[chunk];
  ++own.delivered;
  own.lines.insert(own.lines.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
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

std::uint64_t EventLog::write_unordered(std::vector<Event>& events) {
  if (events.empty()) return 0;
  std::size_t bytes = events.size() * sizeof(Event);
  for (const Event& event : events) bytes += event.name.size();
  const std::uint64_t count = events.size();
  // std::function copies what it holds.
  const auto kept = std::make_shared<const std::vector<Event>>(std::move(events));
  events.clear();
  const Make make = [&all = events_, kept](std::string& lines) {
    for (const Event& event : *kept) (void)all.append(lines, event);
  };
  return later_(bytes, make) ? 0 : count;
}

}  // namespace uptake
