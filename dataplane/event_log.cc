#include "dataplane/event_log.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace uptake {

EventLog::EventLog(unsigned workers, const Events& events, Write write, WriteLater later, Joins joins)
    : events_(events),
      workers_(workers),
      write_(std::move(write)),
      later_(std::move(later)),
      order_(workers + (joins == Joins::some ? 1 : 0)) {}

void EventLog::deliver(unsigned worker, std::vector<Event>& events, std::uint64_t come_to) {
  std::vector<EventLine> lines(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    lines[i].ordinal = events[i].subject.ordinal;
    (void)events_.append(lines[i].text, events[i]);
  }
  events.clear();
  std::sort(lines.begin(), lines.end());
  deliver_lines(worker, std::move(lines), come_to);
}

/// They are in the order of the joins, which is the same in every run.
void EventLog::deliver_found(std::vector<FoundEvent>& events, std::uint64_t come_to) {
  std::vector<EventLine> lines(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    lines[i].ordinal = events[i].ordinal;
    (void)events_.append(lines[i].text, events[i].event);
  }
  events.clear();
  deliver_lines(workers_, std::move(lines), come_to);
}

void EventLog::deliver_lines(unsigned lane, std::vector<EventLine> lines, std::uint64_t come_to) {
  const std::lock_guard lock(mutex_);
  order_.deliver(lane, std::move(lines), {come_to, 0});
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
