#include "tools/uptake/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <system_error>

namespace uptake {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kBarEvery{200};
constexpr milliseconds kLineEvery{10'000};
constexpr std::size_t kMostCells = 30;
constexpr std::string_view kClearLine = "\r\x1b[K";

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

ProgressMeter::ProgressMeter(const Source& source, const Terminal& terminal) : source_(source), terminal_(terminal) {
  try {
    thread_ = std::thread([this] { show(); });
  } catch (const std::system_error&) {
    // The run matters more than to see how far it is.
  }
}

ProgressMeter::~ProgressMeter() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ProgressMeter::show() {
  const steady_clock::time_point start = steady_clock::now();
  bool shown = false;
  std::unique_lock<std::mutex> lock(mutex_);
  while (!changed_.wait_for(lock, terminal_.is_terminal ? kBarEvery : kLineEvery, [this] { return stop_; })) {
    const auto elapsed = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
    const Progress progress = source_.progress();
    // The last column stays free: some terminals wrap when it is written.
    const std::string text =
        terminal_.is_terminal ? fmt::format("{}{}", kClearLine, progress_bar(progress, elapsed, terminal_.width - 1))
                              : fmt::format("uptake: {}\n", progress_words(progress, elapsed));
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
    shown = true;
  }
  if (!shown || !terminal_.is_terminal) return;
  std::fwrite(kClearLine.data(), 1, kClearLine.size(), stderr);
  std::fflush(stderr);
}

}  // namespace uptake
