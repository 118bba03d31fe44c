// Captures that cat(1) put one behind the other, of every format and in every order; captures of Endace cards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dataplane/sources/reading.h"

namespace uptake::test {
namespace sections_test {

using testing::HasSubstr;

std::vector<FileOptions> all_ways() {
  std::vector<FileOptions> ways(2);
  ways[1].buffer_bytes = 4096;
  return ways;
}

struct Format {
  const char* name;
  Octets (*write)(const std::vector<Packet>&);
};
constexpr Format kFormats[] = {
    {"pcap", [](const std::vector<Packet>& p) { return pcap_bytes(p); }},
    {"pcap of the other byte order",
     [](const std::vector<Packet>& p) { return pcap_bytes(p, {.big_endian = true}); }},
    {"pcap with nanoseconds", [](const std::vector<Packet>& p) { return pcap_bytes(p, {.nanoseconds = true}); }},
    {"Kuznetzov's pcap", [](const std::vector<Packet>& p) { return pcap_bytes(p, {.kuznetzov = true}); }},
    {"pcap 2.2", [](const std::vector<Packet>& p) { return pcap_bytes(p, {.minor = 2, .wire_first = true}); }},
    {"pcapng", [](const std::vector<Packet>& p) { return pcapng_bytes(p); }},
    {"pcapng of the other byte order",
     [](const std::vector<Packet>& p) { return pcapng_bytes(p, {.big_endian = true}); }},
};

TEST(Sections, AnyCaptureMayStandBehindAnyOther) {
  const TempDirectory directory;
  const auto packets = some_packets(900);
  const std::vector<Packet> first(packets.begin(), packets.begin() + 400);
  const std::vector<Packet> second(packets.begin() + 400, packets.end());
  for (const Format& a : kFormats) {
    for (const Format& b : kFormats) {
      SCOPED_TRACE(testing::Message() << a.name << ", then " << b.name);
      const auto path = directory.write("capture", a.write(first) + b.write(second));
      for (const FileOptions& options : all_ways()) {
        const FilesRead reading = read_paths({path}, options);
        expect_frames(reading.frames, as_seen(packets));
        EXPECT_TRUE(reading.damages.empty());
      }
    }
  }
}

TEST(Sections, ManyShortOnesAndEmptyOnes) {
  const TempDirectory directory;
  const auto packets = some_packets(300);
  Octets all;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    all = all + kFormats[i % std::size(kFormats)].write({packets[i]});
    if (i % 5 == 0) all = all + kFormats[i / 5 % std::size(kFormats)].write({});
  }
  const auto path = directory.write("capture", all);
  for (const FileOptions& options : all_ways()) expect_frames(read_paths({path}, options).frames, as_seen(packets));
}

TEST(Sections, EachKeepsItsLinkType) {
  const TempDirectory directory;
  const auto packets = some_packets(2);
  const Octets raw = pcap_bytes({{packets[1]}}, {.link = 101});
  const FilesRead reading = read_paths({directory.write("capture", pcap_bytes({{packets[0]}}) + raw)});
  auto expected = as_seen(packets);
  expected[1].link = LinkType::raw_ip;
  expect_frames(reading.frames, expected);
}

TEST(Sections, CompressedMembersMayEachBeACapture) {
  const TempDirectory directory;
  const auto packets = some_packets(600);
  const std::vector<Packet> first(packets.begin(), packets.begin() + 200);
  const std::vector<Packet> second(packets.begin() + 200, packets.end());
  for (const auto compress : {gzip, bzip2, zstd, xz, lz4}) {
    const auto path = directory.write("capture", compress(pcap_bytes(first)) + compress(pcapng_bytes(second)));
    const FilesRead reading = read_paths({path});
    expect_frames(reading.frames, as_seen(packets));
    EXPECT_TRUE(reading.damages.empty());
  }
}

TEST(Sections, ACutHeaderIsDamageAndNoFrame) {
  const TempDirectory directory;
  const auto packets = some_packets(50);
  for (const Format& format : {kFormats[0], kFormats[1], kFormats[4], kFormats[5]}) {
    for (const std::size_t keep : {16U, 20U, 23U}) {
      Octets cut = format.write(packets);
      cut.resize(keep);
      const Octets whole = pcap_bytes(packets);
      const auto path = directory.write("capture", whole + cut);
      for (const FileOptions& options : all_ways()) {
        const FilesRead reading = read_paths({path}, options);
        expect_frames(reading.frames, as_seen(packets));
        ASSERT_EQ(reading.damages.size(), 1U) << format.name << ' ' << keep;
        EXPECT_EQ(reading.damages[0].offset, whole.size());
      }
    }
  }
}

TEST(Sections, AVersionThatNobodyKnowsIsDamageAndNoFrame) {
  const TempDirectory directory;
  const auto packets = some_packets(50);
  const Octets unknown = pcap_bytes(packets, {.minor = 9});
  for (const FileOptions& options : all_ways()) {
    const FilesRead reading = read_paths({directory.write("capture", pcap_bytes(packets) + unknown)}, options);
    expect_frames(reading.frames, as_seen(packets));
    ASSERT_EQ(reading.damages.size(), 1U);
    EXPECT_THAT(reading.damages[0].what, HasSubstr("version"));
  }
}

TEST(Sections, AnEmptyRecordOfThatSecondIsARecord) {
  const TempDirectory directory;
  auto packets = some_packets(100);
  packets[40].bytes.clear();
  packets[40].wire = 60;
  packets[40].time_ns = 0xa1b2c3d4ULL * 1'000'000'000 + 262'146'000;  // as the header of version 2.4 would read
  for (const FileOptions& options : all_ways())
    expect_frames(read_paths({directory.write("capture", pcap_bytes(packets))}, options).frames, as_seen(packets));
}

TEST(Erf, EthernetWithAndWithoutExtensionHeaders) {
  const TempDirectory directory;
  const auto packets = some_packets(2000);
  Writer out(true);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    Octets extensions;
    if (i % 3 == 1) extensions = Octets(8, 3);
    if (i % 3 == 2) extensions = Octets(1, 0x83) + Octets(7, 9) + Octets(8, 3);
    add_erf_record(out, packets[i], extensions.empty() ? 2 : 0x82, extensions);
    if (i % 10 == 0) add_erf_record(out, {Octets(16, 1), packets[i].time_ns}, 48);  // padding
    if (i % 10 == 5) add_erf_record(out, {Octets(40, 1), packets[i].time_ns}, 27);  // what the card says of itself
  }
  const Octets all = out.take();
  for (const Octets& bytes : {all, gzip(all), bzip2(all)}) {
    const FilesRead reading = read_paths({directory.write("capture", bytes)});
    expect_frames(reading.frames, as_seen(packets));
    EXPECT_TRUE(reading.damages.empty());
  }
}

TEST(Erf, LinkTypes) {
  const TempDirectory directory;
  auto packets = some_packets(3);
  const std::pair<std::uint32_t, LinkType> cases[] = {{22, LinkType::raw_ip},
                                                      {23, LinkType::raw_ip},
                                                      {1, LinkType::ppp_hdlc},
                                                      {3, LinkType::unsupported},
                                                      {21, LinkType::unsupported}};
  for (const auto& [type, link] : cases) {
    for (Packet& packet : packets) packet.bytes = Octets{0xff, 0x03} + packet.bytes;
    expect_frames(read_paths({directory.write("capture", erf_bytes(packets, type))}).frames, as_seen(packets, link));
  }
  for (Packet& packet : packets) packet.bytes = Octets{0x0f, 0x00} + packet.bytes;
  expect_frames(read_paths({directory.write("capture", erf_bytes(packets, 1))}).frames,
                as_seen(packets, LinkType::cisco_hdlc));
}

TEST(Erf, WhatWasCutSaysItsWireLength) {
  const TempDirectory directory;
  auto packets = some_packets(20);
  for (Packet& packet : packets) {
    packet.wire = packet.wire_bytes();
    packet.bytes.resize((packet.bytes.size() + 15) / 16 * 8 - 2);
  }
  auto expected = as_seen(packets);
  expect_frames(read_paths({directory.write("capture", erf_bytes(packets))}).frames, expected);
}

TEST(Erf, ACutTailAndABrokenRecordAreDamage) {
  const TempDirectory directory;
  const auto packets = some_packets(100);
  const Octets whole = erf_bytes(packets);
  const std::size_t last = whole.size() - erf_bytes({{packets.back()}}).size();
  const Octets cut(whole.begin(), whole.end() - 5);
  Octets broken = whole;
  broken[last + 8] = 0x7f;  // no such type
  for (const Octets& bytes : {cut, broken}) {
    const FilesRead reading = read_paths({directory.write("capture", bytes)});
    expect_frames(reading.frames, as_seen({packets.begin(), packets.end() - 1}));
    ASSERT_EQ(reading.damages.size(), 1U);
    EXPECT_EQ(reading.damages[0].offset, last);
  }
}

TEST(Erf, OneRecordIsACaptureAndOtherFilesAreNone) {
  const Octets one = erf_bytes(some_packets(1));
  EXPECT_TRUE(is_erf(one, true));
  EXPECT_FALSE(is_erf(one, false));
  EXPECT_FALSE(is_erf(Bytes(one).first(one.size() - 1), true));
  EXPECT_FALSE(is_erf({}, true));
  const std::string text =
      "#!/bin/sh\n# A script is no capture, however long it is and whatever it prints.\nexit 0\n";
  EXPECT_FALSE(is_erf({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, true));
  EXPECT_FALSE(is_erf(Octets(20000, 0), false));
  EXPECT_FALSE(is_erf(Octets(20000, 2), false));
  EXPECT_FALSE(is_erf(Octets(20000, '0'), false));
  unsigned taken = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) taken += is_erf(some_packets(1, seed, 3000)[0].bytes, true) ? 1 : 0;
  EXPECT_LE(taken, 2U);
}

}  // namespace sections_test
}  // namespace uptake::test
