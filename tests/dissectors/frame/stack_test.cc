// Encapsulations alone, in pairs and too many; every prefix and every changed octet of each.

#include <gtest/gtest.h>

#include "dissectors/frame/decode.h"
#include "tests/dissectors/frame/walk.h"
#include "tests/dissectors/frame/wrappers.h"

namespace uptake {
namespace stack_test {

using namespace test;

std::vector<Packet> bases() {
  const Octets body = numbers(100);
  return {{ipv4(6, tcp_segment(40001, 443, body)), Kind::ipv4},
          {ipv6(6, tcp_segment(40001, 443, body)), Kind::ipv6},
          {ipv4(17, udp_datagram(40001, 53, body)), Kind::ipv4},
          {ipv6(17, udp_datagram(40001, 53, body)), Kind::ipv6}};
}

Segment decoded(const Octets& frame, LinkType link = LinkType::ethernet) {
  Segment segment;
  EXPECT_EQ(decode(frame_of(frame, link), segment), Disposition::parsed);
  return segment;
}

/// All that encapsulation must not change.
void expect_same(const Segment& want, const Segment& got) {
  EXPECT_EQ(want.source, got.source);
  EXPECT_EQ(want.destination, got.destination);
  EXPECT_EQ(want.source_port, got.source_port);
  EXPECT_EQ(want.destination_port, got.destination_port);
  EXPECT_EQ(want.protocol, got.protocol);
  EXPECT_EQ(want.sequence, got.sequence);
  EXPECT_EQ(want.acknowledgement, got.acknowledgement);
  EXPECT_EQ(want.tcp_flags, got.tcp_flags);
  EXPECT_EQ(want.window, got.window);
  EXPECT_EQ(want.ip_length, got.ip_length);
  EXPECT_EQ(want.ip_id, got.ip_id);
  EXPECT_EQ(want.header_digest, got.header_digest);
  EXPECT_EQ(want.payload_wire, got.payload_wire);
  EXPECT_TRUE(got.has_ip && got.has_ports);
  EXPECT_FALSE(got.is_fragment || got.more_fragments);
  ASSERT_EQ(want.payload_captured, got.payload_captured);
  EXPECT_EQ(Octets(want.payload, want.payload + want.payload_captured),
            Octets(got.payload, got.payload + got.payload_captured));
}

/// What holds of any frame at all, however it ended.
void expect_sound(const Frame& frame, Disposition how, const Segment& segment) {
  EXPECT_LE(segment.payload_captured, segment.payload_wire);
  EXPECT_LE(segment.layers, kMaxLayers);
  if (segment.payload != nullptr) {
    EXPECT_GE(segment.payload, frame.data);
    EXPECT_LE(segment.payload + segment.payload_captured, frame.data + frame.captured);
  }
  if (how == Disposition::parsed) {
    EXPECT_TRUE(segment.has_ip);
    EXPECT_NE(segment.payload, nullptr);
  }
  if (segment.is_fragment) {
    EXPECT_FALSE(segment.has_ports);
  }
  Address source;
  Address destination;
  if (glance(frame, source, destination) && how == Disposition::parsed) {
    EXPECT_EQ(source, segment.source);
    EXPECT_EQ(destination, segment.destination);
  }
  // The straight way through a common frame ends where the walk over its headers does.
  if (const std::optional<Frame> inner = without_ethernet(frame); inner && how != Disposition::too_deep) {
    Segment walked;
    EXPECT_EQ(decode(*inner, walked), how);
    EXPECT_TRUE(how != Disposition::parsed || same_but_layers(walked, segment));
  }
}

/// Decodes a copy that ends where its memory ends, so that a sanitizer sees every octet read too much.
Disposition decode_alone(const Octets& octets, std::size_t captured, Segment& segment, LinkType link) {
  const Octets copy(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(captured));
  Frame frame = frame_of(copy, link);
  frame.wire = static_cast<std::uint32_t>(octets.size());
  const Disposition how = decode(frame, segment);
  expect_sound(frame, how, segment);
  return how;
}

TEST(Stack, AGlanceIsEnoughForTheCommonFrame) {
  for (const Packet& base : bases()) {
    for (const Packet& packet : {base, tagged(base, 0x8100)}) {
      const Octets octets = as_ethernet(packet);
      const Segment want = decoded(octets);
      Address source;
      Address destination;
      ASSERT_TRUE(glance(frame_of(octets), source, destination));
      EXPECT_EQ(source, want.source);
      EXPECT_EQ(destination, want.destination);
      EXPECT_FALSE(glance(frame_of(octets, LinkType::raw_ip), source, destination));
    }
  }
  for (const Wrapper& w : wrappers()) {
    Address source;
    Address destination;
    const Octets octets = as_ethernet(w.wrap(bases().front()));
    EXPECT_EQ(glance(frame_of(octets), source, destination), w.name == "vlan") << w.name;
  }
}

TEST(Stack, EveryEncapsulationAlone) {
  for (const Packet& base : bases()) {
    const Octets plain = as_ethernet(base);
    const Segment want = decoded(plain);
    for (const Wrapper& w : wrappers()) {
      SCOPED_TRACE(w.name);
      const Octets frame = as_ethernet(w.wrap(base));
      expect_same(want, decoded(frame));
    }
  }
}

TEST(Stack, EveryOrderedPair) {
  std::size_t pairs = 0;
  for (const Packet& base : bases()) {
    const Octets plain = as_ethernet(base);
    const Segment want = decoded(plain);
    for (const Wrapper& inner : wrappers()) {
      for (const Wrapper& outer : wrappers()) {
        SCOPED_TRACE(inner.name + " in " + outer.name);
        const Octets frame = as_ethernet(outer.wrap(inner.wrap(base)));
        expect_same(want, decoded(frame));
        ++pairs;
      }
    }
  }
  EXPECT_EQ(pairs, 4 * wrappers().size() * wrappers().size());
}

TEST(Stack, TooDeepIsSaidAndNeverRecursed) {
  for (const Wrapper& w : wrappers()) {
    SCOPED_TRACE(w.name);
    Packet packet = bases()[0];
    bool deep = false;
    for (int count = 1; count <= 1000; ++count) {
      Packet next = w.wrap(packet);
      if (next.octets.size() > 60000) break;
      packet = std::move(next);
      const Octets frame = as_ethernet(packet);
      Segment segment;
      const Disposition how = decode(frame_of(frame), segment);
      ASSERT_TRUE(how == Disposition::parsed || how == Disposition::too_deep) << count << name_of(how);
      ASSERT_FALSE(deep && how == Disposition::parsed) << count;
      deep = how == Disposition::too_deep;
      if (count > 20 && count < 900) count += 37;
    }
    EXPECT_TRUE(deep);
  }
}

TEST(Stack, TheSixteenthHeaderIsTheLast) {
  for (unsigned tags : {14U, 15U}) {  // beside Ethernet and IP
    Packet packet = bases()[0];
    for (unsigned i = 0; i < tags; ++i) packet = tagged(packet, 0x8100);
    Segment segment;
    const Octets frame = as_ethernet(packet);
    EXPECT_EQ(decode(frame_of(frame), segment), tags == 14 ? Disposition::parsed : Disposition::too_deep);
    EXPECT_EQ(segment.layers, 16);
  }
}

TEST(Stack, EveryPrefixIsTruncatedOrParsed) {
  for (const Packet& base : bases()) {
    for (const Wrapper& w : wrappers()) {
      SCOPED_TRACE(w.name);
      const Octets frame = as_ethernet(w.wrap(base));
      const Segment want = decoded(frame);
      const std::size_t headers = static_cast<std::size_t>(want.payload - frame.data());
      for (std::size_t size = 0; size < frame.size(); ++size) {
        Segment segment;
        const Disposition how = decode_alone(frame, size, segment, LinkType::ethernet);
        // Above the inner header the lengths are those of the whole frame. The options of TCP are not needed.
        const std::size_t needed = headers - (want.protocol == 6 ? 12 : 0);
        if (size >= needed) {
          ASSERT_EQ(how, Disposition::parsed) << size;
          ASSERT_EQ(segment.payload_wire, want.payload_wire) << size;
          ASSERT_EQ(segment.payload_captured, size - std::min(size, headers)) << size;
          ASSERT_EQ(segment.ip_length, want.ip_length) << size;
        } else {
          ASSERT_EQ(how, Disposition::truncated) << size;
        }
      }
    }
  }
}

/// As slicing cards and live ports give it: what is missing at the end, no length says.
TEST(Stack, EveryPrefixAsAWholeFrameIsTruncatedOrParsed) {
  for (const Packet& base : bases()) {
    for (const Wrapper& w : wrappers()) {
      SCOPED_TRACE(w.name);
      const Octets frame = as_ethernet(w.wrap(base));
      const Segment want = decoded(frame);
      const std::size_t headers = static_cast<std::size_t>(want.payload - frame.data());
      const std::size_t needed = headers - (want.protocol == 6 ? 12 : 0);
      for (std::size_t size = 0; size < frame.size(); ++size) {
        const Octets whole(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
        Segment segment;
        const Disposition how = decode_alone(whole, size, segment, LinkType::ethernet);
        ASSERT_EQ(how, size < needed ? Disposition::truncated : Disposition::parsed) << size;
        if (size < needed) continue;
        ASSERT_EQ(segment.payload_wire, want.payload_wire) << size;
        ASSERT_EQ(segment.ip_length, want.ip_length) << size;
      }
    }
  }
}

/// A packet is of its own family, or of a tunnel whose inside is not known: never of the one outside.
TEST(Stack, APrefixIsOfTheInnerFamilyOrUnknown) {
  for (const Packet& base : bases()) {
    for (const Wrapper& w : wrappers()) {
      SCOPED_TRACE(w.name);
      const Octets frame = as_ethernet(w.wrap(base));
      const Segment want = decoded(frame);
      for (std::size_t size = 14; size < frame.size(); ++size) {
        Segment segment;
        (void)decode_alone(frame, size, segment, LinkType::ethernet);
        if (!segment.has_ip || segment.inside != Inside::read) continue;
        // Until its ports are there, a tunnel is any datagram; and IPv6 may have more headers.
        const bool outside = segment.ip_length != want.ip_length;
        ASSERT_TRUE(outside || segment.source.family == want.source.family) << size;
        ASSERT_FALSE(outside && segment.has_ports) << size;
      }
    }
  }
}

/// Decodes a frame with each octet of its headers changed to each value, captured as far as `captures` says.
template <class Captures>
void change_every_octet(const Octets& frame, Captures captures) {
  const std::size_t headers = static_cast<std::size_t>(decoded(frame).payload - frame.data());
  for (std::size_t at = 0; at < headers; ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      Octets changed = frame;
      changed[at] = static_cast<std::uint8_t>(value);
      Segment segment;
      for (const std::size_t captured : captures(value, headers))
        (void)decode_alone(changed, captured, segment, LinkType::ethernet);
    }
  }
}

TEST(Stack, EveryChangedOctetOfTheCommonFrame) {
  for (const Packet& base : bases()) {
    for (const Packet& packet : {base, tagged(base, 0x8100)}) {
      const Octets frame = as_ethernet(packet);
      change_every_octet(frame, [&](unsigned, std::size_t headers) {
        return std::vector{frame.size(), headers + 3, headers, headers - 1};
      });
    }
  }
}

TEST(Stack, EveryChangedOctetIsSafe) {
  for (const Wrapper& w : wrappers()) {
    const Octets frame = as_ethernet(w.wrap(bases()[3]));
    change_every_octet(frame, [&](unsigned value, std::size_t headers) {
      return value % 16 == 0 ? std::vector{frame.size(), headers} : std::vector{frame.size()};
    });
  }
}

}  // namespace stack_test
}  // namespace uptake
