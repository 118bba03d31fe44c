#include "dataplane/join_events.h"

#include <iterator>
#include <utility>

namespace uptake {

std::uint64_t JoinEvents::place(std::uint64_t ordinal) {
  if (placed_ == found_.size()) return 0;
  if (order_ == Order::of_arrival) {
    std::vector<Event> events;
    events.reserve(found_.size());
    for (FoundEvent& one : found_) events.push_back(std::move(one.event));
    found_.clear();
    return log_->write_unordered(events);
  }
  for (; placed_ < found_.size(); ++placed_) found_[placed_].ordinal = ordinal;
  if (placed_ >= kBatch) come_to(ordinal);
  return 0;
}

void JoinEvents::come_to(std::uint64_t ordinal) {
  if (log_ == nullptr || order_ == Order::of_arrival) return;
  std::vector<FoundEvent> later(std::make_move_iterator(found_.begin() + static_cast<std::ptrdiff_t>(placed_)),
                                std::make_move_iterator(found_.end()));
  found_.erase(found_.begin() + static_cast<std::ptrdiff_t>(placed_), found_.end());
  log_->deliver_found(found_, ordinal);
  found_ = std::move(later);
  placed_ = 0;
}

}  // namespace uptake
