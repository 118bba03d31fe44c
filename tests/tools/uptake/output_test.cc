#include "tools/uptake/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace uptake {
namespace output_test {

class Output : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("uptake_output_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string content(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  std::filesystem::path folder_;
};

TEST_F(Output, AppearsWholeOrNotAtAll) {
  {
    OutputFile file(path("card"));
    file.write("half");
    EXPECT_FALSE(std::filesystem::exists(path("card")));
  }
  EXPECT_EQ(files(), 0U) << "an uncommitted file leaves nothing behind";
  OutputFile file(path("card"));
  file.write("all ");
  file.write("of it");
  file.commit();
  EXPECT_FALSE(file.failure());
  EXPECT_EQ(content(path("card")), "all of it");
  EXPECT_EQ(files(), 1U);
}

TEST_F(Output, ReplacesAndKeepsTheMode) {
  std::ofstream(path("card")) << "old";
  ASSERT_EQ(chmod(path("card").c_str(), 0640), 0);
  EXPECT_FALSE(write_whole(path("card"), "new"));
  EXPECT_EQ(content(path("card")), "new");
  struct stat status {};
  ASSERT_EQ(stat(path("card").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640U);
}

TEST_F(Output, HasNoNameUntilItIsWhole) {
  std::ofstream(path("card")) << "old";
  OutputFile file(path("card"));
  file.write("half");
  file.flush();
  EXPECT_EQ(files(), 1U) << "a process killed here leaves no other file behind";
  EXPECT_EQ(content(path("card")), "old");
  file.commit();
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(content(path("card")), "half");
}

TEST_F(Output, AReaderThatLeavesIsNoFailure) {
  std::signal(SIGPIPE, SIG_IGN);
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  const int reader = open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  OutputFile file(path("pipe"));
  file.write("read");
  file.flush();
  close(reader);
  file.write("not read");
  file.flush();
  file.write("nor this");
  file.commit();
  EXPECT_FALSE(file.failure());
}

TEST_F(Output, WhatCannotBeWrittenIsKnownBefore) {
  EXPECT_FALSE(cannot_write(""));
  EXPECT_FALSE(cannot_write("-"));
  EXPECT_FALSE(cannot_write("/dev/null"));
  EXPECT_FALSE(cannot_write(path("card")));
  EXPECT_EQ(files(), 0U);
  for (const std::string& bad : {path("none/card"), folder_.string()}) {
    const std::optional<Refusal> failure = cannot_write(bad);
    ASSERT_TRUE(failure) << bad;
    EXPECT_EQ(failure->why, Why::cannot_create);
  }
}

TEST_F(Output, AFolderThatIsNotThereCannotBeWrittenTo) {
  const std::optional<Refusal> failure = write_whole(path("none/card"), "x");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->why, Why::cannot_create);
  EXPECT_NE(failure->line().find("none/card: cannot be created"), std::string::npos) << failure->line();
}

TEST_F(Output, AFullDeviceIsToldAtTheEnd) {
  const std::optional<Refusal> failure = write_whole("/dev/full", "x");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->why, Why::cannot_write);
}

TEST_F(Output, DevicesAreWrittenInPlace) {
  EXPECT_FALSE(write_whole("/dev/null", "x"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace output_test
}  // namespace uptake
