#include "tools/uptake/event_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace uptake {
namespace event_file_test {

using Pace = EventFile::Pace;

/// Folder: of one test, gone behind it.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("uptake-events-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string operator()(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Stop: a descriptor as a signal would make it ready.
struct Stop {
  ~Stop() { close(fd); }
  void ask() const {
    const std::uint64_t one = 1;
    EXPECT_EQ(write(fd, &one, sizeof one), 8);
  }
  int fd = eventfd(0, EFD_CLOEXEC);
};

TEST(EventFile, LinesAreThereWhileTheRunGoesOn) {
  const Folder in;
  const Stop stop;
  std::ofstream(in("events")) << "of an earlier run\n";
  EventFile file(in("events"), Pace::of_reader, stop.fd);
  EXPECT_TRUE(file.write("one\n"));
  EXPECT_EQ(text_of(in("events")), "one\n");
  struct stat status {};
  ASSERT_EQ(stat(in("events").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U) << "events name people";
}

TEST(EventFile, GoesOnInANewFileAndLosesNothing) {
  for (const Pace pace : {Pace::of_reader, Pace::of_clock}) {
    const Folder in;
    const Stop stop;
    constexpr int kLines = 20'000;
    EventFile file(in("events"), pace, stop.fd);
    std::atomic<bool> done = false;
    std::thread writer([&] {
      for (int i = 0; i < kLines; ++i) EXPECT_TRUE(file.write(std::to_string(i) + "\n"));
      done = true;
    });
    std::string all;
    int turns = 0;
    const auto turn = [&] {
      const std::string old = in("events." + std::to_string(turns++));
      std::filesystem::rename(in("events"), old);
      file.reopen();
      while (!std::filesystem::exists(in("events"))) file.reopen();
      all += text_of(old);
    };
    while (!done) turn();
    writer.join();
    turn();
    file.close();
    all += text_of(in("events"));
    EXPECT_FALSE(file.failure());
    EXPECT_GT(turns, 1);
    std::string expected;
    for (int i = 0; i < kLines; ++i) expected += std::to_string(i) + "\n";
    EXPECT_TRUE(all == expected) << all.size() << " octets of " << expected.size();
  }
}

TEST(EventFile, ASlowReaderOfAPortLosesLinesAndStopsNobody) {
  const Folder in;
  const Stop stop;
  ASSERT_EQ(mkfifo(in("pipe").c_str(), 0600), 0);
  const int reader = open(in("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  EventFile file(in("pipe"), Pace::of_clock, stop.fd);
  std::string lines(100'000, 'x');
  lines.back() = '\n';
  std::size_t taken = 0;
  std::size_t dropped = 0;
  for (int i = 0; i < 400; ++i) (file.write(lines) ? taken : dropped) += 1;
  EXPECT_GE(dropped, 200U);
  EXPECT_LE(taken * lines.size(), 2 * LineQueue::kBytes + (2U << 20));
  // Nobody reads on: the run still ends.
  stop.ask();
  file.close();
  EXPECT_TRUE(file.failure());
  close(reader);
}

TEST(EventFile, LinesOfAPortAreMadeByTheThreadThatWritesThem) {
  for (const Pace pace : {Pace::of_reader, Pace::of_clock}) {
    const Folder in;
    const Stop stop;
    EventFile file(in("events"), pace, stop.fd);
    std::thread::id maker;
    EXPECT_TRUE(file.write_later(8, [&](std::string& lines) {
      maker = std::this_thread::get_id();
      lines += "one\n";
    }));
    EXPECT_TRUE(file.write("two\n"));
    file.close();
    EXPECT_EQ(text_of(in("events")), "one\ntwo\n");
    EXPECT_EQ(maker == std::this_thread::get_id(), pace == Pace::of_reader);
  }
}

TEST(EventFile, LinesOfAPortThatFindNoRoomAreNeverMade) {
  const Folder in;
  const Stop stop;
  EventFile file(in("events"), Pace::of_clock, stop.fd);
  EXPECT_FALSE(file.write_later(LineQueue::kBytes + 1, [](std::string& lines) { lines += "lost\n"; }));
  EXPECT_TRUE(file.write("kept\n"));
  file.close();
  EXPECT_EQ(text_of(in("events")), "kept\n");
}

TEST(EventFile, ARunOfAPortEndsThoughItsReaderIsStuck) {
  const Folder in;
  const Stop stop;
  ASSERT_EQ(mkfifo(in("pipe").c_str(), 0600), 0);
  const int reader = open(in("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  EventFile file(in("pipe"), Pace::of_clock, stop.fd);
  EXPECT_TRUE(file.write(std::string(1'000'000, 'x')));
  file.close();
  EXPECT_TRUE(file.failure());
  close(reader);
}

TEST(EventFile, GoesOnInTheOldFileWhereANewOneCannotBeMade) {
  const Folder in;
  const Stop stop;
  EventFile file(in("events"), Pace::of_reader, stop.fd);
  EXPECT_TRUE(file.write("one\n"));
  std::filesystem::rename(in("events"), in("old"));
  std::filesystem::create_directory(in("events"));
  file.reopen();
  EXPECT_TRUE(file.write("two\n"));
  file.close();
  ASSERT_TRUE(file.failure());
  std::ifstream old(in("old"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(old), {}), "one\ntwo\n");
}

TEST(EventFile, AReaderWhoHasSeenEnoughIsNoError) {
  const Folder in;
  const Stop stop;
  ASSERT_EQ(mkfifo(in("pipe").c_str(), 0600), 0);
  const int reader = open(in("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  EventFile file(in("pipe"), Pace::of_reader, stop.fd);
  EXPECT_TRUE(file.write("one\n"));
  close(reader);
  std::signal(SIGPIPE, SIG_IGN);
  EXPECT_TRUE(file.write("two\n"));
  file.close();
  EXPECT_FALSE(file.failure());
}

TEST(EventFile, SaysWhyItCannotBeOpened) {
  const Stop stop;
  EventFile file("/nowhere/events", Pace::of_reader, stop.fd);
  ASSERT_TRUE(file.failure());
  EXPECT_EQ(file.failure()->why, Why::cannot_create);
  EXPECT_THAT(file.failure()->line(), testing::HasSubstr("/nowhere/events"));
  EXPECT_TRUE(file.write("lost\n"));
}

}  // namespace event_file_test
}  // namespace uptake
