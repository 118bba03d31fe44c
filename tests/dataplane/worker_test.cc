#include "dataplane/worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>

#include "dataplane/publisher.h"
#include "dataplane/runtime.h"
#include "dataplane/sources/filter.h"
#include "policy/client_groups.h"
#include "policy/entities.h"
#include "policy/report/json.h"
#include "policy/scorecard.h"
#include "policy/tally.h"
#include "tests/dataplane/harness.h"
#include "tests/dataplane/traffic.h"
#include "tests/dissectors/dns/builder.h"
#include "tests/toy/toy.h"

namespace uptake {
namespace worker_test {

using test::MemorySource;
using test::Traffic;

/// What a run gave: counts of the toy's measures, the ledger and the whole score card as JSON.
struct Outcome {
  Counts talks;
  Counts bytes;
  EntityCounts servers;
  EntityCounts privacy;
  Counts reach;
  Counts nat64;
  Counts queries;
  std::vector<Counts> by_window;  ///< talks
  /// Judged and hidden sightings of all measures, connections and bytes alike, by group of clients.
  std::array<std::uint64_t, 1 + Grouping::kMost> by_group{};
  Ledger ledger;
  LimitCounts limits{};
  UnreadCounts unread;
  std::string json;
  std::string events;
};

struct How {
  unsigned workers = 1;
  std::size_t per_chunk = 100;
  std::uint64_t max_flows = 1U << 14;
  std::uint64_t window_ns = 0;
  bool events = false;
  const PrefixSet* nat64 = nullptr;
  const Filter* filter = nullptr;
  const Grouping* grouping = nullptr;
  const ClientGroups* client_groups = nullptr;
};

Engine engine_for(const How& how) {
  Engine engine = test::engine_of(test::toy_kit(), how.max_flows);
  engine.window_ns = how.window_ns;
  engine.keep_names = how.events;
  engine.filter = how.filter;
  engine.nat64 = how.nat64;
  engine.grouping = how.grouping;
  engine.subscriber.groups = how.client_groups;
  return engine;
}

Outcome run(const Traffic& traffic, const How& how = {}) {
  const Engine engine = engine_for(how);
  const Registry& registry = engine.registry;
  const Catalogue& catalogue = engine.catalogue;
  std::vector<EventDescriber> describers = standard_events();
  describers.push_back({"toy", toy::kTalk, "toy", toy::describe});
  const Events events(registry, describers);
  Outcome outcome;
  const auto write = [&](const std::string& lines) {
    outcome.events += lines;
    return true;
  };
  EventLog log(how.workers, events, write, {});
  ScoreCard card;
  ScoreCardJson json(card, catalogue);
  outcome.json = json.begin();
  const test::Way way{how.workers, how.per_chunk, how.events ? &events : nullptr, how.events ? &log : nullptr};
  outcome.ledger = test::run_through(engine, traffic.packets, way, [&](const WindowCard& window) {
    const auto total = [&](std::string_view id, Unit unit) {
      return window.figures->tally().total(catalogue.find(id, unit));
    };
    outcome.talks.add(total("toy.new", Unit::connections));
    outcome.by_window.push_back(total("toy.new", Unit::connections));
    for (std::size_t i = 0; i < Cell::kCount * outcome.by_group.size(); ++i)
      for (std::size_t measure = 0; measure < catalogue.size(); ++measure) {
        const Counts& counts = window.figures->tally().at(measure, Cell::of(i));
        outcome.by_group[i / Cell::kCount] += counts.judged() + counts.hidden();
      }
    outcome.queries.add(total("dns.query.edns", Unit::queries));
    outcome.bytes.add(total("toy.new", Unit::bytes));
    outcome.reach.add(total("ip6.reach", Unit::connections));
    outcome.nat64.add(total("ip6.path.nat64", Unit::connections));
    outcome.servers =
        window.figures->entities(Unit::servers).count(catalogue.entity_bit(catalogue.find("toy.new", Unit::servers)));
    outcome.privacy = window.figures->entities(Unit::addresses)
                          .count(catalogue.entity_bit(catalogue.find("ip6.privacy", Unit::addresses)));
    for (std::size_t i = 0; i < kLimits; ++i) outcome.limits[i] += window.limits[i];
    outcome.unread.add(window.unread);
    outcome.json += json.window(window);
  });
  outcome.json += json.end();
  return outcome;
}

std::uint64_t ended(const Outcome& outcome, Disposition how) {
  return outcome.ledger.ended[static_cast<std::size_t>(how)];
}

const std::string kClient = "TOY\x02\x02x";
const std::string kServer = "TOY\x01\x03";

/// A whole talk with some bulk behind it.
void talk(Traffic& traffic, const Traffic::Ends& ends, const std::string& client = kClient,
          const std::string& server = kServer) {
  traffic.open(ends);
  traffic.tcp(ends, true, tcp::kAck | tcp::kPsh, 1001, 5001, client);
  traffic.tcp(ends, false, tcp::kAck | tcp::kPsh, 5001, 1001 + static_cast<std::uint32_t>(client.size()), server);
  traffic.tcp(ends, false, tcp::kAck, 5001 + static_cast<std::uint32_t>(server.size()), 1007, std::string(500, 'b'));
}

TEST(WorkerTest, WhatIsCutBehindItsIpHeaderBelongsToItsShard) {
  Segment segment;
  segment.has_ip = true;
  for (const std::uint8_t protocol : {frame::protocol::kTcp, frame::protocol::kUdp}) {
    segment.protocol = protocol;
    EXPECT_TRUE(needs_its_shard(Disposition::parsed, segment));
    EXPECT_TRUE(needs_its_shard(Disposition::truncated, segment)) << "its conversation is counted";
    EXPECT_FALSE(needs_its_shard(Disposition::malformed, segment));
  }
  segment.protocol = 1;
  EXPECT_FALSE(needs_its_shard(Disposition::truncated, segment));
}

TEST(WorkerTest, AToyProtocolIsOneFolderAndOneLine) {
  Traffic traffic;
  talk(traffic, {});
  talk(traffic, {.client = 2, .server = 2}, "TOY\x01\x01");
  const Outcome outcome = run(traffic, {.events = true});
  EXPECT_EQ(outcome.talks.pass, 1U);
  EXPECT_EQ(outcome.talks.fail, 1U);
  EXPECT_EQ(outcome.servers.pass, 1U);
  EXPECT_EQ(outcome.servers.fail, 1U);
  // IP lengths with payload: 46, 45 and 540 for the first talk.
  EXPECT_EQ(outcome.bytes.pass, 46U + 45U + 540U);
  EXPECT_NE(outcome.events.find("\"versions\":770"), std::string::npos) << outcome.events;
}

TEST(WorkerTest, EveryCutAndEveryOrderOfTwoPiecesIsTheSameTalk) {
  for (std::size_t cut = 1; cut < kClient.size(); ++cut) {
    for (const bool swapped : {false, true}) {
      Traffic traffic;
      const Traffic::Ends ends;
      traffic.open(ends);
      const auto piece = [&](std::size_t from, std::size_t to) {
        traffic.tcp(ends, true, tcp::kAck, 1001 + static_cast<std::uint32_t>(from), 5001,
                    std::string_view(kClient).substr(from, to - from));
      };
      if (swapped) piece(cut, kClient.size());
      piece(0, cut);
      if (!swapped) piece(cut, kClient.size());
      traffic.tcp(ends, false, tcp::kAck, 5001, 1007, kServer);
      EXPECT_EQ(run(traffic).talks.pass, 1U) << cut << swapped;
    }
  }
}

TEST(WorkerTest, WithoutTheFirstPiecesItStillIsOrIsUnknownNeverNo) {
  for (std::size_t lost = 0; lost < 5; ++lost) {
    Traffic traffic;
    talk(traffic, {});
    traffic.packets.erase(traffic.packets.begin(), traffic.packets.begin() + static_cast<std::ptrdiff_t>(lost));
    const Outcome outcome = run(traffic);
    EXPECT_EQ(outcome.talks.fail, 0U) << lost;
    if (lost <= 3) {
      EXPECT_EQ(outcome.talks.pass, 1U) << lost;
    }
  }
}

TEST(WorkerTest, ALostSegmentIsAGapAndTheTalkIsUnknown) {
  Traffic traffic;
  const Traffic::Ends ends;
  traffic.open(ends);
  traffic.tcp(ends, true, tcp::kAck, 1001, 5001, "TOY");
  // The rest of the greeting is missing; 20 kB later there is no room to wait any longer.
  for (std::uint32_t at = 10; at < 20000; at += 1000)
    traffic.tcp(ends, true, tcp::kAck, 1001 + at, 5001, std::string(1000, 'x'));
  traffic.tcp(ends, false, tcp::kAck, 5001, 1007, kServer);
  const Outcome outcome = run(traffic);
  EXPECT_EQ(outcome.talks.unobservable[static_cast<std::size_t>(Reason::gap)], 1U);
  EXPECT_EQ(outcome.talks.judged(), 0U);
  EXPECT_EQ(outcome.limits[static_cast<std::size_t>(Limit::stream_gap)], 1U);
}

TEST(WorkerTest, CopiesByTheMirrorChangeNothing) {
  Traffic traffic;
  for (std::uint32_t i = 1; i < 50; ++i) talk(traffic, {.client = i, .server = i % 7});
  Traffic twice;
  for (const Traffic::Packet& packet : traffic.packets) {
    twice.packets.push_back(packet);
    Traffic::Packet copy = packet;
    copy.bytes[22] -= 1;  // TTL
    copy.bytes.insert(copy.bytes.begin() + 12, {0x81, 0x00, 0x00, 0x07});
    copy.time_ns += 5000;
    twice.packets.push_back(copy);
  }
  const Outcome one = run(traffic);
  const Outcome two = run(twice);
  EXPECT_EQ(ended(two, Disposition::duplicate), traffic.packets.size());
  EXPECT_EQ(one.talks.pass, two.talks.pass);
  EXPECT_EQ(one.bytes.pass, two.bytes.pass);
}

TEST(WorkerTest, WhatNobodyReadsIsCountedByNameAndFamily) {
  Traffic traffic;
  for (std::uint32_t i = 1; i <= 40; ++i) {
    const bool v6 = i % 2 == 0;
    talk(traffic, {.client = i, .v6 = v6});
    const Traffic::Ends ssh{.client = 100 + i, .server_port = 2222, .v6 = v6};
    traffic.open(ssh);
    traffic.tcp(ssh, false, tcp::kAck, 5001, 1001, "SSH-2.0-toy\r\n");
    traffic.tcp(ssh, true, tcp::kAck, 1001, 5014);
    traffic.tcp(ssh, false, tcp::kAck, 5014, 1001, std::string(100, 'x'));
    const Traffic::Ends ntp{.client = 200 + i, .server_port = 123, .v6 = v6};
    traffic.udp(ntp, true, std::string(48, 'n'));
    traffic.udp(ntp, false, std::string(48, 'n'));
  }
  const Outcome one = run(traffic);
  // The opening was read; what follows from the banner on was not.
  EXPECT_EQ(one.unread.of(Unread::ssh, Family::v4).packets, 60U);
  EXPECT_EQ(one.unread.of(Unread::ssh, Family::v6).packets, 60U);
  EXPECT_EQ(one.unread.of(Unread::ssh, Family::v4).bytes, 20U * (53 + 40 + 140));
  EXPECT_EQ(one.unread.of(Unread::ssh, Family::v6).bytes, 20U * (73 + 60 + 160));
  EXPECT_EQ(one.unread.of(Unread::ntp).packets, 80U);
  EXPECT_EQ(one.unread.of(Unread::ntp, Family::v6).bytes, 40U * (48 + 8 + 40));
  EXPECT_EQ(one.unread.total().packets, 200U);
  EXPECT_EQ(one.unread.of(Unread::none).packets + 200U, traffic.packets.size());
  EXPECT_EQ(run(traffic, {.workers = 4}).json, one.json);
  EXPECT_NE(one.json.find(R"("protocol": "ssh", "family": "ipv6", "packets": 60, "bytes": 5860)"), std::string::npos)
      << one.json.substr(0, 3000);
}

TEST(WorkerTest, SnaplenHidesAndSaysSo) {
  Traffic traffic;
  talk(traffic, {});
  for (Traffic::Packet& packet : traffic.packets) packet.captured = 14 + 20 + 20 + 4;
  const Outcome outcome = run(traffic);
  EXPECT_EQ(outcome.talks.judged(), 0U);
  EXPECT_EQ(outcome.talks.hidden(), 1U);
  for (Traffic::Packet& packet : traffic.packets) packet.captured = 30;
  EXPECT_EQ(ended(run(traffic), Disposition::truncated), traffic.packets.size());
}

TEST(WorkerTest, AnswersOfAFamilyAreReachOrUnknown) {
  Traffic answered;
  talk(answered, {.v6 = true});
  EXPECT_EQ(run(answered).reach.pass, 1U);
  Traffic refused;
  refused.tcp({.v6 = true}, true, tcp::kSyn, 1000, 0);
  refused.tcp({.v6 = true}, false, tcp::kRst | tcp::kAck, 0, 1001);
  EXPECT_EQ(run(refused).reach.fail, 1U);
  // Only the clients' side of the link: an attempt without an answer is not known to have failed.
  Traffic one_way;
  for (std::uint32_t i = 1; i < 200; ++i) {
    const Traffic::Ends ends{.client = i, .server = 1, .v6 = true};
    one_way.tcp(ends, true, tcp::kSyn, 1000, 0);
    if (i % 2 == 0) one_way.tcp(ends, true, tcp::kAck, 1001, 5001);
  }
  const Outcome outcome = run(one_way);
  EXPECT_EQ(outcome.reach.pass, 99U);
  EXPECT_EQ(outcome.reach.fail, 0U);
  EXPECT_EQ(outcome.reach.hidden(), 100U);
}

TEST(WorkerTest, ANetworksOwnNat64PrefixIsKnownWhenItIsGiven) {
  Traffic traffic;
  talk(traffic, {.server = 7, .v6 = true});
  talk(traffic, {.server = 7});
  EXPECT_EQ(run(traffic).nat64.fail, 1U);
  const auto given = [&](std::uint8_t last_octet) {
    const PrefixSet nat64({Prefix{{{0x20, 0x01, 0x0d, 0xb8, 0, last_octet}, Family::v6}, 48}});
    return run(traffic, {.nat64 = &nat64}).nat64;
  };
  EXPECT_EQ(given(1).pass, 1U);
  EXPECT_EQ(given(1).fail, 0U);
  EXPECT_EQ(given(2).fail, 1U) << "of another network";
}

TEST(WorkerTest, AnAddressMadeOfAMacIsNotPrivateWhoeverAssignedTheMac) {
  const auto privacy_of = [](std::uint32_t middle, std::uint32_t low) {
    Traffic traffic;
    talk(traffic, {.client = low, .v6 = true, .client_middle = middle});
    return run(traffic).privacy;
  };
  EXPECT_EQ(privacy_of(0x025056ff, 0xfe000001).fail, 1);  // 00:50:56:00:00:01, universal
  EXPECT_EQ(privacy_of(0x0042acff, 0xfe110002).fail, 1);  // 02:42:ac:11:00:02, locally administered
  EXPECT_EQ(privacy_of(0x0042acff, 0xff110002).pass, 1);
  EXPECT_EQ(privacy_of(0x0042acfe, 0xfe110002).pass, 1);
  EXPECT_EQ(privacy_of(0, 1).pass, 1);
}

TEST(WorkerTest, AFloodOfSynsDoesNotHideRealTalks) {
  Traffic traffic;
  traffic.step_ns = 1000;
  std::mt19937 random(7);
  std::vector<Traffic::Packet> real;
  {
    Traffic other;
    other.step_ns = 50'000;
    for (std::uint32_t i = 1; i <= 400; ++i) talk(other, {.client = i, .server = 200});
    real = other.packets;
  }
  for (const Traffic::Packet& packet : real) {
    for (int i = 0; i < 40; ++i)
      traffic.tcp({.client = 0x10000 + static_cast<std::uint32_t>(random() % 0xfffff),
                   .server = 77,
                   .client_port = static_cast<std::uint16_t>(random())},
                  true, tcp::kSyn, static_cast<std::uint32_t>(random()), 0);
    Traffic::Packet own = packet;
    own.time_ns = traffic.now_ns;
    traffic.packets.push_back(own);
  }
  const Outcome outcome = run(traffic, {.max_flows = 1U << 14});
  EXPECT_GE(outcome.talks.pass, 396U) << "99 % of 400 behind " << traffic.packets.size() << " frames";
}

/// What a glance does not place: ARP, a tunnel between others, pieces of a datagram, and what is cut or broken.
void odd_frames(Traffic& traffic, std::uint32_t i) {
  const Traffic::Ends ends{.client = i, .server = i % 40, .client_port = 50000, .server_port = 4789};
  traffic.udp({.client = i + 1, .server = i % 7, .server_port = 9998}, true, "TOY\x01\x02");
  std::vector<std::uint8_t> inner = traffic.packets.back().bytes;
  traffic.packets.pop_back();
  traffic.udp(ends, true, std::string("\x08\0\0\0\0\0\x07\0", 8) + std::string(inner.begin(), inner.end()));
  for (const int piece : {0x2000, 2}) {
    traffic.udp({.client = i, .server = 9}, true, std::string(8, 'f'));
    std::vector<std::uint8_t>& bytes = traffic.packets.back().bytes;
    bytes[18] = bytes[19] = static_cast<std::uint8_t>(i);  // of the same datagram
    bytes[20] = static_cast<std::uint8_t>(piece >> 8);
    bytes[21] = static_cast<std::uint8_t>(piece);
  }
  traffic.udp({.client = i, .server = 11}, true, "cut");
  traffic.packets.back().captured = 30;
  traffic.udp({.client = i, .server = 12, .v6 = true}, true, "broken");
  traffic.packets.back().bytes[14] = 0x50;
  traffic.udp({.client = i, .server = 13}, true, "ARP");
  traffic.packets.back().bytes[13] = 0x06;
}

/// Talks, copies, reorder, v6, odd times, odd frames.
Traffic mixture(unsigned seed) {
  Traffic traffic;
  std::mt19937 random(seed);
  for (std::uint32_t i = 1; i < 300; ++i) {
    const Traffic::Ends ends{
        .client = i, .server = i % 40, .client_port = static_cast<std::uint16_t>(30000 + i), .v6 = i % 3 == 0};
    talk(traffic, ends, i % 5 == 0 ? "TOY\x01\x01" : kClient);
    if (i % 4 == 0) traffic.udp({.client = i, .server = 3, .server_port = 9998}, true, "TOY\x01\x02");
    if (i % 6 == 0) odd_frames(traffic, i);
  }
  for (std::size_t i = 0; i + 8 < traffic.packets.size(); ++i)
    if (random() % 3 == 0) std::swap(traffic.packets[i], traffic.packets[i + random() % 8]);
  return traffic;
}

/// Where two long texts part, and what stands there; empty when they are the same.
std::string first_difference(const std::string& one, const std::string& other) {
  const auto parted = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  if (parted.first == one.end() && parted.second == other.end()) return "";
  const auto at = static_cast<std::size_t>(parted.first - one.begin());
  const std::size_t from = at - std::min<std::size_t>(at, 400);
  return "at " + std::to_string(at) + ":\n" + one.substr(from, 600) + "\n--- and\n" + other.substr(from, 600);
}

TEST(Workers, AnyNumberOfThemAndAnyChunksGiveTheSameBytes) {
  const Traffic traffic = mixture(3);
  const Outcome reference = run(traffic, {.events = true});
  EXPECT_GT(reference.talks.pass, 100U);
  for (const unsigned workers : {1U, 2U, 3U, 4U, 16U}) {
    for (const std::size_t per_chunk : {1UL, 7UL, 64UL, 4096UL}) {
      const Outcome other = run(traffic, {.workers = workers, .per_chunk = per_chunk, .events = true});
      ASSERT_EQ(first_difference(reference.json, other.json), "") << workers << " workers, chunks of " << per_chunk;
      ASSERT_EQ(first_difference(reference.events, other.events), "")
          << workers << " workers, chunks of " << per_chunk;
    }
  }
}

/// As many groups as there may be, by the last octet of the client's address.
std::uint8_t group_by_last_octet(const void*, const Address& client) noexcept {
  return static_cast<std::uint8_t>(1 + client.octets[client.family == Family::v4 ? 3 : 15] % Grouping::kMost);
}

TEST(Workers, GroupsOfClientsAreHeldApartAndAddUpToTheSameFigures) {
  const Traffic traffic = mixture(7);
  const Grouping grouping{group_by_last_octet, nullptr, Grouping::kMost};
  const Outcome whole = run(traffic);
  const Outcome grouped = run(traffic, {.grouping = &grouping});
  EXPECT_EQ(first_difference(whole.json, grouped.json), "");
  EXPECT_EQ(std::accumulate(grouped.by_group.begin(), grouped.by_group.end(), std::uint64_t{0}), whole.by_group[0]);
  EXPECT_EQ(std::ranges::count(grouped.by_group, std::uint64_t{0}), 0) << "no group is without figures";
  EXPECT_EQ(std::accumulate(whole.by_group.begin() + 1, whole.by_group.end(), std::uint64_t{0}), 0U);
  for (const unsigned workers : {2U, 4U, 16U})
    EXPECT_EQ(run(traffic, {.workers = workers, .grouping = &grouping}).by_group, grouped.by_group) << workers;
}

TEST(Workers, WhoStandsBehindTheCountsIsTheSameForAnyNumberOfThem) {
  const Traffic traffic = mixture(8);
  const ClientGroups groups({1});
  const Outcome one = run(traffic, {.window_ns = 60'000'000'000, .client_groups = &groups});
  EXPECT_NE(one.json.find("\"gate\": {\"pass\": \"F\""), std::string::npos);
  EXPECT_NE(one.json.find("\"gate\": {\"pass\": \"A\""), std::string::npos);
  for (const unsigned workers : {2U, 4U, 16U}) {
    const Outcome many = run(traffic, {.workers = workers, .window_ns = 60'000'000'000, .client_groups = &groups});
    EXPECT_EQ(first_difference(one.json, many.json), "") << workers;
  }
}

TEST(Workers, WindowsAddUpToTheWholeAndDoNotDependOnTheirNumber) {
  Traffic traffic = mixture(4);
  for (std::size_t i = 0; i < traffic.packets.size(); ++i) traffic.packets[i].time_ns += i * 50'000'000ULL;
  const Outcome whole = run(traffic);
  const How minutes{.workers = 1, .window_ns = 10'000'000'000ULL};
  const Outcome windows = run(traffic, minutes);
  EXPECT_EQ(windows.talks.pass, whole.talks.pass);
  EXPECT_EQ(windows.talks.fail, whole.talks.fail);
  EXPECT_EQ(windows.bytes.pass, whole.bytes.pass);
  EXPECT_EQ(windows.ledger.ended, whole.ledger.ended);
  How more = minutes;
  for (more.workers = 2; more.workers <= 4; ++more.workers) {
    more.per_chunk = 13;
    EXPECT_EQ(run(traffic, more).json, windows.json) << more.workers;
  }
}

TEST(Workers, AWildStampIsNoneOfTheSpan) {
  const Traffic traffic = mixture(6);
  const Ledger before = run(traffic).ledger;
  for (const std::size_t which : {std::size_t{1}, std::size_t{50}, traffic.packets.size() - 1}) {
    for (const std::uint64_t wild : {std::uint64_t{0}, std::uint64_t{4'000'000'000} * 1'000'000'000}) {
      Traffic changed = traffic;
      changed.packets[which].time_ns = wild;
      const Ledger ledger = run(changed).ledger;
      EXPECT_EQ(ledger.first_ns, before.first_ns) << which;
      EXPECT_EQ(ledger.last_ns,
                which + 1 == traffic.packets.size()
                    ? std::max_element(traffic.packets.begin(), traffic.packets.end() - 1,
                                       [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; })
                          ->time_ns
                    : before.last_ns)
          << which;
    }
  }
}

TEST(Workers, AFilterSaysWhatItNeverLookedInto) {
  Traffic traffic = mixture(7);
  const std::size_t plain = traffic.packets.size();
  for (Traffic::Packet& packet : traffic.packets) packet.captured = 0;
  for (std::size_t i = 0; i < plain; i += 2) {
    std::vector<std::uint8_t>& bytes = traffic.packets[i].bytes;
    const std::vector<std::uint8_t> tag = {0x81, 0x00, 0x00, 0x64};
    bytes.insert(bytes.begin() + 12, tag.begin(), tag.end());
  }
  const auto outside = std::get<Filter>(Filter::compile("tcp or udp or ip or ip6"));
  const auto inside = std::get<Filter>(Filter::compile("vlan and ether proto 0x0801"));
  const auto count = [&](const Filter* filter, unsigned workers) {
    return run(traffic, {.workers = workers, .filter = filter})
        .limits[static_cast<std::size_t>(Limit::filter_outside)];
  };
  EXPECT_EQ(count(nullptr, 1), 0U);
  EXPECT_EQ(count(&outside, 1), (plain + 1) / 2);
  EXPECT_EQ(count(&outside, 4), (plain + 1) / 2);
  EXPECT_EQ(count(&inside, 1), 0U);
}

TEST(Workers, ALateFrameIsCountedAsLate) {
  Traffic traffic = mixture(5);
  for (std::size_t i = 0; i < traffic.packets.size(); ++i) traffic.packets[i].time_ns += i * 50'000'000ULL;
  traffic.packets.back().time_ns -= 60'000'000'000ULL;
  const Outcome outcome = run(traffic, {.window_ns = 5'000'000'000ULL});
  EXPECT_EQ(outcome.limits[static_cast<std::size_t>(Limit::late)], 1U);
}

/// Several sources in one input, each with a clock of its own: times leap from frame to frame, and between bursts.
Traffic leaping(unsigned seed) {
  Traffic traffic = mixture(seed);
  std::mt19937 random(seed);
  std::uint64_t now_ns = 0;
  for (Traffic::Packet& packet : traffic.packets) {
    now_ns += random() % 50 == 0 ? 20'000'000'000ULL : 30'000'000ULL;
    const std::uint64_t back_ns = std::uint64_t{random() % 4} * 6'000'000'000ULL;
    packet.time_ns += std::max(now_ns, back_ns) - back_ns;
  }
  return traffic;
}

TEST(Workers, WhereTimesLeapTheWindowsDoNotDependOnTheirNumber) {
  const Traffic traffic = leaping(6);
  const Outcome reference = run(traffic, {.window_ns = 5'000'000'000ULL, .events = true});
  EXPECT_GT(reference.limits[static_cast<std::size_t>(Limit::late)], 100U);
  EXPECT_NE(reference.json.find("empty_windows"), std::string::npos);
  // Hundreds of windows, each with every measure: a run takes seconds.
  struct Way {
    unsigned workers;
    std::size_t per_chunk;
  };
  for (const Way way : {Way{1, 7}, Way{2, 64}, Way{4, 7}, Way{16, 4096}}) {
    const Outcome other = run(
        traffic, {.workers = way.workers, .per_chunk = way.per_chunk, .window_ns = 5'000'000'000ULL, .events = true});
    ASSERT_EQ(first_difference(reference.json, other.json), "") << way.workers << ", chunks of " << way.per_chunk;
    ASSERT_EQ(first_difference(reference.events, other.events), "") << way.workers << ", chunks of " << way.per_chunk;
  }
}

/// Talks of which only the client's side is there, `each` in every one of `windows`.
Traffic one_sided(std::uint32_t windows, std::uint32_t each, bool closed, bool v6) {
  Traffic traffic;
  for (std::uint32_t window = 0; window < windows; ++window) {
    traffic.now_ns = (1'700'000'000ULL / 60 + window) * 60'000'000'000ULL;
    for (std::uint32_t i = 0; i < each; ++i) {
      const Traffic::Ends ends{.client = window * each + i + 1, .server = i % 7, .v6 = v6};
      traffic.tcp(ends, true, tcp::kSyn, 1000, 0);
      traffic.tcp(ends, true, tcp::kAck, 1001, 5001);
      traffic.tcp(ends, true, tcp::kAck | tcp::kPsh, 1001, 5001, kClient);
      if (closed) traffic.tcp(ends, true, tcp::kAck | tcp::kRst, 1007, 5010);
      traffic.now_ns += 55'000'000'000ULL / each;
    }
  }
  return traffic;
}

TEST(Workers, ATalkOfOneSideIsToldInTheWindowInWhichItWas) {
  constexpr std::uint32_t kEach = 30;
  for (const bool closed : {false, true}) {
    for (const bool v6 : {false, true}) {
      const Traffic traffic = one_sided(5, kEach, closed, v6);
      const Outcome reference = run(traffic, {.window_ns = 60'000'000'000ULL, .events = true});
      ASSERT_EQ(reference.by_window.size(), 5U);
      for (const Counts& talks : reference.by_window)
        EXPECT_EQ(talks.judged() + talks.hidden(), kEach) << closed << v6;
      for (const unsigned workers : {2U, 4U, 16U}) {
        for (const std::size_t per_chunk : {5UL, 4096UL}) {
          const Outcome other = run(
              traffic, {.workers = workers, .per_chunk = per_chunk, .window_ns = 60'000'000'000ULL, .events = true});
          ASSERT_EQ(first_difference(reference.json, other.json), "")
              << workers << " workers, chunks of " << per_chunk;
          ASSERT_EQ(first_difference(reference.events, other.events), "")
              << workers << " workers, chunks of " << per_chunk;
        }
      }
    }
  }
}

TEST(Workers, AConnectionThatMayAskAgainOutlivesItsWindow) {
  Traffic traffic;
  const Traffic::Ends ends{.server_port = 53};
  traffic.open(ends);
  const auto ask = [&](std::uint32_t at) {
    const auto query = dns::test::Builder().question("asked.example.org", 28).opt(1232, true).framed();
    traffic.tcp(ends, true, tcp::kAck | tcp::kPsh, at, 5001, std::string(query.begin(), query.end()));
    return at + static_cast<std::uint32_t>(query.size());
  };
  std::uint32_t next = ask(1001);
  for (int i = 0; i < 3; ++i) {
    traffic.now_ns += 300'000'000'000ULL;
    next = ask(next);
  }
  EXPECT_EQ(run(traffic).queries.judged(), 4U);
  EXPECT_EQ(run(traffic, {.window_ns = 60'000'000'000ULL}).queries.judged(), 4U);
}

TEST(Workers, AFrameStampedFarAheadIsSaidToBeEarly) {
  Traffic traffic;
  for (std::uint32_t i = 1; i < 60; ++i) talk(traffic, {.client = i, .server = i});
  traffic.packets[100].time_ns += 30ULL * 86400 * 1'000'000'000;
  const Outcome outcome = run(traffic, {.window_ns = 60'000'000'000ULL});
  EXPECT_EQ(outcome.limits[static_cast<std::size_t>(Limit::early)], 1U);
  EXPECT_EQ(outcome.talks.pass, run(traffic).talks.pass);
}

TEST(Workers, TimeThatRunsBackwardsLosesNothing) {
  Traffic traffic;
  for (std::uint32_t i = 1; i < 60; ++i) talk(traffic, {.client = i, .server = i});
  const Outcome before = run(traffic);
  for (std::size_t i = 0; i < traffic.packets.size(); ++i) traffic.packets[i].time_ns -= i * 2'000'000'000ULL;
  EXPECT_EQ(run(traffic).talks.pass, before.talks.pass);
}

}  // namespace worker_test
}  // namespace uptake
