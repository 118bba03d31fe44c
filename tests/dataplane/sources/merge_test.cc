// Several captures of one span: their frames come in the order of time, each once, whatever the files are.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "tests/dataplane/sources/reading.h"

namespace uptake::test {
namespace merge_test {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kHour = 3'600'000'000'000U;

/// Packets a microsecond and more apart, so that their order is known.
std::vector<Packet> ordered_packets(std::size_t count, unsigned seed = 1, std::size_t most = 1500) {
  auto packets = some_packets(count, seed, most);
  for (std::size_t i = 1; i < packets.size(); ++i)
    packets[i].time_ns = std::max(packets[i].time_ns, packets[i - 1].time_ns + 1000);
  return packets;
}

/// Deals the packets to `files` lists, at random but for the first of each.
std::vector<std::vector<Packet>> dealt(const std::vector<Packet>& packets, std::size_t files, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<Packet>> lists(files);
  for (const Packet& packet : packets) lists[random() % files].push_back(packet);
  return lists;
}

std::vector<Packet> joined(std::vector<Packet> a, const std::vector<Packet>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<std::string> written(const TempDirectory& directory, const std::vector<std::vector<Packet>>& lists) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    Octets bytes;
    if (i % 3 == 0) bytes = pcap_bytes(lists[i]);
    if (i % 3 == 1) bytes = pcapng_bytes(lists[i]);
    if (i % 3 == 2) bytes = zstd(pcap_bytes(lists[i], {.nanoseconds = true, .big_endian = true}));
    paths.push_back(directory.write(std::to_string(i), bytes));
  }
  return paths;
}

TEST(Merge, FilesOfOneSpanComeInTheOrderOfTime) {
  const TempDirectory directory;
  const auto packets = ordered_packets(20000);
  for (const std::size_t files : {2U, 3U, 7U, 40U}) {
    SCOPED_TRACE(files);
    const FilesRead reading = read_paths(written(directory, dealt(packets, files, 7)));
    expect_frames(reading.frames, as_seen(packets));
    EXPECT_TRUE(reading.damages.empty());
  }
}

TEST(Merge, FilesThatOverlapALittleAndFilesWithin) {
  const TempDirectory directory;
  const auto packets = ordered_packets(12000);
  const auto taken = [&](std::size_t from, std::size_t to, auto which) {
    std::vector<Packet> part;
    for (std::size_t i = from; i < to; ++i)
      if (which(i)) part.push_back(packets[i]);
    return part;
  };
  // A chain of files of which each begins shortly before the last one ends, and one file within the second.
  const auto all = [](std::size_t) { return true; };
  const std::vector<std::vector<Packet>> lists = {
      joined(taken(0, 3999, all), taken(4000, 4001, all)),
      joined(taken(3999, 4000, all),
             taken(4001, 8000, [](std::size_t i) { return i < 5000 || i >= 6000 || i % 2 == 0; })),
      taken(5000, 6000, [](std::size_t i) { return i % 2 == 1; }),
      taken(8000, 12000, all),
  };
  const FilesRead reading = read_paths(written(directory, lists));
  expect_frames(reading.frames, as_seen(packets));
}

TEST(Merge, FilesThatFollowEachOtherAreReadInOrder) {
  const TempDirectory directory;
  const auto packets = ordered_packets(20000);
  const std::vector<Packet> early(packets.begin(), packets.begin() + 9000);
  const std::vector<Packet> late(packets.begin() + 9000, packets.end());
  const auto second = directory.write("a", pcap_bytes(late));
  const auto first = directory.write("b", pcap_bytes(early));
  expect_frames(read_paths({second, first}).frames, as_seen(packets));
}

TEST(Merge, FramesOfOneTimeComeInTheOrderOfTheFiles) {
  const TempDirectory directory;
  auto packets = some_packets(300);
  for (Packet& packet : packets) packet.time_ns = 1'700'000'000'000'000'000U;
  std::vector<std::string> paths;
  for (int i = 0; i < 3; ++i)
    paths.push_back(
        directory.write(std::string(1, static_cast<char>('a' + i)),
                        pcap_bytes(std::vector<Packet>(packets.begin() + i * 100, packets.begin() + i * 100 + 100))));
  expect_frames(read_paths(paths).frames, as_seen(packets));
  std::reverse(paths.begin(), paths.end());
  expect_frames(read_paths(paths).frames, as_seen(packets));
}

TEST(Merge, WithinAFileTheOrderStays) {
  const TempDirectory directory;
  auto packets = ordered_packets(3000);
  for (std::size_t i = 10; i + 5 < packets.size(); i += 20) std::swap(packets[i].time_ns, packets[i + 5].time_ns);
  const auto lists = dealt(packets, 2, 3);
  const FilesRead reading = read_paths(written(directory, lists));
  ASSERT_EQ(reading.frames.size(), packets.size());
  for (const auto& list : lists) {
    std::vector<Seen> own;
    for (const Seen& seen : reading.frames)
      if (std::any_of(list.begin(), list.end(), [&](const Packet& p) { return p.bytes == seen.bytes; }))
        own.push_back(seen);
    expect_frames(own, as_seen(list));
  }
}

TEST(Merge, WildStampsMoveNothingElse) {
  const TempDirectory directory;
  const auto packets = ordered_packets(4000);
  for (const std::uint64_t wild : {std::uint64_t{0}, packets[0].time_ns + 300'000 * kHour}) {
    for (const std::size_t where : {std::size_t{0}, std::size_t{50}, std::size_t{1}, std::size_t{1999}}) {
      auto lists = dealt(packets, 2, 5);
      lists[1].resize(1999);
      lists[1].insert(lists[1].begin() + static_cast<long>(std::min(where, lists[1].size())),
                      {Octets(77, 0x77), wild, 0, 0});
      std::vector<Packet> rest = lists[0];
      for (const Packet& packet : lists[1])
        if (packet.time_ns != wild) rest.push_back(packet);
      std::stable_sort(rest.begin(), rest.end(),
                       [](const Packet& a, const Packet& b) { return a.time_ns < b.time_ns; });
      std::vector<Seen> frames = read_paths(written(directory, lists)).frames;
      std::erase_if(frames, [](const Seen& seen) { return seen.bytes == Octets(77, 0x77); });
      expect_frames(frames, as_seen(rest));
    }
  }
}

TEST(Merge, PausesOfHoursAreFollowed) {
  const TempDirectory directory;
  auto packets = ordered_packets(6000);
  for (std::size_t i = 0; i < packets.size(); ++i) packets[i].time_ns += i / 1500 * 5 * kHour;
  expect_frames(read_paths(written(directory, dealt(packets, 3, 9))).frames, as_seen(packets));
}

TEST(Merge, LongFramesFillChunksByOctets) {
  const TempDirectory directory;
  auto packets = ordered_packets(60, 3, 10);
  for (std::size_t i = 0; i < packets.size(); ++i)
    packets[i].bytes.resize(i % 3 == 0 ? 262144 : i % 3 == 1 ? 0 : 9000);
  for (Packet& packet : packets) packet.wire = 262144;
  expect_frames(read_paths(written(directory, dealt(packets, 2, 2))).frames, as_seen(packets));
}

TEST(Merge, MoreFilesThanCanBeOpen) {
#ifdef __has_feature
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "a sanitizer opens files of its own";
#endif
#endif
  const TempDirectory directory;
  const auto packets = ordered_packets(4000, 4, 60);
  const auto paths = written(directory, dealt(packets, 60, 4));
  struct rlimit before {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  std::size_t open_now = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++open_now;
  OpenedFiles opened = open_files(paths);
  const struct rlimit few { open_now + 20, before.rlim_max };
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const FilesRead reading = read_all(*opened.source);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(reading.frames.size(), packets.size());
  EXPECT_TRUE(reading.damages.empty());
  EXPECT_GT(opened.source->crowded_out(), 30U);
}

TEST(Merge, MoreFilesThanAreMergedAtOnce) {
  const TempDirectory directory;
  const auto packets = ordered_packets(6000, 4, 60);
  OpenedFiles opened = open_files(written(directory, dealt(packets, FileQueue::kMostOpen + 20, 4)));
  EXPECT_EQ(read_all(*opened.source).frames.size(), packets.size());
  EXPECT_GE(opened.source->crowded_out(), 20U);
}

TEST(Merge, ADamagedFileCostsWhatIsBehindTheDamage) {
  const TempDirectory directory;
  const auto packets = ordered_packets(4000);
  const auto lists = dealt(packets, 2, 6);
  for (const auto& compress : {+[](const Octets& plain) { return plain; }, gzip, bzip2, zstd, xz, lz4}) {
    Octets cut = compress(pcap_bytes(lists[1]));
    cut.resize(cut.size() / 3);
    const FilesRead reading = read_paths({directory.write("a", pcap_bytes(lists[0])), directory.write("b", cut)});
    EXPECT_GE(reading.frames.size(), lists[0].size());
    EXPECT_LT(reading.frames.size(), packets.size());
    ASSERT_EQ(reading.damages.size(), 1U);
    EXPECT_THAT(reading.damages[0].path, HasSubstr("/b"));
    EXPECT_TRUE(std::is_sorted(reading.frames.begin(), reading.frames.end(),
                               [](const Seen& a, const Seen& b) { return a.time_ns < b.time_ns; }));
  }
}

TEST(Merge, APipeAndAFileOfOneSpan) {
  const TempDirectory directory;
  const auto packets = ordered_packets(3000);
  const auto lists = dealt(packets, 2, 8);
  const auto file = directory.write("file", pcap_bytes(lists[0]));
  const auto pipe = directory.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const Octets bytes = pcapng_bytes(lists[1]);
  std::thread feeder([&] { write_file(pipe, bytes); });
  const FilesRead reading = read_paths({file, pipe});
  feeder.join();
  expect_frames(reading.frames, as_seen(packets));
}

TEST(Inputs, AFileThatStandsThereTwiceIsReadOnce) {
  const TempDirectory directory;
  const auto packets = ordered_packets(100);
  const auto path = directory.write("capture", pcap_bytes(packets));
  std::filesystem::create_directory(directory.path("folder"));
  std::filesystem::create_hard_link(path, directory.path("folder/hard"));
  std::filesystem::create_symlink(path, directory.path("folder/soft"));
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {path, path},
           {path, directory.path("folder/../capture")},
           {path, directory.path("folder")},
           {directory.path("folder/soft"), directory.path("c*"), directory.path()}}) {
    OpenedFiles opened = open_files(arguments);
    ASSERT_FALSE(opened.refusal) << opened.refusal->line();
    expect_frames(read_all(*opened.source).frames, as_seen(packets));
    EXPECT_THAT(opened.notes, testing::Contains(HasSubstr("the same file as")));
  }
}

TEST(Inputs, WhatCannotBeReadCostsItself) {
  const TempDirectory directory;
  const auto packets = ordered_packets(100);
  const auto good = directory.write("good", pcap_bytes(packets));
  const auto empty = directory.write("empty", {});
  const auto text = directory.write("text", Octets(100, 'x'));
  Octets stump = gzip(pcap_bytes(packets));
  stump.resize(12);
  const auto cut = directory.write("cut.gz", stump);
  const auto missing = directory.path("missing");
  for (const auto& [path, what] : {std::pair{empty, "empty"},
                                   {text, "not a capture"},
                                   {cut, "too early"},
                                   {missing, "No such file"},
                                   {directory.path("?.none"), "matches no file"}}) {
    OpenedFiles opened = open_files({path, good});
    ASSERT_FALSE(opened.refusal) << opened.refusal->line();
    const FilesRead reading = read_all(*opened.source);
    expect_frames(reading.frames, as_seen(packets));
    ASSERT_EQ(reading.damages.size(), 1U);
    EXPECT_EQ(reading.damages[0].path, path);
    EXPECT_THAT(reading.damages[0].what, HasSubstr(what));
    EXPECT_TRUE(reading.damages[0].whole);
    // Alone it is an error, for then nothing is left to read.
    EXPECT_TRUE(open_files({path}).refusal);
    EXPECT_TRUE(open_files({path, missing}).refusal);
  }
}

TEST(Inputs, DirectoriesInDirectoriesAreNamedOrRead) {
  const TempDirectory directory;
  const auto packets = ordered_packets(200);
  std::filesystem::create_directories(directory.path("a/b/c"));
  (void)directory.write("a/1", pcap_bytes(std::vector<Packet>(packets.begin(), packets.begin() + 100)));
  (void)directory.write("a/b/c/2", pcap_bytes(std::vector<Packet>(packets.begin() + 100, packets.end())));
  std::filesystem::create_directory_symlink(directory.path("a"), directory.path("a/b/circle"));
  OpenedFiles flat = open_files({directory.path("a")});
  EXPECT_EQ(read_all(*flat.source).frames.size(), 100U);
  EXPECT_THAT(flat.notes, ElementsAre(HasSubstr("--recursive")));
  FileOptions options;
  options.recursive = true;
  expect_frames(read_paths({directory.path("a")}, options).frames, as_seen(packets));
}

}  // namespace merge_test
}  // namespace uptake::test
