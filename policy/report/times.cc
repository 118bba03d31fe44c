#include "policy/report/times.h"

#include <fmt/format.h>

#include "policy/report/format.h"

namespace uptake::report {
namespace {

struct Moment {
  std::string date;
  std::string time;
};

Moment moment(std::uint64_t time_ns) {
  std::string text;
  append_time(text, time_ns, TimeDigits::seconds);
  const std::size_t between = text.find('T');
  return {text.substr(0, between), text.substr(between + 1, 8)};
}

}  // namespace

std::string span_words(std::uint64_t from_ns, std::uint64_t to_ns) {
  const Moment from = moment(from_ns);
  const Moment to = moment(to_ns);
  if (from.date == to.date) return fmt::format("{} {} to {} UTC", from.date, from.time, to.time);
  return fmt::format("{} {} to {} {} UTC", from.date, from.time, to.date, to.time);
}

std::string length_words(std::uint64_t ns) {
  const std::uint64_t seconds = ns / 1'000'000'000;
  if (seconds < 60) return fmt::format("{}.{:03} s", seconds, ns / 1'000'000 % 1000);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

std::string card_title(const ScoreCard& card, const WindowCard& window) {
  std::string empty;
  if (window.empty_windows == 1) empty = ": not one frame";
  if (window.empty_windows > 1) empty = fmt::format(": {} windows without a frame", window.empty_windows);
  return fmt::format(
      "{}{}: {}{}", empty.empty() ? "uptake score card" : "uptake", card.interrupted ? ", interrupted" : "",
      window.end_ns == 0 ? "the whole of the input" : span_words(window.start_ns, window.end_ns), empty);
}

std::string label_words(const ScoreCard& card) {
  std::string words;
  for (const Label& label : card.labels) words += fmt::format("; {}={}", label.key, label.value);
  return words;
}

}  // namespace uptake::report
