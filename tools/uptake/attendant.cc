#include "tools/uptake/attendant.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

#include "tools/uptake/progress.h"
#include "tools/uptake/signals.h"

namespace uptake {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kClearLine = "\r\x1b[K";
constexpr milliseconds kLongestWait{3'600'000};

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

// A standard error that is closed or full is no reason to stop.
void say(std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
  (void)std::fflush(stderr);
}

}  // namespace

std::string pulse_words(const Pulse& pulse, double packets_per_second, std::optional<std::uint64_t> lost) {
  std::string words = rate_words(packets_per_second);
  if (lost) words += fmt::format(", {} lost", *lost);
  return fmt::format("{}, {} flows, IPv6 {}, TLS 1.3 {}, not read {}", words, pulse.flows,
                     percent(pulse.packets_v6, pulse.packets), percent(pulse.tls_1_3, pulse.tls),
                     percent(pulse.packets_unread, pulse.packets));
}

Attendant::Attendant(Duties duties, const Terminal& terminal) : duties_(std::move(duties)), terminal_(terminal) {
  try {
    thread_ = std::thread([this] { attend(); });
  } catch (const std::system_error&) {
    // The run matters more than to see how far it is.
  }
}

Attendant::~Attendant() {
  stop_.store(true);
  wake();
  if (thread_.joinable()) thread_.join();
}

void Attendant::attend() {
  const milliseconds every = terminal_.is_terminal ? duties_.bar_every : duties_.words_every;
  steady_clock::time_point next = steady_clock::now() + every;
  while (!stop_.load()) {
    const auto left = std::chrono::ceil<milliseconds>(next - steady_clock::now());
    const Asked asked = wait_for_signal(duties_.silent ? kLongestWait : std::max(left, milliseconds{0}));
    if (asked.reopen && duties_.reopen) duties_.reopen();
    if (asked.status && duties_.status)
      say(fmt::format("{}uptake: {}\n", std::exchange(line_stands_, false) ? kClearLine : "", duties_.status()));
    if (stop_.load() || duties_.silent || steady_clock::now() < next) continue;
    next += every;
    show();
  }
  if (line_stands_) say(kClearLine);
}

void Attendant::show() {
  if (!terminal_.is_terminal) return say(fmt::format("uptake: {}\n", duties_.words()));
  // The last column stays free: some terminals wrap when it is written.
  say(fmt::format("{}{}", kClearLine, duties_.bar(terminal_.width - 1)));
  line_stands_ = true;
}

}  // namespace uptake
