#include "policy/report/page/graphics.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/report/numbers.h"

namespace uptake::page {
namespace {

std::string number(double value) {
  std::string digits = fmt::format("{:.2f}", value);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

/// Frame: where on a drawing the shares from `low` to `high` are.
struct Frame {
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
  double low = 0;
  double high = 1;

  [[nodiscard]] double x(std::size_t i, std::size_t count) const noexcept {
    return count < 2 ? (left + right) / 2
                     : left + (right - left) * static_cast<double>(i) / static_cast<double>(count - 1);
  }
  [[nodiscard]] double y(double share) const noexcept {
    return bottom - (bottom - top) * (share - low) / (high - low);
  }
};

Html dot(double x, double y) {
  return leaf("circle", {{"class", "dot"}, {"cx", number(x)}, {"cy", number(y)}, {"r", "3"}});
}

/// Lines between neighbours that both have a share: what was not seen leaves a gap.
Html line_of(const std::vector<Point>& points, const Frame& frame) {
  Html drawn;
  std::string run;
  const auto end_run = [&] {
    if (run.find(' ') != std::string::npos) drawn += leaf("polyline", {{"class", "line"}, {"points", run}});
    run.clear();
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].share) {
      end_run();
      continue;
    }
    run += fmt::format("{}{},{}", run.empty() ? "" : " ", number(frame.x(i, points.size())),
                       number(frame.y(*points[i].share)));
  }
  end_run();
  return drawn;
}

Html label(double x, double y, std::string_view anchor, std::string_view words) {
  return element("text", {{"x", number(x)}, {"y", number(y)}, {"text-anchor", std::string(anchor)}}, text(words));
}

}  // namespace

Html definitions() {
  const Html lines = leaf("rect", {{"class", "hatch-ground"}, {"width", "6"}, {"height", "6"}}) +
                     leaf("path", {{"class", "hatch-line"}, {"d", "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2"}});
  const Html pattern = element(
      "pattern", {{"id", "hatch"}, {"width", "6"}, {"height", "6"}, {"patternUnits", "userSpaceOnUse"}}, lines);
  return element("svg", {{"class", "definitions"}, {"width", "0"}, {"height", "0"}, {"aria-hidden", "true"}},
                 element("defs", pattern));
}

Html bar(const Outcomes& outcomes, const Strings& strings, const std::vector<Mark>& marks) {
  const std::uint64_t all = outcomes.all();
  if (all == 0) return {};
  const auto percent = [&](std::uint64_t part) {
    return number(100 * static_cast<double>(part) / static_cast<double>(all)) + "%";
  };
  Html parts = leaf("rect", {{"class", "light"}, {"width", "100%"}, {"height", "14"}});
  parts += leaf("rect", {{"class", "used"}, {"width", percent(outcomes.pass)}, {"height", "14"}});
  if (outcomes.hidden != 0)
    parts += leaf("rect", {{"class", "hatched"},
                           {"x", percent(outcomes.pass)},
                           {"width", percent(outcomes.hidden)},
                           {"height", "14"},
                           {"fill", "url(#hatch)"}});
  parts += leaf("rect", {{"class", "edge"}, {"width", "100%"}, {"height", "14"}});
  std::string words =
      strings.say("bar.words", {{"used", strings.number(report::percent_text(outcomes.pass, all))},
                                {"unseen", strings.number(report::percent_text(outcomes.hidden, all))},
                                {"other", strings.number(report::percent_text(outcomes.fail, all))}});
  for (const Mark& mark : marks) {
    const std::string x = number(static_cast<double>(mark.permille) / 10) + "%";
    for (const char* part : {"target-edge", "target"})
      parts += leaf("line", {{"class", part}, {"x1", x}, {"x2", x}, {"y1", "-3"}, {"y2", "17"}});
    words += "; " + mark.words;
  }
  return element(
      "svg", {{"class", "bar"}, {"width", "100%"}, {"height", "14"}, {"role", "img"}, {"aria-label", words}}, parts);
}

Html sparkline(const std::vector<Point>& points) {
  double low = 1;
  double high = 0;
  std::size_t last = points.size();
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].share) continue;
    low = std::min(low, *points[i].share);
    high = std::max(high, *points[i].share);
    last = i;
  }
  if (last == points.size()) return {};
  // Its height is at least ten points: what hardly changes looks flat.
  constexpr double kLeast = 0.1;
  const double middle = (low + high) / 2;
  const double half = std::max(kLeast, high - low) / 2;
  const Frame frame{.left = 4, .right = 132, .top = 4, .bottom = 22, .low = middle - half, .high = middle + half};
  return element(
      "svg",
      {{"class", "spark"}, {"viewBox", "0 0 136 26"}, {"width", "136"}, {"height", "26"}, {"aria-hidden", "true"}},
      line_of(points, frame) + dot(frame.x(last, points.size()), frame.y(*points[last].share)));
}

Html trend(const std::vector<Point>& points, const std::string& name, const Strings& strings) {
  const Frame frame{.left = 58, .right = 700, .top = 14, .bottom = 170};
  Html drawn;
  for (const int percent : {0, 25, 50, 75, 100}) {
    const double y = frame.y(percent / 100.0);
    drawn += leaf("line", {{"class", "grid"},
                           {"x1", number(frame.left)},
                           {"x2", number(frame.right)},
                           {"y1", number(y)},
                           {"y2", number(y)}});
    drawn += label(frame.left - 8, y + 5, "end", fmt::format("{} %", percent));
  }
  drawn += line_of(points, frame);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (points[i].share) drawn += dot(frame.x(i, points.size()), frame.y(*points[i].share));
  drawn += label(frame.left, 194, "start", points.front().when);
  drawn += label(frame.right, 194, "end", points.back().when);
  return element("svg",
                 {{"class", "trend"},
                  {"viewBox", "0 0 720 204"},
                  {"width", "100%"},
                  {"role", "img"},
                  {"aria-label", strings.say("trend.words", {{"name", name}})}},
                 drawn);
}

}  // namespace uptake::page
