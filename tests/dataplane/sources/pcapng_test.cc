// pcapng captures: every variant gives the frames that went in, and lies about lengths are damage.

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

#include "tests/dataplane/sources/reading.h"

namespace uptake::test {
namespace pcapng_test {

using Block = PcapngOptions::Block;

TEST(Pcapng, BothByteOrdersAndUnknownBlocks) {
  const TempDirectory directory;
  const auto packets = some_packets(6000);
  for (const bool big_endian : {false, true}) {
    for (const bool unknown : {false, true}) {
      const auto path = directory.path("capture");
      write_pcapng(path, packets, {.big_endian = big_endian, .unknown_blocks = unknown});
      const FilesRead reading = read_paths({path});
      expect_frames(reading.frames, as_seen(packets));
      EXPECT_TRUE(reading.damages.empty());
    }
  }
}

TEST(Pcapng, ResolutionsAndOffsets) {
  const TempDirectory directory;
  const auto packets = some_packets(50);
  for (const int resolution : {6, 9, 12, 0x80 | 34, 0x80 | 30}) {
    for (const std::int64_t offset_s : {std::int64_t{0}, std::int64_t{1'699'999'000}, std::int64_t{-3600}}) {
      if (resolution == 12 && offset_s <= 0) continue;  // such stamps do not fit 64 bits
      if (resolution == (0x80 | 34) && offset_s <= 0) continue;
      const PcapngOptions options{.interfaces = {{.resolution = resolution, .offset_s = offset_s}}};
      SCOPED_TRACE(resolution);
      expect_frames(read_paths({directory.write("capture", pcapng_bytes(packets, options))}).frames,
                    as_seen(packets));
    }
  }
}

TEST(Pcapng, ClocksAtTheirLimits) {
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  EXPECT_EQ(Clock(6, 0).nanoseconds(5), 5000U);
  EXPECT_EQ(Clock(0, 0).nanoseconds(5), 5'000'000'000U);
  EXPECT_EQ(Clock(10, 0).nanoseconds(57), 5U);
  EXPECT_EQ(Clock(127, 0).nanoseconds(kMost), 0U);
  EXPECT_EQ(Clock(0x80, 0).nanoseconds(2), 2'000'000'000U);
  EXPECT_EQ(Clock(0x80 | 32, 0).nanoseconds(std::uint64_t{3} << 31), 1'500'000'000U);
  EXPECT_EQ(Clock(0xff, 0).nanoseconds(kMost), 0U);
  EXPECT_EQ(Clock(6, 0).nanoseconds(kMost), kMost);
  EXPECT_EQ(Clock(6, -1).nanoseconds(999'999), 0U);
  EXPECT_EQ(Clock(6, -1).nanoseconds(1'000'001), 1000U);
  EXPECT_EQ(Clock(6, std::numeric_limits<std::int64_t>::min()).nanoseconds(kMost), 0U);
  EXPECT_EQ(Clock(6, std::numeric_limits<std::int64_t>::max()).nanoseconds(kMost), kMost);
}

TEST(Pcapng, InterfacesOfDifferentLinkTypesAndClocks) {
  const TempDirectory directory;
  auto packets = some_packets(3000);
  const std::array links{LinkType::ethernet, LinkType::raw_ip, LinkType::linux_sll2, LinkType::unsupported};
  const PcapngOptions options{
      .interfaces = {{.link = 1}, {.link = 101, .resolution = 9}, {.link = 276, .offset_s = 1000}, {.link = 147}}};
  std::vector<Seen> expected;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    packets[i].interface = static_cast<std::uint32_t>(i * 7 % 4);
    expected.push_back(as_seen({packets[i]}, links[packets[i].interface])[0]);
  }
  expect_frames(read_paths({directory.write("capture", pcapng_bytes(packets, options))}).frames, expected);
}

TEST(Pcapng, SectionsInBothByteOrdersHaveTheirOwnInterfaces) {
  const TempDirectory directory;
  const auto first = some_packets(100, 1);
  const auto second = some_packets(100, 2);
  const auto third = some_packets(100, 3);
  const Octets bytes = pcapng_bytes(first) +
                       pcapng_bytes(second, {.big_endian = true, .interfaces = {{.link = 101}}}) +
                       pcapng_bytes(third, {.interfaces = {{.link = 113}}});
  auto expected = as_seen(first);
  for (const Seen& seen : as_seen(second, LinkType::raw_ip)) expected.push_back(seen);
  for (const Seen& seen : as_seen(third, LinkType::linux_sll)) expected.push_back(seen);
  expect_frames(read_paths({directory.write("capture", bytes)}).frames, expected);
}

TEST(Pcapng, ObsoletePacketBlocks) {
  const TempDirectory directory;
  const auto packets = some_packets(100);
  expect_frames(read_paths({directory.write("capture", pcapng_bytes(packets, {.block = Block::obsolete}))}).frames,
                as_seen(packets));
}

TEST(Pcapng, SimplePacketBlocksEndAtTheSnaplenAndHaveNoTime) {
  const TempDirectory directory;
  auto packets = some_packets(100);
  for (Packet& packet : packets) {
    packet.wire = static_cast<std::uint32_t>(packet.bytes.size());
    packet.bytes.resize(std::min<std::size_t>(packet.bytes.size(), 61));
    packet.time_ns = 0;
  }
  const PcapngOptions options{.block = Block::simple, .interfaces = {{.snaplen = 61}}};
  expect_frames(read_paths({directory.write("capture", pcapng_bytes(packets, options))}).frames, as_seen(packets));
}

/// A capture whose bytes are changed, and which must give the first `frames` packets and one damage.
struct Lie {
  const char* what;
  std::size_t frames;
  Octets bytes;
};

TEST(Pcapng, LiesAreDamageAndWhatCameBeforeIsKept) {
  const TempDirectory directory;
  const auto packets = some_packets(20);
  const Octets sound = pcapng_bytes(packets);
  const std::vector<Packet> head(packets.begin(), packets.begin() + 10);
  const std::size_t at = pcapng_bytes(head).size();  // where block 11 starts
  const auto with = [&](std::size_t offset, std::uint8_t value) {
    Octets bytes = sound;
    bytes[at + offset] = value;
    return bytes;
  };
  const std::size_t block = 12 + 20 + (packets[10].bytes.size() + 3) / 4 * 4;
  const std::vector<Lie> lies{
      {"length not a multiple of four", 10, with(4, static_cast<std::uint8_t>(sound[at + 4] | 1))},
      {"length beyond the bound", 10, with(7, 0x7f)},
      {"trailer differs", 10, with(block - 2, 0x01)},
      {"interface unknown", 10, with(8, 9)},
      {"captured beyond its block", 10, with(21, 0x7f)},
      {"captured beyond all bounds", 10, with(23, 0x7f)},
      {"cut inside a block", 19, {sound.begin(), sound.end() - 5}},
      {"packet before any interface", 0, pcapng_bytes(packets, {.block = Block::simple, .interfaces = {}})},
      {"cut inside an unknown block", 20, sound + Octets(8, 0x40)},
  };
  for (const Lie& lie : lies) {
    SCOPED_TRACE(lie.what);
    FileOptions small;
    small.buffer_bytes = 4096;
    for (const FileOptions& options : {FileOptions{}, small}) {
      const FilesRead reading = read_paths({directory.write("capture", lie.bytes)}, options);
      expect_frames(reading.frames, as_seen({packets.begin(), packets.begin() + static_cast<long>(lie.frames)}));
      ASSERT_EQ(reading.damages.size(), 1U);
      EXPECT_NE(reading.damages[0].what, "");
      if (lie.frames == 10) {
        EXPECT_EQ(reading.damages[0].offset, at);
      }
    }
  }
}

TEST(Pcapng, InterfacesAreBounded) {
  const TempDirectory directory;
  const PcapngOptions options{.interfaces = std::vector<PcapngInterface>(kMaxInterfaces + 1)};
  const FilesRead reading = read_paths({directory.write("capture", pcapng_bytes({}, options))});
  ASSERT_EQ(reading.damages.size(), 1U);
}

TEST(Pcapng, ALongUnknownBlockIsSkippedInPieces) {
  const TempDirectory directory;
  const auto packets = some_packets(10);
  const Octets sound = pcapng_bytes(packets);
  const std::vector<Packet> none;
  const std::size_t head = pcapng_bytes(none).size();
  Octets bytes(sound.begin(), sound.begin() + static_cast<long>(head));
  bytes = bytes + pcapng_block(false, 0x0bad, Octets(5'000'000, 6));
  bytes.insert(bytes.end(), sound.begin() + static_cast<long>(head), sound.end());
  const FilesRead reading = read_paths({directory.write("capture", bytes)});
  expect_frames(reading.frames, as_seen(packets));
  EXPECT_TRUE(reading.damages.empty());
}

/// Interface statistics that say so many frames were dropped by the interface and by the system.
Octets statistics(bool big_endian, std::uint32_t interface, std::uint64_t by_interface, std::uint64_t by_system) {
  Writer out(big_endian);
  out.u32(interface);
  out.u64(0);
  for (const auto& [code, value] : {std::pair{5U, by_interface}, {7U, by_system}}) {
    out.u16(code);
    out.u16(8);
    out.u64(value);
  }
  out.u32(0);
  return pcapng_block(big_endian, 5, out.take());
}

/// An Enhanced Packet Block that says how many frames were lost since the one before.
Octets behind_a_loss(bool big_endian, std::uint64_t lost) {
  Writer out(big_endian);
  for (const std::uint32_t field : {0U, 1U, 2U, 61U, 61U}) out.u32(field);
  out.bytes(Octets(61, 7));
  out.pad4();
  out.u16(4);
  out.u16(8);
  out.u64(lost);
  out.u32(0);
  return pcapng_block(big_endian, 6, out.take());
}

TEST(Pcapng, SaysWhatWasLostBeforeItWasWritten) {
  const TempDirectory directory;
  const auto packets = some_packets(10);
  for (const bool big : {false, true}) {
    const PcapngOptions options{.big_endian = big};
    const auto lost = [&](const Octets& more) {
      const FilesRead reading = read_paths({directory.write("capture", pcapng_bytes(packets, options) + more)});
      EXPECT_TRUE(reading.damages.empty());
      return reading.lost;
    };
    EXPECT_EQ(lost({}), 0U);
    EXPECT_EQ(lost(behind_a_loss(big, 10) + behind_a_loss(big, 5)), 15U);
    // Statistics count from the start, what packets have said among it.
    EXPECT_EQ(lost(statistics(big, 0, 700, 30)), 730U);
    EXPECT_EQ(lost(statistics(big, 0, 700, 0) + statistics(big, 0, 720, 1)), 721U);
    EXPECT_EQ(lost(behind_a_loss(big, 10) + statistics(big, 0, 12, 0)), 12U);
    EXPECT_EQ(lost(statistics(big, 9, 700, 30)), 0U) << "no such interface";
  }
}

TEST(Erf, SaysWhatWasLostBeforeItWasWritten) {
  const TempDirectory directory;
  for (const std::uint32_t type : {2U, 11U}) {
    Octets bytes = erf_bytes(some_packets(10), type);
    bytes[13] = 7;
    const FilesRead reading = read_paths({directory.write("capture", bytes)});
    EXPECT_EQ(reading.frames.size(), 10U);
    EXPECT_EQ(reading.lost, type == 2 ? 7U : 0U) << "of type 11 it is a colour";
  }
}

}  // namespace pcapng_test
}  // namespace uptake::test
