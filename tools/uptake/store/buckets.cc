#include "tools/uptake/store/buckets.h"

#include <algorithm>
#include <chrono>

#include "tools/uptake/store/schema.h"

namespace uptake::store {
namespace {

std::int64_t next_month(std::int64_t time) {
  using namespace std::chrono;
  const year_month_day day{floor<days>(sys_seconds{seconds{time}})};
  const sys_days first{(day.year() / day.month() + months{1}) / 1};
  return sys_seconds{first}.time_since_epoch().count();
}

/// The first boundary behind `time`.
std::int64_t next(std::int64_t time, ReportQuery::By by) {
  constexpr std::int64_t kWeek = 7 * kDay;
  constexpr std::int64_t kFirstMonday = 4 * kDay;  // 1970-01-05
  switch (by) {
    case ReportQuery::By::hour:
      return time - time % kHour + kHour;
    case ReportQuery::By::day:
      return time - time % kDay + kDay;
    case ReportQuery::By::week:
      return time - (time - kFirstMonday + kWeek) % kWeek + kWeek;
    case ReportQuery::By::month:
      return next_month(time);
    case ReportQuery::By::whole:
      break;
  }
  return INT64_MAX;
}

}  // namespace

std::vector<std::pair<std::int64_t, std::int64_t>> buckets_of(std::int64_t from, std::int64_t to,
                                                              ReportQuery::By by) {
  std::vector<std::pair<std::int64_t, std::int64_t>> buckets;
  while (from < to) {
    const std::int64_t end = std::min(to, next(from, by));
    buckets.emplace_back(from, end);
    from = end;
  }
  return buckets;
}

}  // namespace uptake::store
