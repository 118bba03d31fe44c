#include "tools/uptake/progress.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace uptake {
namespace progress_test {

using std::chrono::milliseconds;

TEST(Progress, ABarShowsShareBytesPaceAndTimeLeft) {
  const Progress progress{250'000'000, 1'000'000'000, 3'000'000};
  EXPECT_EQ(progress_bar(progress, milliseconds(2000), 100),
            "[#######.......................]  25 %  250.0 MB of 1.0 GB  1.5 Mpackets/s  0:06 left");
  EXPECT_EQ(progress_words(progress, milliseconds(2000)),
            "25 %: 250.0 MB of 1.0 GB, 3000000 packets, 1.5 Mpackets/s, 0:06 left");
}

TEST(Progress, APipeHasNoShare) {
  const Progress progress{999, 0, 10};
  EXPECT_EQ(progress_bar(progress, milliseconds(1000), 100), "999 B  10 packets/s");
  EXPECT_EQ(progress_words(progress, milliseconds(1000)), "999 B, 10 packets, 10 packets/s");
}

TEST(Progress, NeverWiderThanTheTerminal) {
  for (unsigned width = 0; width < 120; ++width)
    for (const Progress progress : {Progress{1, 3, 1}, Progress{~0ULL, 1, ~0ULL}, Progress{0, 0, 0}})
      EXPECT_LE(progress_bar(progress, milliseconds(0), width).size(), width);
}

}  // namespace progress_test
}  // namespace uptake
