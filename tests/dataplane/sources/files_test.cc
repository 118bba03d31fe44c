// Compression, pipes, several files, and files that change while they are read.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <thread>

#include "tests/dataplane/sources/reading.h"

namespace uptake::test {
namespace files_test {

using testing::AnyOf;
using testing::HasSubstr;

struct Compression {
  const char* name;
  Octets (*compress)(const Octets&);
};
constexpr Compression kCompressions[] = {{"gzip", gzip}, {"bzip2", bzip2}, {"zstd", zstd}, {"xz", xz}, {"lz4", lz4}};

TEST(Files, CompressedAndConcatenated) {
  const TempDirectory directory;
  const auto packets = some_packets(1000);
  const Octets plain = pcap_bytes(packets);
  const auto middle = plain.begin() + 300'001;
  for (const auto& [name, compress] : kCompressions) {
    SCOPED_TRACE(name);
    const FilesRead whole = read_paths({directory.write("capture", compress(plain))});
    expect_frames(whole.frames, as_seen(packets));
    EXPECT_TRUE(whole.damages.empty());
    const Octets pieces = compress({plain.begin(), middle}) + compress({middle, plain.end()});
    const FilesRead joined = read_paths({directory.write("capture", pieces)});
    expect_frames(joined.frames, as_seen(packets));
    EXPECT_TRUE(joined.damages.empty());
    expect_frames(read_paths({directory.write("capture", compress(pcapng_bytes(packets)))}).frames, as_seen(packets));
  }
}

TEST(Files, BrokenCompressionKeepsWhatCameBefore) {
  const TempDirectory directory;
  const auto packets = some_packets(1000);
  const auto expected = as_seen(packets);
  for (const auto& [name, compress] : kCompressions) {
    SCOPED_TRACE(name);
    Octets cut = compress(pcap_bytes(packets));
    cut.resize(cut.size() / 2);
    const FilesRead reading = read_paths({directory.write("capture", cut)});
    ASSERT_EQ(reading.damages.size(), 1U);
    EXPECT_GT(reading.frames.size(), 100U);
    EXPECT_LT(reading.frames.size(), packets.size());
    expect_frames(reading.frames, {expected.begin(), expected.begin() + static_cast<long>(reading.frames.size())});
  }
}

TEST(Files, ABombIsStopped) {
  const TempDirectory directory;
  std::vector<Packet> packets(450);
  for (Packet& packet : packets) packet.bytes.resize(200'000);
  FileOptions options;
  options.max_ratio = 100;
  const FilesRead reading = read_paths({directory.write("capture", zstd(pcap_bytes(packets)))}, options);
  EXPECT_LT(reading.frames.size(), packets.size());
  ASSERT_EQ(reading.damages.size(), 1U);
  EXPECT_THAT(reading.damages[0].what, HasSubstr("max_ratio"));
}

/// Feeds a named pipe with `bytes` in pieces of `piece` octets.
std::thread feed(const std::string& path, const Octets& bytes, std::size_t piece) {
  return std::thread([path, &bytes, piece] {
    const int fd = open(path.c_str(), O_WRONLY);
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t wrote = write(fd, bytes.data() + at, std::min(piece, bytes.size() - at));
      if (wrote <= 0) break;
      at += static_cast<std::size_t>(wrote);
    }
    close(fd);
  });
}

TEST(Files, PipesGiveTheSameFrames) {
  const TempDirectory directory;
  const auto packets = some_packets(2000);
  const auto path = directory.path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const Octets plain = pcap_bytes(packets);
  for (const Octets& bytes : {plain, pcapng_bytes(packets), gzip(plain), zstd(plain)}) {
    for (const std::size_t piece : {std::size_t{997}, std::size_t{1} << 20}) {
      std::thread feeder = feed(path, bytes, piece);
      const FilesRead reading = read_paths({path});
      feeder.join();
      expect_frames(reading.frames, as_seen(packets));
      EXPECT_TRUE(reading.damages.empty());
    }
  }
}

TEST(Files, FramesThatWereReadDoNotWaitForMoreFromAPipe) {
  const TempDirectory directory;
  const auto packets = some_packets(kChunkFrames * 3 / 2, 9, 60);
  const auto path = directory.path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const Octets plain = pcap_bytes(packets);
  std::vector<Octets> ways = {plain};
  for (const Compression& one : kCompressions) ways.push_back(one.compress(plain));
  for (const Octets& bytes : ways) {
    std::promise<void> all_came;
    std::thread feeder([&] {
      std::ofstream pipe(path, std::ios::binary);
      pipe.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      pipe.flush();
      all_came.get_future().wait();
    });
    OpenedFiles opened = open_files({path});
    Chunk chunk;
    std::size_t count = 0;
    while (count < packets.size() && opened.source->next(chunk)) count += chunk.frames.size();
    all_came.set_value();
    feeder.join();
    EXPECT_EQ(count, packets.size());
    EXPECT_FALSE(opened.source->next(chunk));
  }
}

TEST(Files, ASkippableFrameMayStandInFrontOfLz4) {
  const TempDirectory directory;
  const auto packets = some_packets(100);
  for (const std::size_t size : {0U, 3U, 30U, 70'000U}) {
    Octets skipped = {0x5e,
                      0x2a,
                      0x4d,
                      0x18,
                      static_cast<std::uint8_t>(size),
                      static_cast<std::uint8_t>(size >> 8),
                      static_cast<std::uint8_t>(size >> 16),
                      0};
    skipped.resize(8 + size, 'x');
    for (const auto compress : {lz4, zstd})
      expect_frames(
          read_paths({directory.write("capture", skipped + skipped + compress(pcap_bytes(packets)))}).frames,
          as_seen(packets));
  }
}

TEST(Files, APipeAmongFilesIsOrderedByItsFirstFrame) {
  const TempDirectory directory;
  const auto packets = some_packets(900);
  const std::vector<Packet> early(packets.begin(), packets.begin() + 400);
  const std::vector<Packet> late(packets.begin() + 400, packets.end());
  const auto pipe = directory.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const auto file = directory.write("file", pcap_bytes(late));
  const Octets bytes = pcap_bytes(early);
  std::thread feeder = feed(pipe, bytes, 100);
  const FilesRead reading = read_paths({file, pipe});
  feeder.join();
  expect_frames(reading.frames, as_seen(packets));
}

TEST(Files, PiecesAreReadInTheOrderOfTheirFirstFrames) {
  const TempDirectory directory;
  const auto packets = some_packets(5000);
  const auto part = [&](long from, long to) {
    return std::vector<Packet>(packets.begin() + from, packets.begin() + to);
  };
  std::filesystem::create_directory(directory.path("pieces"));
  (void)directory.write("pieces/c", pcap_bytes(part(0, 1000)));
  (void)directory.write("pieces/a", zstd(pcapng_bytes(part(1000, 2500))));
  (void)directory.write("pieces/b", pcap_bytes(part(2500, 5000), {.nanoseconds = true, .big_endian = true}));
  (void)directory.write("pieces/0-none", pcap_bytes({}));
  (void)directory.write("pieces/notes.txt", Octets(100, 'x'));
  std::filesystem::create_directory(directory.path("pieces/deeper"));
  (void)directory.write("pieces/deeper/d", pcap_bytes(part(0, 10)));
  for (const std::string& argument : {directory.path("pieces"), directory.path("pieces") + "/?"}) {
    OpenedFiles opened = open_files({argument});
    ASSERT_FALSE(opened.refusal) << opened.refusal->line();
    // A text, and the directory below: which the glob names, so that it is read.
    EXPECT_EQ(opened.notes.size(), argument.back() == '?' ? 0U : 2U);
    EXPECT_EQ(opened.source->paths().front(), directory.path("pieces/c"));
    if (argument.back() != '?') {
      EXPECT_EQ(opened.source->paths().back(), directory.path("pieces/0-none"));
    }
    expect_frames(read_all(*opened.source).frames, as_seen(packets));
  }
}

TEST(Files, ErrorsSayWhatAndWhereAndWhatToDo) {
  const TempDirectory directory;
  const auto text = directory.write("text", Octets(100, 'x'));
  const auto empty = directory.write("empty", {});
  const auto locked = directory.write("locked", pcap_bytes({}));
  std::filesystem::create_directory(directory.path("none"));
  struct Case {
    std::vector<std::string> arguments;
    Why why;
    std::string what;
  };
  std::vector<Case> cases{{{directory.path("missing")}, Why::no_input, "missing: No such file"},
                          {{directory.path("*.pcap")}, Why::no_input, "matches no file"},
                          {{text}, Why::no_capture, "not a capture"},
                          {{empty}, Why::no_capture, "empty"},
                          {{directory.path("none")}, Why::no_input, "holds no capture"},
                          {{}, Why::no_input, "no input"}};
  if (geteuid() != 0) cases.push_back({{locked}, Why::permission, "permission denied"});
  chmod(locked.c_str(), 0);
  for (const Case& one : cases) {
    const OpenedFiles opened = open_files(one.arguments);
    EXPECT_EQ(opened.source, nullptr);
    ASSERT_TRUE(opened.refusal) << one.what;
    EXPECT_EQ(opened.refusal->why, one.why);
    EXPECT_THAT(opened.refusal->line(), HasSubstr(one.what));
    EXPECT_EQ(opened.refusal->line().find('\n'), std::string::npos);
  }
}

TEST(Files, ANameWithGlobCharactersIsTakenAsItIs) {
  const TempDirectory directory;
  const auto packets = some_packets(3);
  expect_frames(read_paths({directory.write("a[1]*.pcap", pcap_bytes(packets))}).frames, as_seen(packets));
}

/// How many records of pcap_bytes(packets) lie wholly in its first `size` octets.
std::size_t records_within(const std::vector<Packet>& packets, std::size_t size) {
  std::size_t end = kPcapFileHeader;
  std::size_t count = 0;
  while (count < packets.size() && (end += kPcapRecordHeader + packets[count].bytes.size()) <= size) ++count;
  return count;
}

TEST(Files, AShrinkingFileIsDamageAndKillsNobody) {
  const TempDirectory directory;
  const auto packets = some_packets(20000);
  const auto expected = as_seen(packets);
  const auto path = directory.write("capture", pcap_bytes(packets));
  for (const off_t size : {off_t{100'000}, off_t{0}, off_t{3'000'000}}) {
    (void)directory.write("capture", pcap_bytes(packets));
    OpenedFiles opened = open_files({path});
    Chunk first;
    ASSERT_TRUE(opened.source->next(first));
    ASSERT_EQ(truncate(path.c_str(), size), 0);
    std::size_t count = first.frames.size();
    Chunk chunk;
    while (opened.source->next(chunk)) {
      for (const Frame& frame : chunk.frames) {
        ASSERT_LT(count, expected.size());
        EXPECT_EQ(Octets(frame.data, frame.data + frame.captured), expected[count].bytes);
        ++count;
      }
    }
    EXPECT_LT(count, packets.size());
    EXPECT_GE(count, records_within(packets, static_cast<std::size_t>(size)));
    ASSERT_EQ(opened.source->damages().size(), 1U);
    EXPECT_THAT(opened.source->damages()[0].what, AnyOf(HasSubstr("shrank"), HasSubstr("ends inside a record")));
  }
}

TEST(Files, AGrowingFileIsReadToTheSizeAtItsEnd) {
  const TempDirectory directory;
  const auto packets = some_packets(20000);
  const Octets all = pcap_bytes(packets);
  // The first part ends inside a record, as a writer's buffer does.
  const auto path = directory.write("capture", {all.begin(), all.begin() + 4'000'001});
  OpenedFiles opened = open_files({path});
  Chunk chunk;
  std::size_t count = 0;
  for (bool grown = false; opened.source->next(chunk); grown = true) {
    count += chunk.frames.size();
    if (grown) continue;
    std::ofstream more(path, std::ios::binary | std::ios::app);
    more.write(reinterpret_cast<const char*>(all.data()) + 4'000'001,
               static_cast<std::streamsize>(all.size() - 4'000'001));
  }
  EXPECT_EQ(count, packets.size());
  EXPECT_TRUE(opened.source->damages().empty());
}

TEST(Files, SeveralChunksLiveAtOnceAndStorageIsUsedAgain) {
  const TempDirectory directory;
  const auto packets = some_packets(30000);
  const auto expected = as_seen(packets);
  const auto path = directory.write("capture", pcap_bytes(packets));
  OpenedFiles opened = open_files({path});
  std::array<Chunk, 3> chunks;
  std::array<const Frame*, 3> storage{};
  for (std::size_t round = 0; opened.source->next(chunks[round % 3]); ++round) {
    if (round >= 3) {
      EXPECT_EQ(chunks[round % 3].frames.data(), storage[round % 3]);
    }
    storage[round % 3] = chunks[round % 3].frames.data();
    for (const Chunk& chunk : chunks) {
      for (const Frame& frame : chunk.frames) {
        ASSERT_EQ(Octets(frame.data, frame.data + frame.captured), expected[frame.ordinal].bytes);
      }
    }
  }
}

TEST(Files, ProgressReachesTheTotal) {
  const TempDirectory directory;
  const auto packets = some_packets(3000);
  const auto a = directory.write("a", pcap_bytes(packets));
  const auto b = directory.write("b", zstd(pcap_bytes(packets)));
  OpenedFiles opened = open_files({a, b});
  const Progress before = opened.source->progress();
  EXPECT_EQ(before.bytes_done, 0U);
  EXPECT_EQ(before.bytes_total, std::filesystem::file_size(a) + std::filesystem::file_size(b));
  (void)read_all(*opened.source);
  const Progress after = opened.source->progress();
  EXPECT_EQ(after.bytes_done, after.bytes_total);
  EXPECT_EQ(after.frames, 2 * packets.size());
}

}  // namespace files_test
}  // namespace uptake::test
