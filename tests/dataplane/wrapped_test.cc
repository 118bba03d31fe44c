// What is cut, wrapped, copied or sent to many, from frames to figures.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "policy/catalogue/ipv6/words.h"
#include "policy/report/json.h"
#include "policy/tally.h"
#include "tests/dataplane/harness.h"
#include "tests/dataplane/traffic.h"
#include "tests/toy/toy.h"

namespace uptake {
namespace wrapped_test {

using test::Traffic;
using Frames = std::vector<Traffic::Packet>;
using Octets = std::vector<std::uint8_t>;

struct Outcome {
  std::map<std::string, Counts> counts;  ///< by id and unit
  Ledger ledger;
  LimitCounts limits{};
  UnreadCounts unread;
  std::string json;

  [[nodiscard]] std::uint64_t ended(Disposition how) const { return ledger.ended[static_cast<std::size_t>(how)]; }
  [[nodiscard]] std::uint64_t limit(Limit which) const { return limits[static_cast<std::size_t>(which)]; }
};

Outcome run(const Frames& frames, unsigned workers = 1) {
  const Engine engine = test::engine_of(test::toy_kit());
  Outcome outcome;
  ScoreCard card;
  ScoreCardJson json(card, engine.catalogue);
  outcome.json = json.begin();
  const test::Way way{.workers = workers, .per_chunk = 7};
  outcome.ledger = test::run_through(engine, frames, way, [&](const WindowCard& window) {
    for (const auto& [id, unit] : {std::pair<std::string, Unit>{"toy.new", Unit::connections},
                                   {"ip6.packets", Unit::packets},
                                   {"ip6.bytes", Unit::bytes},
                                   {"ip6.path.native", Unit::packets},
                                   {"ip6.connections", Unit::connections},
                                   {"ip6.reach", Unit::connections},
                                   {"ip4.reach", Unit::connections}})
      outcome.counts[id] = window.figures->tally().total(engine.catalogue.find(id, unit));
    outcome.limits = window.limits;
    outcome.unread.add(window.unread);
    outcome.json += json.window(window);
  });
  outcome.json += json.end();
  return outcome;
}

void expect_same_for_any_number_of_workers(const Frames& frames) {
  const std::string want = run(frames).json;
  for (const unsigned workers : {2U, 4U, 16U}) EXPECT_EQ(run(frames, workers).json, want) << workers;
}

void put16(Octets& o, std::size_t v) {
  o.insert(o.end(), {static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)});
}

/// An IP packet of UDP around a payload, without an identification, in
/// Ethernet.
Octets datagram(bool v6, unsigned from, unsigned to, const Octets& payload) {
  Octets o(12, 2);
  o[5] = 1;
  const std::size_t length = payload.size() + 8;
  if (v6) {
    o.insert(o.end(), {0x86, 0xdd, 0x60, 0, 0, 0});
    put16(o, length);
    o.insert(o.end(), {17, 64, 0x20, 1, 0x0d, 0xb8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    o.insert(o.end(), {0x20, 1, 0x0d, 0xb8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
  } else {
    o.insert(o.end(), {8, 0, 0x45, 0});
    put16(o, length + 20);
    o.insert(o.end(), {0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 9, 192, 0, 2, 10});
  }
  put16(o, from);
  put16(o, to);
  put16(o, length);
  o.insert(o.end(), {0, 0});
  o.insert(o.end(), payload.begin(), payload.end());
  return o;
}

Octets in_vxlan(const Octets& frame, std::uint8_t network, bool v6 = false) {
  Octets payload = {8, 0, 0, 0, 0, 0, network, 0};
  payload.insert(payload.end(), frame.begin(), frame.end());
  return datagram(v6, 50000, 4789, payload);
}
Octets in_vlan(const Octets& frame, std::uint8_t id) {
  Octets o = frame;
  o.insert(o.begin() + 12, {0x81, 0, 0, id});
  return o;
}
/// IPv4 in IPv4, between ends of its own.
Octets in_ipv4(const Octets& frame, std::uint8_t end) {
  Octets o(frame.begin(), frame.begin() + 12);
  o.insert(o.end(), {8, 0, 0x45, 0});
  put16(o, frame.size() - 14 + 20);
  o.insert(o.end(), {0, 9, 0, 0, 64, 4, 0, 0, 192, 0, 2, end, 192, 0, 2, 200});
  o.insert(o.end(), frame.begin() + 14, frame.end());
  return o;
}

const std::string kClient = "TOY\x02\x02x";
const std::string kServer = "TOY\x01\x03";
const std::string kOldClient = "TOY\x01\x01x";

void talk(Traffic& traffic, const Traffic::Ends& ends, const std::string& client = kClient) {
  traffic.open(ends);
  traffic.tcp(ends, true, tcp::kAck | tcp::kPsh, 1001, 5001, client);
  traffic.tcp(ends, false, tcp::kAck | tcp::kPsh, 5001, 1007, kServer);
}

/// Ten talks of each family, side by side.
Traffic half_and_half() {
  Traffic traffic;
  for (std::uint32_t i = 1; i <= 10; ++i)
    for (const bool v6 : {false, true}) talk(traffic, {.client = i, .v6 = v6});
  return traffic;
}

std::uint64_t ip_bytes(const Frames& frames, bool v6) {
  std::uint64_t sum = 0;
  for (const Traffic::Packet& packet : frames)
    if ((packet.bytes[12] == 0x86) == v6) sum += packet.bytes.size() - 14;
  return sum;
}

TEST(Cut, PacketsCountByFamilyAtEverySnaplen) {
  const Traffic traffic = half_and_half();
  const std::uint64_t v4 = ip_bytes(traffic.packets, false);
  const std::uint64_t v6 = ip_bytes(traffic.packets, true);
  for (const bool tagged : {false, true}) {
    for (const bool sliced : {false, true}) {
      for (const std::uint32_t snaplen : {24U, 38U, 53U, 54U, 57U, 58U, 61U, 62U, 68U, 73U, 74U, 77U, 78U, 96U}) {
        Frames frames = traffic.packets;
        for (Traffic::Packet& packet : frames) {
          if (tagged) packet.bytes = in_vlan(packet.bytes, 5);
          packet.captured = snaplen;
          // Slices: the frame is no longer than what is there.
          if (sliced && packet.bytes.size() > snaplen) packet.bytes.resize(snaplen);
        }
        const Outcome outcome = run(frames);
        SCOPED_TRACE(snaplen);
        EXPECT_EQ(outcome.ended(Disposition::malformed), 0U);
        const Counts& packets = outcome.counts.at("ip6.packets");
        EXPECT_EQ(packets.pass, 50U);
        EXPECT_EQ(packets.fail, 50U);
        EXPECT_EQ(outcome.counts.at("ip6.bytes").pass, v6);
        EXPECT_EQ(outcome.counts.at("ip6.bytes").fail, v4);
        // A connection is seen, or said not to have been.
        const Counts& connections = outcome.counts.at("ip6.connections");
        const bool addresses = snaplen >= (tagged ? 58U : 54U);
        if (addresses) {
          EXPECT_EQ(connections.pass + connections.fail + connections.hidden(), 20U);
        }
      }
    }
  }
}

TEST(Cut, ATunnelWithoutItsInsideIsUnknown) {
  const Traffic traffic = half_and_half();
  Frames frames = traffic.packets;
  for (Traffic::Packet& packet : frames) {
    packet.bytes = in_vxlan(packet.bytes, 7);
    packet.captured = 14 + 20 + 8 + 8 + 12;  // up to the inner EtherType
  }
  const Outcome outcome = run(frames);
  EXPECT_EQ(outcome.counts.at("ip6.packets").unobservable[static_cast<std::size_t>(Reason::truncated)], 100U);
  EXPECT_EQ(outcome.counts.at("ip6.packets").judged(), 0U);
}

TEST(Cut, AnUnreadTunnelIsUnknownAndNamed) {
  Frames frames;
  const Traffic traffic = half_and_half();
  for (const Traffic::Packet& packet : traffic.packets) {
    Octets payload(8, 0x40);
    payload.insert(payload.end(), packet.bytes.begin() + 14, packet.bytes.end());
    frames.push_back({datagram(false, 53, 4341, payload), packet.time_ns, 0});
  }
  const Outcome outcome = run(frames);
  EXPECT_EQ(outcome.ended(Disposition::unsupported), 100U);
  EXPECT_EQ(outcome.counts.at("ip6.packets").unobservable[static_cast<std::size_t>(ipv6::kUnreadTunnel)], 100U);
  EXPECT_EQ(outcome.unread.of(Unread::lisp).packets, 100U);
  expect_same_for_any_number_of_workers(frames);
}

/// Two talks of the same addresses and ports, packet by packet, each in a
/// wrapper of its own.
template <class Wrap>
Frames twins(Wrap wrap) {
  Traffic one;
  Traffic other;
  for (std::uint32_t i = 1; i <= 8; ++i) {
    talk(one, {.client = i}, kClient);
    talk(other, {.client = i}, kOldClient);
  }
  Frames frames;
  for (std::size_t i = 0; i < one.packets.size(); ++i) {
    frames.push_back({wrap(one.packets[i].bytes, true), one.packets[i].time_ns, 0});
    // Sequence numbers of its own.
    Octets bytes = other.packets[i].bytes;
    bytes[14 + 20 + 4] = 0x77;
    if ((bytes[14 + 20 + 13] & tcp::kAck) != 0) bytes[14 + 20 + 8] = 0x77;
    frames.push_back({wrap(bytes, false), one.packets[i].time_ns + 40'000, 0});
  }
  return frames;
}

TEST(Twins, InTwoVlansOrTunnelsAreTwoConversations) {
  const auto vlans = [](const Octets& frame, bool first) { return in_vlan(frame, first ? 10 : 20); };
  const auto networks = [](const Octets& frame, bool first) { return in_vxlan(frame, first ? 1 : 2); };
  const auto ends = [](const Octets& frame, bool first) { return in_ipv4(frame, first ? 1 : 2); };
  for (const Frames& frames : {twins(vlans), twins(networks), twins(ends)}) {
    const Outcome outcome = run(frames);
    EXPECT_EQ(outcome.counts.at("toy.new").pass, 8U);
    EXPECT_EQ(outcome.counts.at("toy.new").fail, 8U);
    EXPECT_EQ(outcome.counts.at("ip4.reach").pass, 16U);
    EXPECT_EQ(outcome.limit(Limit::twin_flows), 8U);
    expect_same_for_any_number_of_workers(frames);
  }
}

TEST(Twins, OneConversationMayUseAVlanForEachWay) {
  Traffic traffic;
  for (std::uint32_t i = 1; i <= 8; ++i) talk(traffic, {.client = i});
  for (const std::uint8_t back : {std::uint8_t{20}, std::uint8_t{0}}) {
    Frames frames = traffic.packets;
    for (Traffic::Packet& packet : frames) packet.bytes = in_vlan(packet.bytes, packet.bytes[26] == 10 ? 10 : back);
    const Outcome outcome = run(frames);
    EXPECT_EQ(outcome.counts.at("toy.new").pass, 8U);
    EXPECT_EQ(outcome.limit(Limit::twin_flows), 0U);
  }
}

TEST(Copies, OfAMirrorAreFoundInOtherVlansAndNotInOtherTunnels) {
  const Traffic traffic = half_and_half();
  const auto copied = [&](auto wrap) {
    Frames frames;
    for (const Traffic::Packet& packet : traffic.packets) {
      frames.push_back({wrap(packet.bytes, true), packet.time_ns, 0});
      frames.push_back({wrap(packet.bytes, false), packet.time_ns + 20'000, 0});
    }
    return run(frames).ended(Disposition::duplicate);
  };
  EXPECT_EQ(copied([](const Octets& frame, bool) { return frame; }), 100U);
  EXPECT_EQ(copied([](const Octets& frame, bool first) { return first ? frame : in_vlan(frame, 5); }), 100U);
  EXPECT_EQ(copied([](const Octets& frame, bool first) { return in_vlan(frame, first ? 5 : 6); }), 100U);
  EXPECT_EQ(copied([](const Octets& frame, bool) { return in_vxlan(frame, 5); }), 100U);
  EXPECT_EQ(copied([](const Octets& frame, bool first) { return in_vxlan(frame, first ? 5 : 6); }), 0U);
}

TEST(Copies, EqualAcknowledgementsOfIpv6AreNone) {
  const auto acknowledgements = [](Traffic& traffic) {
    for (int i = 0; i < 20; ++i) traffic.tcp({.v6 = true}, true, tcp::kAck, 1001, 5001);
  };
  Traffic traffic;
  traffic.step_ns = 50'000;
  traffic.open({.v6 = true});
  acknowledgements(traffic);
  EXPECT_EQ(run(traffic.packets).ended(Disposition::duplicate), 0U);
  // Where data comes twice, so does what looks like it.
  Frames frames;
  for (const Traffic::Packet& packet : traffic.packets)
    for (const std::uint64_t later : {0U, 1000U}) frames.push_back({packet.bytes, packet.time_ns + later, 0});
  EXPECT_GE(run(frames).ended(Disposition::duplicate), 23U);
}

TEST(Copies, TunnelsThatAreNotReadBeginAlike) {
  Frames frames;
  for (std::uint32_t i = 0; i < 300; ++i) {
    Octets payload(700, 'H');
    payload[i + 60] = 'x';  // in a place of its own, without a checksum
    for (const bool v6 : {false, true})
      frames.push_back({datagram(v6, 50000, 8473, payload), 1'000'000'000 + i * 50'000, 0});
  }
  EXPECT_EQ(run(frames).ended(Disposition::duplicate), 0U);
  Frames twice;
  for (const Traffic::Packet& packet : frames)
    for (const std::uint64_t later : {0U, 1000U}) twice.push_back({packet.bytes, packet.time_ns + later, 0});
  EXPECT_EQ(run(twice).ended(Disposition::duplicate), frames.size());
}

TEST(ToMany, IsNoAttempt) {
  Traffic traffic;
  traffic.udp({.client = 1}, true, "one that nobody answers");
  traffic.udp({.client = 2, .v6 = true}, true, "one that nobody answers");
  const auto sent_to = [&](bool v6, std::initializer_list<std::uint8_t> start) {
    traffic.udp({.client = 3, .v6 = v6}, true, "to many");
    std::copy(start.begin(), start.end(), traffic.packets.back().bytes.begin() + (v6 ? 38 : 30));
  };
  sent_to(false, {224, 0, 0, 251});
  sent_to(false, {239, 255, 255, 250});
  sent_to(false, {255, 255, 255, 255});
  sent_to(false, {10, 0, 0, 255});  // the broadcast address of a network, as that of the link tells
  std::fill_n(traffic.packets.back().bytes.begin(), 6, 0xff);
  sent_to(true, {0xff, 2});
  sent_to(true, {0xff, 0x0e});
  Frames frames = traffic.packets;
  for (std::size_t i = 2; i < 8; ++i)
    frames.push_back({in_vlan(in_vxlan(traffic.packets[i].bytes, 3), 7), traffic.now_ns, 0});
  const Outcome outcome = run(frames);
  EXPECT_EQ(outcome.counts.at("ip4.reach").fail + outcome.counts.at("ip4.reach").hidden(), 1U);
  EXPECT_EQ(outcome.counts.at("ip6.reach").fail + outcome.counts.at("ip6.reach").hidden(), 1U);
}

/// Cuts an IPv4 packet in two.
void in_two(Frames& frames, const Octets& frame, std::uint64_t time_ns, std::uint8_t id) {
  const std::size_t half = (frame.size() - 34) / 16 * 8;
  for (const bool last : {false, true}) {
    Octets o(frame.begin(), frame.begin() + 34);
    o.insert(o.end(), last ? frame.begin() + 34 + static_cast<std::ptrdiff_t>(half) : frame.begin() + 34,
             last ? frame.end() : frame.begin() + 34 + static_cast<std::ptrdiff_t>(half));
    o[16] = static_cast<std::uint8_t>((o.size() - 14) >> 8);
    o[17] = static_cast<std::uint8_t>(o.size() - 14);
    o[19] = id;
    o[20] = static_cast<std::uint8_t>(last ? half >> 11 : 0x20);
    o[21] = static_cast<std::uint8_t>(last ? half >> 3 : 0);
    frames.push_back({o, time_ns, 0});
  }
}

TEST(Fragments, OfATunnelAreThePacketInside) {
  const Traffic traffic = half_and_half();
  Frames frames;
  std::uint8_t id = 0;
  for (const Traffic::Packet& packet : traffic.packets)
    in_two(frames, in_vxlan(packet.bytes, 7), packet.time_ns, ++id);
  const Outcome outcome = run(frames);
  EXPECT_EQ(outcome.ended(Disposition::parsed), frames.size());
  EXPECT_EQ(outcome.counts.at("ip6.packets").pass, 50U);
  EXPECT_EQ(outcome.counts.at("ip6.packets").fail, 50U);
  EXPECT_EQ(outcome.counts.at("ip6.bytes").pass, ip_bytes(traffic.packets, true));
  EXPECT_EQ(outcome.counts.at("ip6.bytes").fail, ip_bytes(traffic.packets, false));
  expect_same_for_any_number_of_workers(frames);
  // One that is not read ends as that, and is named.
  frames.clear();
  Octets payload(8, 0x40);
  payload.insert(payload.end(), traffic.packets[0].bytes.begin() + 14, traffic.packets[0].bytes.end());
  in_two(frames, datagram(false, 50000, 4341, payload), traffic.now_ns, 1);
  const Outcome unread = run(frames);
  EXPECT_EQ(unread.ended(Disposition::unsupported), 2U);
  EXPECT_EQ(unread.unread.of(Unread::lisp).packets, 1U);
  EXPECT_EQ(unread.counts.at("ip6.packets").unobservable[static_cast<std::size_t>(ipv6::kUnreadTunnel)], 1U);
}

/// Talks in tunnels between other ends each; of some packets the tunnel's datagram is in two fragments.
Frames talks_in_tunnels(bool in_fragments) {
  const Traffic traffic = half_and_half();
  Frames frames;
  std::uint8_t id = 0;
  for (const Traffic::Packet& packet : traffic.packets) {
    const Octets wrapped = in_vxlan(packet.bytes, 7);
    if (in_fragments && ++id % 3 != 0)
      in_two(frames, wrapped, packet.time_ns, id);
    else
      frames.push_back({wrapped, packet.time_ns, 0});
  }
  return frames;
}

TEST(Fragments, OfATunnelBringTheirPacketToItsConversation) {
  const Outcome whole = run(talks_in_tunnels(false));
  const Outcome outcome = run(talks_in_tunnels(true));
  ASSERT_EQ(whole.counts.at("toy.new").pass, 20U);
  for (const auto& [id, counts] : whole.counts) {
    EXPECT_EQ(outcome.counts.at(id).pass, counts.pass) << id;
    EXPECT_EQ(outcome.counts.at(id).fail, counts.fail) << id;
    EXPECT_EQ(outcome.counts.at(id).hidden(), counts.hidden()) << id;
  }
  EXPECT_EQ(outcome.limit(Limit::stream_gap), 0U);
  expect_same_for_any_number_of_workers(talks_in_tunnels(true));
}

TEST(Fragments, OfATunnelThatAnotherWorkersConversationIsInAreCounted) {
  const Engine engine = test::engine_of(test::toy_kit());
  ShardSet shards(engine);
  std::uint64_t elsewhere = 0;
  Publisher publisher(engine, 16, Publisher::Pace::of_sink, [&](const WindowCard& window) {
    elsewhere += window.limits[static_cast<std::size_t>(Limit::fragment_elsewhere)];
  });
  const Frames packets = talks_in_tunnels(true);
  std::array<Item, 1> item;
  Frame last;
  for (unsigned index = 0; index < 16; ++index) {
    Worker worker(engine, shards, index, 16, publisher, nullptr);
    test::MemorySource source(packets, 1);
    for (Chunk chunk; source.next(chunk);) {
      last = chunk.frames[0];
      last.packet_ns = last.time_ns;
      decode_items(engine, {&last, 1}, item);
      constexpr std::array<std::uint16_t, 1> kFirst{};
      if (Worker::owner(item[0], 16) == index) worker.run(item, kFirst);
    }
    worker.finish(last);
  }
  publisher.finish();
  EXPECT_GT(elsewhere, 20U);
}

/// UDP over IPv6 in two fragments; a Destination Options header stands behind the Fragment header (RFC 8200 section
/// 4.5).
Frames options_in_two(std::uint64_t time_ns) {
  Octets behind = {17, 0, 1, 4, 0, 0, 0, 0, 0xc3, 0x50, 0x27, 0x0f, 0, 40, 0, 0};
  behind.resize(48, 0x41);
  Frames frames;
  for (const bool last : {false, true}) {
    Octets o = datagram(true, 50000, 9999, Octets(24, 0));
    o.resize(54);
    o[19] = 8 + 24;
    o[20] = 44;
    o.insert(o.end(), {60, 0, 0, static_cast<std::uint8_t>(last ? 24 : 1), 0, 0, 0, 9});
    o.insert(o.end(), behind.begin() + (last ? 24 : 0), behind.end() - (last ? 0 : 24));
    frames.push_back({o, time_ns, 0});
  }
  return frames;
}

TEST(Fragments, OfADatagramWithOptionsAreNoTunnel) {
  const Outcome outcome = run(options_in_two(half_and_half().now_ns));
  EXPECT_EQ(outcome.ended(Disposition::parsed), 2U);
  EXPECT_EQ(outcome.counts.at("ip6.packets").pass, 2U);
  EXPECT_EQ(outcome.counts.at("ip6.bytes").pass, 2U * (40 + 8 + 24));
}

TEST(Fragments, OfDifferentVlansOrTunnelsAreNotJoined) {
  const Traffic traffic = half_and_half();
  Frames whole;
  in_two(whole, datagram(false, 40000, 9999, Octets(64, 1)), traffic.now_ns, 1);
  const auto mixed = [&](auto wrap) {
    Frames frames = whole;
    frames[0].bytes = wrap(frames[0].bytes, 1);
    frames[1].bytes = wrap(frames[1].bytes, 2);
    return run(frames).ended(Disposition::fragment_dropped);
  };
  EXPECT_EQ(mixed([](const Octets& frame, std::uint8_t) { return in_vlan(frame, 1); }), 0U);
  EXPECT_EQ(mixed([](const Octets& frame, std::uint8_t id) { return in_vlan(frame, id); }), 2U);
  EXPECT_EQ(mixed([](const Octets& frame, std::uint8_t id) { return in_vxlan(frame, id); }), 2U);
}

TEST(Copies, OfABurstAreFoundHoweverMuchTheFlowSends) {
  Traffic traffic;
  traffic.step_ns = 10'000;
  for (std::uint32_t i = 0; i < 60; ++i)
    traffic.tcp({}, false, tcp::kAck, 5001 + i * 100, 1001, std::string(100, 'b'));
  for (const std::uint64_t later : {150'000U, 500'000U, 1'500'000U}) {
    Frames frames = traffic.packets;
    for (const Traffic::Packet& packet : traffic.packets) frames.push_back({packet.bytes, packet.time_ns + later, 0});
    std::ranges::stable_sort(frames, {}, &Traffic::Packet::time_ns);
    EXPECT_EQ(run(frames).ended(Disposition::duplicate), 60U) << later;
  }
}

TEST(Copies, EqualPacketsWithoutPortsInOtherTunnelsAreNone) {
  const auto advertisement = [] {
    Octets frame = datagram(true, 0, 0, Octets(24, 3));
    frame[14 + 6] = 58;  // ICMPv6
    return frame;
  }();
  Frames frames;
  for (std::uint8_t network = 1; network <= 3; ++network)
    frames.push_back({in_vxlan(advertisement, network), 1'700'000'000'000'000'000ULL + network, 0});
  EXPECT_EQ(run(frames).ended(Disposition::duplicate), 0U);
  for (Traffic::Packet& packet : frames) packet.bytes = in_vxlan(advertisement, 1);
  EXPECT_EQ(run(frames).ended(Disposition::duplicate), 2U);
}

TEST(Twins, OneOfThemMayBeInNoVlan) {
  for (const bool bare_first : {true, false}) {
    const Frames frames =
        twins([=](const Octets& frame, bool first) { return first == bare_first ? frame : in_vlan(frame, 20); });
    const Outcome outcome = run(frames);
    EXPECT_EQ(outcome.counts.at("ip4.reach").pass, 16U);
    EXPECT_EQ(outcome.limit(Limit::twin_flows), 8U);
    expect_same_for_any_number_of_workers(frames);
  }
}

}  // namespace wrapped_test
}  // namespace uptake
