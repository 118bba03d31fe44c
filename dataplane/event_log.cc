#include "dataplane/event_log.h"

#include <algorithm>

namespace uptake {

EventLog::EventLog(unsigned workers, Write write) : write_(std::move(write)), order_(workers) {}

void EventLog::deliver(unsigned worker, std::vector<EventLine>& lines, std::uint64_t come_to) {
  std::sort(lines.begin(), lines.end());
  const std::lock_guard lock(mutex_);
  order_.deliver(worker, std::exchange(lines, {}), {come_to, 0});
  std::string text;
  order_.hand_on([&](const EventLine& line) { text += line.text; }, [](unsigned, std::vector<EventLine>) {});
  if (!text.empty()) (void)write_(text);
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
