// Classic captures: every variant, libpcap as oracle, damage.

#include <gtest/gtest.h>
#include <pcap.h>

#include <algorithm>
#include <memory>

#include "tests/dataplane/sources/reading.h"

namespace uptake::test {
namespace pcap_test {

FileOptions little_at_a_time() {
  FileOptions options;
  options.buffer_bytes = 4096;
  return options;
}

std::vector<Seen> with_libpcap(const std::string& path) {
  char error[PCAP_ERRBUF_SIZE] = {};
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> handle(
      pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error), pcap_close);
  EXPECT_NE(handle, nullptr) << error;
  std::vector<Seen> seen;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (handle != nullptr && pcap_next_ex(handle.get(), &header, &data) == 1) {
    const std::uint64_t time_ns = static_cast<std::uint64_t>(header->ts.tv_sec) * 1'000'000'000U +
                                  static_cast<std::uint64_t>(header->ts.tv_usec);
    seen.push_back({time_ns, header->len, LinkType::ethernet, {data, data + header->caplen}});
  }
  return seen;
}

/// All ways to read a file, and libpcap, agree.
void expect_same_everywhere(const std::string& path, const std::vector<Seen>& expected) {
  expect_frames(read_paths({path}).frames, expected);
  expect_frames(read_paths({path}, little_at_a_time()).frames, expected);
  expect_frames(with_libpcap(path), expected);
}

/// All ways agree on the packets as `format` writes them.
void expect_same_in(const PcapOptions& format, const std::vector<Packet>& packets) {
  const TempDirectory directory;
  expect_same_everywhere(directory.write("capture", pcap_bytes(packets, format)), as_seen(packets));
}

TEST(Pcap, AllMagicsGiveTheSameFrames) {
  const auto packets = some_packets(5000);
  for (const bool nanoseconds : {false, true})
    for (const bool big_endian : {false, true})
      expect_same_in({.nanoseconds = nanoseconds, .big_endian = big_endian}, packets);
}

TEST(Pcap, KuznetzovHeadersAreEightOctetsLonger) {
  const TempDirectory directory;
  const auto packets = some_packets(300);
  const auto path = directory.write("capture", pcap_bytes(packets, {.kuznetzov = true}));
  expect_same_everywhere(path, as_seen(packets));
}

TEST(Pcap, OldVersionsHaveTheirLengthsTheOtherWayRound) {
  const TempDirectory directory;
  auto packets = some_packets(400);
  for (Packet& packet : packets) {
    packet.wire = packet.wire_bytes() + 100;
    if (packet.bytes.size() > 96) packet.bytes.resize(96);
  }
  struct Version {
    std::uint32_t major, minor;
    bool wire_first;
  };
  // Both orders are found in files of version 2.3; 543.0 is what DG/UX wrote.
  for (const auto& [major, minor, wire_first] :
       {Version{2, 0, true}, {2, 1, true}, {2, 2, true}, {2, 3, true}, {2, 3, false}, {543, 0, true}}) {
    for (const bool big_endian : {false, true}) {
      for (const bool kuznetzov : {false, true}) {
        SCOPED_TRACE(testing::Message() << major << '.' << minor << ' ' << big_endian << kuznetzov);
        const PcapOptions format{.big_endian = big_endian,
                                 .kuznetzov = kuznetzov,
                                 .major = major,
                                 .minor = minor,
                                 .wire_first = wire_first};
        expect_same_everywhere(directory.write("capture", pcap_bytes(packets, format)), as_seen(packets));
      }
    }
  }
}

TEST(Pcap, VersionsThatNobodyKnowsAreNoCapture) {
  const TempDirectory directory;
  for (const auto& [major, minor] : {std::pair{1U, 2U}, {2U, 5U}, {3U, 0U}, {543U, 1U}}) {
    const auto path = directory.write("capture", pcap_bytes(some_packets(3), {.major = major, .minor = minor}));
    const OpenedFiles opened = open_files({path});
    ASSERT_TRUE(opened.refusal) << major << '.' << minor;
    EXPECT_EQ(opened.refusal->why, Why::no_capture);
  }
}

TEST(Pcap, NanosecondsAreKept) {
  const TempDirectory directory;
  auto packets = some_packets(10);
  for (Packet& packet : packets) packet.time_ns += 7;
  expect_same_everywhere(directory.write("capture", pcap_bytes(packets, {.nanoseconds = true})), as_seen(packets));
}

TEST(Pcap, ShortAndLongAndEmptyRecords) {
  const TempDirectory directory;
  std::vector<Packet> packets = some_packets(40000, 2, 60);
  for (std::size_t i = 0; i < packets.size(); i += 1000) packets[i].bytes.assign(i % 7000 * 37, 0x55);
  packets[17].bytes.clear();
  packets[30000].bytes.assign(262144, 0x5a);
  expect_same_everywhere(directory.write("capture", pcap_bytes(packets)), as_seen(packets));
}

TEST(Pcap, SnaplenCutsAreSeen) {
  const TempDirectory directory;
  auto packets = some_packets(20000, 3);
  for (Packet& packet : packets) {
    packet.wire = static_cast<std::uint32_t>(packet.bytes.size());
    packet.bytes.resize(std::min<std::size_t>(packet.bytes.size(), 96));
  }
  expect_same_everywhere(directory.write("capture", pcap_bytes(packets, {.snaplen = 96})), as_seen(packets));
}

TEST(Pcap, CapturedBeyondWireCountsAsWire) {
  const TempDirectory directory;
  std::vector<Packet> packets = some_packets(3);
  packets[1].wire = 1;
  const FilesRead reading = read_paths({directory.write("capture", pcap_bytes(packets))});
  ASSERT_EQ(reading.frames.size(), 3U);
  EXPECT_EQ(reading.frames[1].wire, packets[1].bytes.size());
  EXPECT_EQ(reading.frames[1].bytes, packets[1].bytes);
}

TEST(Pcap, TimeMayJumpAnywhere) {
  const TempDirectory directory;
  auto packets = some_packets(12000, 4);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (i > 9000) packets[i].time_ns -= 900'000'000'000'000'000U;
    if (i % 700 == 3) packets[i].time_ns = 0;
    if (i % 900 == 5) packets[i].time_ns = 2'147'483'647'000'000'000U;
  }
  expect_same_everywhere(directory.write("capture", pcap_bytes(packets)), as_seen(packets));
}

TEST(Pcap, SecondsLastUntil2106) {
  // libpcap reads such seconds as negative, so it is no oracle here.
  const TempDirectory directory;
  auto packets = some_packets(3);
  packets[1].time_ns = 4'294'967'295'999'999'000U;
  expect_frames(read_paths({directory.write("capture", pcap_bytes(packets))}).frames, as_seen(packets));
}

TEST(Pcap, RecordsInsidePayloadsFoolNobody) {
  // A capture that was itself sent over the network: each packet is full of record headers with plausible times.
  const TempDirectory directory;
  std::vector<Packet> packets = some_packets(3000, 5);
  for (Packet& packet : packets) {
    Writer inner(false);
    for (int i = 0; i < 20; ++i) {
      add_pcap_record(inner, {Octets(40, 0xab), packet.time_ns + 1000}, {});
    }
    // A stump of its own length, so that inner and outer records do not fall into step.
    packet.bytes = Octets(packet.bytes.size() % 97, 1) + inner.take();
  }
  // The inner records stand one behind the other across a frame that looks like the next inner header.
  expect_same_everywhere(directory.write("capture", pcap_bytes(packets)), as_seen(packets));
}

TEST(Pcap, OneEmbeddedCaptureInABigFrame) {
  // Jumbo frames that are wholly inner records.
  const TempDirectory directory;
  std::vector<Packet> packets(60);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    packets[i].time_ns = 1'700'000'000'000'000'000U + i * 1000;
    Writer inner(false);
    while (inner.size() < 200'000) add_pcap_record(inner, {Octets(1000 + i, 0xcd), packets[i].time_ns}, {});
    packets[i].bytes = inner.take();
  }
  expect_same_everywhere(directory.write("capture", pcap_bytes(packets)), as_seen(packets));
}

TEST(Pcap, ACutTailIsDamageAtItsRecord) {
  const TempDirectory directory;
  const auto packets = some_packets(2000, 6);
  const Octets whole = pcap_bytes(packets);
  const std::size_t last = packets.back().bytes.size() + 16;
  for (const std::size_t cut : {std::size_t{1}, std::size_t{3}, last - 16, last - 1}) {
    const auto path = directory.write("capture", {whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(cut)});
    for (const FileOptions& options : {FileOptions{}, little_at_a_time()}) {
      const FilesRead reading = read_paths({path}, options);
      expect_frames(reading.frames, as_seen({packets.begin(), packets.end() - 1}));
      ASSERT_EQ(reading.damages.size(), 1U);
      EXPECT_EQ(reading.damages[0].path, path);
      EXPECT_EQ(reading.damages[0].offset, whole.size() - last);
      EXPECT_NE(reading.damages[0].what, "");
    }
  }
}

TEST(Pcap, AnImpossibleLengthIsDamageAndTheNextFileIsRead) {
  const TempDirectory directory;
  const auto packets = some_packets(2000, 7);
  const std::vector<Packet> head(packets.begin(), packets.begin() + 1500);
  Octets broken = pcap_bytes(packets);
  const std::size_t offset = pcap_bytes(head).size();
  broken[offset + 10] = 0x20;  // captured: above 2 million
  const auto first = directory.write("a", broken);
  auto later = some_packets(10, 8);
  for (Packet& packet : later) packet.time_ns += 1'000'000'000'000U;
  const auto second = directory.write("b", pcap_bytes(later));
  auto expected = as_seen(head);
  for (const Seen& seen : as_seen(later)) expected.push_back(seen);
  for (const FileOptions& options : {FileOptions{}, little_at_a_time()}) {
    const FilesRead reading = read_paths({first, second}, options);
    expect_frames(reading.frames, expected);
    ASSERT_EQ(reading.damages.size(), 1U);
    EXPECT_EQ(reading.damages[0].offset, offset);
  }
}

TEST(Pcap, OnlyAHeaderIsAnEmptyCapture) {
  const TempDirectory directory;
  const FilesRead reading = read_paths({directory.write("capture", pcap_bytes({}))});
  EXPECT_TRUE(reading.frames.empty());
  EXPECT_TRUE(reading.damages.empty());
}

TEST(Pcap, LinkTypes) {
  const TempDirectory directory;
  const auto packets = some_packets(1);
  const std::pair<std::uint32_t, LinkType> cases[] = {{0, LinkType::null},
                                                      {1, LinkType::ethernet},
                                                      {9, LinkType::ppp},
                                                      {12, LinkType::raw_ip},
                                                      {14, LinkType::raw_ip},
                                                      {101, LinkType::raw_ip},
                                                      {113, LinkType::linux_sll},
                                                      {276, LinkType::linux_sll2},
                                                      {228, LinkType::ipv4},
                                                      {104, LinkType::cisco_hdlc},
                                                      {105, LinkType::unsupported},
                                                      {0xffff, LinkType::unsupported},
                                                      {0x24000001, LinkType::ethernet}};  // FCS bits
  for (const auto& [number, link] : cases) {
    SCOPED_TRACE(number);
    const FilesRead reading = read_paths({directory.write("capture", pcap_bytes(packets, {.link = number}))});
    expect_frames(reading.frames, as_seen(packets, link));
  }
}

}  // namespace pcap_test
}  // namespace uptake::test
