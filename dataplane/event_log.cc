#include "dataplane/event_log.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace uptake {

EventLog::EventLog(unsigned workers, const Events& events, Write write, WriteLater later)
    : events_(events), write_(std::move(write)), later_(std::move(later)), order_(workers) {}

void EventLog::deliver(unsigned worker, std::vector<Event>& events, std::uint64_t come_to) {
  std::vector<EventLine> lines(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    lines[i].ordinal = events[i].subject.ordinal;
    (void)events_.append(lines[i].text, events[i]);
  }
  events.clear();
  std::sort(lines.begin(), lines.end());
  const std::lock_guard lock(mutex_);
  order_.deliver(worker, std::move(lines), {come_to, 0});
  std::string text;
  order_.hand_on([&](const EventLine& line) { text += line.text; }, [](unsigned, std::vector<EventLine>) {});
  if (!text.empty()) (void)write_(text);
}

std::uint64_t EventLog::write_unordered(std::vector<Event>& events) {
  if (events.empty()) return 0;
  std::size_t bytes = events.size() * sizeof(Event);
  for (const Event& event : events) bytes += event.name.size() + event.exhibit.size();
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
