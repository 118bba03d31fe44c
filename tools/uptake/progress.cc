#include "tools/uptake/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

namespace uptake {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostCells = 30;

std::string scaled(double value, std::string_view unit) {
  constexpr std::array<std::string_view, 5> kScales = {"", "k", "M", "G", "T"};
  std::size_t scale = 0;
  while (value >= 1000 && scale + 1 < kScales.size()) {
    value /= 1000;
    ++scale;
  }
  return fmt::format("{:.{}f} {}{}", value, scale == 0 ? 0 : 1, kScales[scale], unit);
}

std::string clock(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 359'999.0));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

struct Pace {
  double share = 0;  ///< 0 when the whole is not known
  double packets_per_second = 0;
  double seconds_left = 0;
};

Pace pace_of(const Progress& progress, milliseconds elapsed) {
  Pace pace;
  const double seconds = std::max(0.001, static_cast<double>(elapsed.count()) / 1000);
  pace.packets_per_second = static_cast<double>(progress.frames) / seconds;
  if (progress.bytes_total == 0) return pace;
  // A file that grows while it is read has more bytes than it said.
  pace.share = std::min(1.0, static_cast<double>(progress.bytes_done) / static_cast<double>(progress.bytes_total));
  if (pace.share > 0) pace.seconds_left = seconds * (1 - pace.share) / pace.share;
  return pace;
}

std::string bytes_text(const Progress& progress) {
  const std::string done = scaled(static_cast<double>(progress.bytes_done), "B");
  if (progress.bytes_total == 0) return done;
  return fmt::format("{} of {}", done, scaled(static_cast<double>(progress.bytes_total), "B"));
}

}  // namespace

std::string progress_words(const Progress& progress, milliseconds elapsed) {
  const Pace pace = pace_of(progress, elapsed);
  const std::string words = fmt::format("{}, {} packets, {}", bytes_text(progress), progress.frames,
                                        scaled(pace.packets_per_second, "packets/s"));
  if (progress.bytes_total == 0) return words;
  return fmt::format("{:.0f} %: {}, {} left", pace.share * 100, words, clock(pace.seconds_left));
}

std::string progress_bar(const Progress& progress, milliseconds elapsed, unsigned width) {
  const Pace pace = pace_of(progress, elapsed);
  std::string figures = fmt::format("{}  {}", bytes_text(progress), scaled(pace.packets_per_second, "packets/s"));
  if (progress.bytes_total == 0) return figures.substr(0, width);
  figures = fmt::format("{:3.0f} %  {}  {} left", pace.share * 100, figures, clock(pace.seconds_left));
  constexpr std::size_t kFrame = 3;  // the brackets and a space
  if (width < figures.size() + kFrame + 8) return figures.substr(0, width);
  const std::size_t cells = std::min(kMostCells, width - figures.size() - kFrame);
  const auto full = static_cast<std::size_t>(pace.share * static_cast<double>(cells));
  return fmt::format("[{}{}] {}", std::string(full, '#'), std::string(cells - full, '.'), figures);
}

std::string rate_words(double packets_per_second) { return scaled(packets_per_second, "packets/s"); }

}  // namespace uptake
