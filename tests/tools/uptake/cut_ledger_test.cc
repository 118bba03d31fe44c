#include "tools/uptake/cut_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace uptake {
namespace cut_ledger_test {

using testing::HasSubstr;

class CutLedger : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::temp_directory_path() / ("uptake_cuts_" + std::to_string(getpid()))).string();
    std::filesystem::remove(path_);
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::string refused(const Cut& cut) const {
    const std::optional<Refusal> refusal = note_cut(path_, cut);
    return refusal ? refusal->line() : "";
  }
  std::string text() const {
    std::ifstream in(path_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string path_;
  const Cut cut_{"2026-11", "ISP-A", "NL", "abcdef0123456789", "0f0f"};
};

TEST_F(CutLedger, TakesTheSameCutAgainAndNoOther) {
  EXPECT_EQ(refused(cut_), "");
  EXPECT_EQ(text(), "2026-11 ISP-A NL cards:abcdef0123456789 figures:0f0f\n");
  EXPECT_EQ(refused(cut_), "");
  EXPECT_EQ(text(), "2026-11 ISP-A NL cards:abcdef0123456789 figures:0f0f\n");
  const auto with = [this](std::string Cut::*member, const char* value) {
    Cut other = cut_;
    other.*member = value;
    return refused(other);
  };
  EXPECT_THAT(with(&Cut::cards, "123456789abcdef0"),
              HasSubstr("2026-11 of ISP-A left before, of other cards (abcdef012345..., now 123456789abc...)"));
  EXPECT_THAT(with(&Cut::area, "BE"), HasSubstr("of the same cards, as of NL"));
  EXPECT_THAT(with(&Cut::figures, "1e1e"), HasSubstr("with other counts"));
  EXPECT_THAT(with(&Cut::operator_name, "isp-a"), HasSubstr("of the same cards, as ISP-A"));
  EXPECT_EQ(with(&Cut::period, "2026-12"), "");
  EXPECT_EQ(with(&Cut::operator_name, "ISP-B"), "");
  EXPECT_EQ(refused(cut_), "");
}

TEST_F(CutLedger, ForgetsALineThatACrashCutOff) {
  EXPECT_EQ(refused(cut_), "");
  std::ofstream(path_, std::ios::app) << "2026-12 ISP-A NL ca";
  EXPECT_EQ(refused({"2026-12", "ISP-A", "NL", "11", "22"}), "");
  EXPECT_THAT(text(), testing::EndsWith("figures:0f0f\n2026-12 ISP-A NL cards:11 figures:22\n"));
}

TEST_F(CutLedger, RefusesAnotherFile) {
  std::ofstream(path_) << "2026-11 ISP-A NL cards:1 figures:2 more\n";
  EXPECT_THAT(refused(cut_), HasSubstr("line 1 is no cut"));
  EXPECT_EQ(note_cut("/none/ledger", cut_)->why, Why::cannot_create);
}

TEST_F(CutLedger, LetsOneOfManyAtOnceThrough) {
  std::vector<int> taken(16);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < taken.size(); ++i)
    threads.emplace_back([&, i] {
      Cut cut = cut_;
      cut.cards = std::to_string(i);
      taken[i] = note_cut(path_, cut) ? 0 : 1;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(taken.begin(), taken.end(), 1), 1);
}

}  // namespace cut_ledger_test
}  // namespace uptake
