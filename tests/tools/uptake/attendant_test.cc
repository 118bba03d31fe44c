#include "tools/uptake/attendant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "tools/uptake/signals.h"

namespace uptake {
namespace attendant_test {

using std::chrono::milliseconds;

TEST(PulseWords, SayWhatWasCountedAndWhatIsNotKnown) {
  const Pulse pulse{1000, 12, 800, 200, 40, 10, 7};
  EXPECT_EQ(pulse_words(pulse, 1'500'000, 3),
            "1.5 Mpackets/s, 3 lost, 12 flows, IPv6 25.0 %, TLS 1.3 70.0 %, not read 5.0 %");
  EXPECT_EQ(pulse_words({}, 0, std::nullopt), "0 packets/s, 0 flows, IPv6 -, TLS 1.3 -, not read -");
}

TEST(Attendant, AShortRunShowsNothing) {
  testing::internal::CaptureStderr();
  { const Attendant attendant({}, Terminal{}); }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Attendant, ShowsWordsInALogAndALineThatGoesAwayOnATerminal) {
  for (const bool is_terminal : {false, true}) {
    std::atomic<int> shown = 0;
    Attendant::Duties duties;
    duties.bar_every = duties.words_every = milliseconds(1);
    duties.words = [&] { return ++shown, std::string("words"); };
    duties.bar = [&](unsigned width) { return ++shown, "bar of " + std::to_string(width); };
    testing::internal::CaptureStderr();
    {
      const Attendant attendant(duties, Terminal{.is_terminal = is_terminal, .width = 80});
      while (shown < 2) std::this_thread::yield();
    }
    const std::string out = testing::internal::GetCapturedStderr();
    if (is_terminal) {
      EXPECT_THAT(out, testing::StartsWith("\r\x1b[Kbar of 79\r\x1b[Kbar of 79"));
      EXPECT_THAT(out, testing::EndsWith("\r\x1b[K"));
    } else {
      EXPECT_THAT(out, testing::StartsWith("uptake: words\nuptake: words\n"));
    }
  }
}

TEST(Attendant, DoesWhatSignalsAskForAndIsOtherwiseSilent) {
  (void)stop_on_signal();
  std::atomic<int> reopened = 0;
  std::atomic<int> told = 0;
  Attendant::Duties duties;
  duties.silent = true;
  duties.reopen = [&] { ++reopened; };
  duties.status = [&] { return ++told, std::string("so far"); };
  testing::internal::CaptureStderr();
  {
    const Attendant attendant(duties, Terminal{});
    std::raise(SIGHUP);
    while (reopened == 0) std::this_thread::yield();
    std::raise(SIGUSR1);
    while (told == 0) std::this_thread::yield();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "uptake: so far\n");
  EXPECT_FALSE(stop_on_signal().load());
}

}  // namespace attendant_test
}  // namespace uptake
