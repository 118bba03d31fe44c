#include "tools/uptake/written_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "policy/digests.h"
#include "tests/policy/report/card_fixture.h"

namespace uptake {
namespace written_card_test {

using testing::HasSubstr;

/// All that a new form takes, beside its line in card_formats(): how many frames each window has.
class Frames final : public CardWriter {
 public:
  explicit Frames(const ScoreCard& card) : card_(card) {}
  [[nodiscard]] std::string begin() override { return "<"; }
  [[nodiscard]] std::string window(const WindowCard& window) override {
    return std::to_string(window.ledger.frames) + ";";
  }
  [[nodiscard]] std::string end() override { return std::to_string(card_.inputs) + ">"; }

 private:
  const ScoreCard& card_;
};
constexpr CardFormat kFrames{"--frames", [](const ScoreCard& card, const Catalogue&) -> std::unique_ptr<CardWriter> {
                               return std::make_unique<Frames>(card);
                             }};

class Written : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static WindowCard window(std::uint64_t frames) {
    WindowCard window;
    window.ledger.frames = frames;
    window.start_ns = 1'793'577'600'000'000'000 + frames * 60'000'000'000;  // from 2026-11-02 on
    return window;
  }
  std::string content(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("uptake_written_card_" + std::to_string(getpid()));
  const Catalogue catalogue_ = card::toy_catalogue();
  ScoreCard card_;
};

TEST_F(Written, HoldsAllWindowsAndWhatIsKnownAtTheEnd) {
  WrittenCard file(kFrames, (folder_ / "card").string(), false, card_, catalogue_);
  file.show(window(3));
  file.show(window(5));
  card_.inputs = 7;
  EXPECT_EQ(content("card"), "") << "it has no name yet";
  file.finish();
  EXPECT_FALSE(file.failure().has_value());
  EXPECT_EQ(content("card"), "<3;5;7>");
}

TEST_F(Written, OfAFolderHoldsOneWindow) {
  WrittenCard file(kFrames, folder_.string(), true, card_, catalogue_);
  file.show(window(3));
  EXPECT_EQ(content("20261102T000300Z.frames"), "<3;0>");
  file.show(window(5));
  file.finish();
  EXPECT_FALSE(file.failure().has_value());
  EXPECT_EQ(content("20261102T000300Z.frames"), "<3;0>");
  EXPECT_EQ(content("20261102T000500Z.frames"), "<5;0>");
}

TEST_F(Written, AFolderTakesWindows) {
  const WrittenCard file(kFrames, folder_.string(), false, card_, catalogue_);
  ASSERT_TRUE(file.failure().has_value());
  EXPECT_THAT(file.failure()->line(), HasSubstr("--frames"));
  EXPECT_THAT(file.failure()->line(), HasSubstr("give --window as well"));
}

TEST_F(Written, WhatCannotBeWrittenIsSaidOnce) {
  WrittenCard file(kFrames, folder_.string(), true, card_, catalogue_);
  std::filesystem::remove_all(folder_);
  file.show(window(3));
  ASSERT_TRUE(file.failure().has_value());
  const std::string first = file.failure()->line();
  EXPECT_THAT(first, HasSubstr("20261102T000300Z.frames"));
  file.show(window(5));
  EXPECT_EQ(file.failure()->line(), first);
  EXPECT_TRUE(WrittenCard(kFrames, (folder_ / "card").string(), false, card_, catalogue_).failure().has_value());
}

}  // namespace written_card_test
}  // namespace uptake
