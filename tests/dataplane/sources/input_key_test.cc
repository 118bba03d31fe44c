// The key of a run over files: the same for the same frames, whatever holds them.

#include "dataplane/sources/input_key.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/dataplane/sources/reading.h"

namespace uptake::test {
namespace input_key_test {

Digests::Key key_of_paths(const std::vector<std::string>& paths, std::size_t expect_frames_behind) {
  OpenedFiles opened = open_files(paths);
  const Digests::Key key = key_of(*opened.source);
  EXPECT_EQ(read_all(*opened.source).frames.size(), expect_frames_behind);
  return key;
}

TEST(InputKey, TheSameHoweverTheFramesAreStored) {
  const TempDirectory directory;
  const auto packets = some_packets(500);
  const Octets plain = pcap_bytes(packets);
  const Digests::Key key = key_of_paths({directory.write("a", plain)}, 500);
  for (const Octets& bytes : {gzip(plain), bzip2(plain), zstd(plain), pcapng_bytes(packets),
                              pcap_bytes(packets, {.nanoseconds = true, .big_endian = true})})
    EXPECT_EQ(key_of_paths({directory.write("a", bytes)}, 500), key);
  for (const std::size_t piece : {1U, 7U, 50U, 400U}) {
    std::vector<std::string> paths;
    for (std::size_t at = 0; at < packets.size(); at += piece) {
      const std::vector<Packet> part(packets.begin() + static_cast<long>(at),
                                     packets.begin() + static_cast<long>(std::min(packets.size(), at + piece)));
      paths.insert(paths.begin(), directory.write(std::to_string(10000 + at), pcap_bytes(part)));
    }
    EXPECT_EQ(key_of_paths(paths, 500), key) << piece;
  }
}

TEST(InputKey, AWildStampIsNotTheBeginning) {
  const TempDirectory directory;
  const auto packets = some_packets(100);
  for (const std::uint64_t wild : {std::uint64_t{0}, std::uint64_t{5'000'000'000}, packets[0].time_ns * 2}) {
    for (const std::size_t which : {0U, 1U, 2U, 50U}) {
      auto changed = packets;
      changed[which].time_ns = wild;
      OpenedFiles opened = open_files({directory.write("a", pcap_bytes(changed))});
      EXPECT_EQ(opened.source->start_ns(), 0U);
      (void)key_of(*opened.source);
      EXPECT_EQ(opened.source->start_ns(), packets[which == 0 ? 1 : 0].time_ns) << which;
      EXPECT_EQ(read_all(*opened.source).frames.size(), packets.size());
    }
  }
  OpenedFiles one = open_files({directory.write("a", pcap_bytes({{packets[0]}}))});
  (void)key_of(*one.source);
  EXPECT_EQ(one.source->start_ns(), packets[0].time_ns);
}

TEST(InputKey, AnotherForOtherFrames) {
  const TempDirectory directory;
  const auto packets = some_packets(80);
  std::set<Digests::Key> keys{key_of_paths({directory.write("a", pcap_bytes(packets))}, 80)};
  for (const std::size_t which : {0U, 3U, 7U}) {
    auto octet = packets;
    octet[which].bytes[0] ^= 1;
    auto time = packets;
    time[which].time_ns += 1000;
    auto wire = packets;
    wire[which].wire = wire[which].wire_bytes() + 1;
    for (const auto& changed : {octet, time, wire})
      EXPECT_TRUE(keys.insert(key_of_paths({directory.write("a", pcap_bytes(changed))}, 80)).second);
  }
  auto late = packets;
  late[8].bytes[0] ^= 1;
  EXPECT_FALSE(keys.insert(key_of_paths({directory.write("a", pcap_bytes(late))}, 80)).second);
  EXPECT_TRUE(keys.insert(key_of_paths({directory.write("a", pcap_bytes({}))}, 0)).second);
}

}  // namespace input_key_test
}  // namespace uptake::test
