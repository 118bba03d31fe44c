#pragma once

// Reads captures in tests into values that can be compared.

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "dataplane/sources/file_source.h"
#include "tests/dataplane/sources/capture_writer.h"

namespace uptake::test {

/// Seen: a frame as a value.
struct Seen {
  std::uint64_t time_ns = 0;
  std::uint32_t wire = 0;
  LinkType link = LinkType::ethernet;
  Octets bytes;
  friend bool operator==(const Seen&, const Seen&) = default;
};
inline void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.time_ns << " ns, " << seen.bytes.size() << " of " << seen.wire << " octets";
}

struct FilesRead {
  std::vector<Seen> frames;
  std::vector<Damage> damages;
  std::uint64_t lost = 0;
};

inline FilesRead read_all(FileSource& source) {
  FilesRead reading;
  Chunk chunk;
  while (source.next(chunk)) {
    EXPECT_FALSE(chunk.frames.empty());
    for (const Frame& frame : chunk.frames) {
      EXPECT_EQ(frame.ordinal, reading.frames.size());
      reading.frames.push_back({frame.time_ns, frame.wire, frame.link, {frame.data, frame.data + frame.captured}});
    }
  }
  EXPECT_TRUE(chunk.frames.empty());
  EXPECT_EQ(source.progress().frames, reading.frames.size());
  reading.lost = source.lost();
  reading.damages = source.damages();
  return reading;
}

inline FilesRead read_paths(const std::vector<std::string>& paths, const FileOptions& options = {}) {
  OpenedFiles opened = open_files(paths, options);
  EXPECT_EQ(opened.refusal ? opened.refusal->line() : "", "");
  return opened.source != nullptr ? read_all(*opened.source) : FilesRead{};
}

/// Fails with the first frame that differs: whole captures are too long to print.
inline void expect_frames(const std::vector<Seen>& frames, const std::vector<Seen>& expected) {
  const std::size_t both = std::min(frames.size(), expected.size());
  for (std::size_t i = 0; i < both; ++i) ASSERT_EQ(frames[i], expected[i]) << "frame " << i;
  ASSERT_EQ(frames.size(), expected.size());
}

/// `count` packets of random octets, some microseconds apart; the same for the same seed.
inline std::vector<Packet> some_packets(std::size_t count, unsigned seed = 1, std::size_t most = 1500) {
  std::mt19937_64 random(seed);
  std::vector<Packet> packets(count);
  std::uint64_t time_ns = 1'700'000'000'000'000'000U;
  for (Packet& packet : packets) {
    packet.bytes.resize(random() % most + 1);
    for (std::uint8_t& octet : packet.bytes) octet = static_cast<std::uint8_t>(random());
    time_ns += random() % 100 * 1000;
    packet.time_ns = time_ns;
  }
  return packets;
}

/// What reading `packets` must give.
inline std::vector<Seen> as_seen(const std::vector<Packet>& packets, LinkType link = LinkType::ethernet) {
  std::vector<Seen> seen;
  for (const Packet& packet : packets) {
    seen.push_back({packet.time_ns, packet.wire_bytes(), link, packet.bytes});
  }
  return seen;
}

}  // namespace uptake::test
