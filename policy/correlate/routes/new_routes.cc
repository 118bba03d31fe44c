#include "policy/correlate/routes/new_routes.h"

#include "policy/correlate/routes/facts.h"

namespace uptake::routes {

NewRoutes::NewRoutes() : waiting_(kWaiting), groups_(kGroups) {}

std::uint32_t NewRoutes::open_group(const About& about, Findings& findings) noexcept {
  while (first_ != next_ && next_group_ - waiting_[first_ % kWaiting].group >= kGroups - kBatch)
    count_first(findings);
  groups_[next_group_ % kGroups] = about;
  return next_group_++;
}

std::uint64_t NewRoutes::push(std::uint64_t key, std::uint32_t value, std::uint32_t group,
                              Findings& findings) noexcept {
  while (next_ - first_ == kWaiting) count_first(findings);
  waiting_[next_ % kWaiting] = {key, value, group};
  return next_++;
}

void NewRoutes::count_first(Findings& findings) noexcept {
  const Waiting first = waiting_[first_ % kWaiting];
  std::uint32_t count = 0;
  do {
    ++first_;
    ++count;
  } while (first_ != next_ && waiting_[first_ % kWaiting].group == first.group &&
           waiting_[first_ % kWaiting].value == first.value);
  findings.note(routes::kRoute, first.value, about(first.group), count);
}

}  // namespace uptake::routes
