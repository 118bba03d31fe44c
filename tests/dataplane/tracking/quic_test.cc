// QUIC from frames to what is noted: its Initials are opened, their octets put in order, and read as TLS.

#include "dissectors/quic/quic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/dataplane/listening.h"
#include "tests/dissectors/quic/builder.h"

namespace uptake {
namespace quic_test {

using namespace quic::test;
using quic::Answer;
using quic::ConnectionBits;
using quic::Hello;
using quic::Version;
using test::Listening;
using test::Traffic;

const Octets kHello = client_hello();
const Octets kClientId = from_hex("c101");
const Octets kServerId = from_hex("5e12ae3f01");

std::string_view text(const Octets& octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

Octets answer() {
  static const Octets kAnswer =
      seal({.from = Side::server, .destination = kClientId, .source = kServerId}, kAck + crypto(0, server_hello())) +
      closed(Version::v1, quic::Type::handshake, kClientId, kServerId);
  return kAnswer;
}

/// The connections that were noted.
std::vector<ConnectionBits> connections(const Listening& heard) {
  std::vector<ConnectionBits> found;
  for (const std::uint64_t value : heard.values("quic", quic::kConnection))
    found.push_back(ConnectionBits::unpack(value));
  return found;
}

TEST(Quic, AHandshakeIsReadByTheReadersOfTls) {
  Traffic traffic;
  const Traffic::Ends ends{.server_port = 443};
  traffic.udp(ends, true, text(seal({.number = 0}, crypto_part(kHello, 0, 900))));
  traffic.udp(ends, true, text(seal({.number = 1}, crypto_part(kHello, 900, 2000))));
  traffic.udp(ends, false, text(answer()));
  traffic.udp(ends, true, text(short_packet()));
  Listening heard(dissectors());
  heard.hear(traffic);
  ASSERT_EQ(connections(heard).size(), 1U) << "before the flow ends";
  const ConnectionBits bits = connections(heard).front();
  EXPECT_EQ(bits.hello, Hello::read);
  EXPECT_EQ(bits.alpn, tls::Alpn::h3);
  EXPECT_TRUE(bits.ech && bits.pq_offered && bits.answer == Answer::read && !bits.hello_shuffled);
  EXPECT_EQ(bits.suite, 0x1301);
  EXPECT_EQ(bits.group, 0x11ec);
  EXPECT_EQ(bits.hello_octets, kHello.size());
  EXPECT_EQ(bits.hello_initials, 2);
  ASSERT_EQ(heard.values("tls", tls::kSession).size(), 1U);
  EXPECT_EQ(heard.pending(), 0U);
  heard.end();
  EXPECT_EQ(connections(heard).size(), 1U);
  EXPECT_EQ(heard.free_chunks(), kShards * ConversationPool::kChunks);
}

/// A hello in many frames over two or three Initials, in any order, with overlaps, copies, PING and PADDING.
void shuffled(Traffic& traffic, std::mt19937& random, std::uint32_t client) {
  std::vector<Octets> initials(2 + random() % 2);
  const std::size_t step = kHello.size() / (6 + random() % 18);
  std::vector<Octets> frames;
  for (std::size_t at = 0; at < kHello.size(); at += step) {
    const std::size_t back = std::min<std::size_t>(at, random() % 3 == 0 ? random() % 20 : 0);
    frames.push_back(crypto_part(kHello, at - back, step + back));
    if (random() % 8 == 0) frames.push_back(frames.back());
    if (random() % 8 == 0) frames.push_back(random() % 2 == 0 ? kPing : Octets(5, 0));
  }
  std::ranges::shuffle(frames, random);
  for (const Octets& frame : frames) {
    Octets& into = initials[random() % initials.size()];
    into = into + frame;
  }
  std::uint32_t number = 0;
  std::vector<Octets> datagrams;
  for (const Octets& frames_of_one : initials) datagrams.push_back(seal({.number = number++}, frames_of_one));
  std::ranges::shuffle(datagrams, random);
  const Traffic::Ends ends{.client = client, .server_port = 443};
  for (const Octets& datagram : datagrams) traffic.udp(ends, true, text(datagram));
  traffic.udp(ends, false, text(answer()));
  traffic.udp(ends, true, text(short_packet()));
}

TEST(Quic, CryptoFramesInAnyOrderAreTheSameHello) {
  std::mt19937 random(3);
  Listening heard(dissectors());
  constexpr std::uint32_t kConnections = 3000;
  for (std::uint32_t i = 0; i < kConnections; ++i) {
    Traffic traffic;
    shuffled(traffic, random, 1 + i);
    heard.hear(traffic);
  }
  heard.end();
  ASSERT_EQ(connections(heard).size(), kConnections);
  for (const ConnectionBits& bits : connections(heard)) {
    ASSERT_EQ(bits.hello, Hello::read);
    ASSERT_EQ(bits.answer, Answer::read);
  }
  const std::vector<std::uint64_t> offers = heard.values("tls", tls::kOffer);
  EXPECT_EQ(offers.size(), kConnections);
  EXPECT_TRUE(std::ranges::all_of(offers, [&](std::uint64_t offer) { return offer == offers.front(); }));
  EXPECT_EQ(heard.limit(Limit::overlap_conflict), 0U);
}

TEST(Quic, AHelloOfWhichAPartIsLostIsUnknown) {
  Traffic traffic;
  const Traffic::Ends ends{.server_port = 443};
  traffic.udp(ends, true, text(seal({.number = 1}, crypto_part(kHello, 900, 2000))));
  traffic.udp(ends, false, text(answer()));
  traffic.udp(ends, true, text(short_packet()));
  Listening heard(dissectors());
  heard.hear(traffic).end();
  ASSERT_EQ(connections(heard).size(), 1U);
  EXPECT_EQ(connections(heard).front().hello, Hello::partial);
  EXPECT_EQ(connections(heard).front().answer, Answer::read);
}

/// What a connection noted for TLS.
std::vector<tls::SessionBits> sessions(const Listening& heard) {
  std::vector<tls::SessionBits> found;
  for (const std::uint64_t value : heard.values("tls", tls::kSession))
    found.push_back(tls::SessionBits::unpack(value));
  return found;
}

TEST(Quic, OfAConnectionWithoutAReadableHelloTheTlsIsUnknownAndNotGone) {
  const Traffic::Ends ends{.server_port = 443};
  Traffic cut;
  cut.udp(ends, true, text(seal({}, crypto(0, kHello))));
  cut.packets.back().bytes.resize(200);
  Traffic partial;
  partial.udp(ends, true, text(seal({.number = 1}, crypto_part(kHello, 900, 2000))));
  for (const auto& [traffic, sight] :
       {std::pair<Traffic*, tls::Sight>{&cut, tls::Sight::truncated}, {&partial, tls::Sight::gap}}) {
    Listening heard(dissectors());
    heard.hear(*traffic).end();
    ASSERT_EQ(sessions(heard).size(), 1U);
    EXPECT_EQ(sessions(heard).front().sight, sight);
    EXPECT_EQ(sessions(heard).front().carrier, Carrier::quic);
    EXPECT_FALSE(sessions(heard).front().client_hello);
    EXPECT_EQ(connections(heard).size(), 1U);
  }
  // A forged Initial that nobody answers is none of TLS's.
  Traffic forged;
  Octets noise = seal({}, crypto(0, kHello));
  noise[600] ^= 1;
  forged.udp(ends, true, text(noise));
  Listening heard(dissectors());
  heard.hear(forged).end();
  EXPECT_TRUE(sessions(heard).empty());
}

/// Frames of one octet of the hello, every other one of them, `count` behind `from`.
Octets crumbs(std::size_t from, std::size_t count) {
  Octets frames;
  for (std::size_t i = 0; i < count; ++i) frames = frames + crypto_part(kHello, from + 2 * i, 1);
  return frames;
}

TEST(Quic, PiecesBeyondThoseThatAreKeptAreALimit) {
  const Traffic::Ends ends{.server_port = 443};
  constexpr std::size_t kMost = Carried::kPieces;
  for (const bool at_once : {true, false}) {
    Traffic traffic;
    traffic.udp(ends, true, text(seal({.number = 0}, crumbs(1, at_once ? kMost + 3 : kMost))));
    if (!at_once) traffic.udp(ends, true, text(seal({.number = 1}, crumbs(101, 3))));
    Listening heard(dissectors());
    heard.hear(traffic).end();
    EXPECT_EQ(heard.limit(Limit::pieces_dropped), 3U) << at_once;
    ASSERT_EQ(connections(heard).size(), 1U);
    EXPECT_EQ(connections(heard).front().hello, Hello::limit) << at_once;
  }
}

TEST(Quic, PiecesThatWereDroppedMayComeAgain) {
  const Traffic::Ends ends{.server_port = 443};
  Traffic traffic;
  traffic.udp(ends, true, text(seal({.number = 0}, crumbs(1, Carried::kPieces + 3))));
  traffic.udp(ends, true, text(seal({.number = 1}, crypto_part(kHello, 0, 900))));
  traffic.udp(ends, true, text(seal({.number = 2}, crypto_part(kHello, 900, 2000))));
  traffic.udp(ends, false, text(answer()));
  Listening heard(dissectors());
  heard.hear(traffic).end();
  ASSERT_EQ(connections(heard).size(), 1U);
  EXPECT_EQ(connections(heard).front().hello, Hello::read);
  EXPECT_EQ(connections(heard).front().answer, Answer::read);
}

/// As browsers cut theirs: a dozen frames in each of three Initials, none beside another.
TEST(Quic, AHelloInThreeInitialsOfADozenFramesIsNoLimit) {
  constexpr std::size_t kFramesOfOne = 12;
  const std::size_t step = kHello.size() / (3 * kFramesOfOne) + 1;
  std::array<Octets, 3> initials;
  for (std::size_t i = 0; i * step < kHello.size(); ++i)
    initials[i % 3] = initials[i % 3] + crypto_part(kHello, i * step, step);
  for (const std::array<std::size_t, 3> order : {std::array<std::size_t, 3>{2, 1, 0}, {1, 2, 0}, {0, 2, 1}}) {
    Traffic traffic;
    const Traffic::Ends ends{.server_port = 443};
    for (const std::size_t i : order)
      traffic.udp(ends, true, text(seal({.number = static_cast<std::uint32_t>(i)}, initials[i])));
    traffic.udp(ends, false, text(answer()));
    Listening heard(dissectors());
    heard.hear(traffic).end();
    EXPECT_EQ(connections(heard).at(0).hello, Hello::read);
    EXPECT_EQ(heard.limit(Limit::pieces_dropped), 0U);
  }
}

TEST(Quic, TooFarAheadIsALimit) {
  Traffic traffic;
  const Traffic::Ends ends{.server_port = 443};
  traffic.udp(ends, true, text(seal({}, crypto(kHandshakeBytes, {1}))));
  Listening heard(dissectors());
  heard.hear(traffic).end();
  ASSERT_EQ(connections(heard).size(), 1U);
  EXPECT_EQ(heard.limit(Limit::handshake_bytes), 1U);
}

/// Datagrams that look like Initials, of random octets, each from another client.
void forge(Traffic& traffic, std::mt19937& random, std::uint32_t first, std::uint32_t count) {
  Octets datagram(1200);
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::size_t at = 0; at < datagram.size(); ++at)
      if (at < 64 || at % 16 == 0) datagram[at] = static_cast<std::uint8_t>(random());
    const Octets begin = from_hex("c0000000010811223344556677880000449e");
    std::copy(begin.begin(), begin.end(), datagram.begin());
    for (int at = 6; at < 14; ++at) datagram[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random());
    traffic.udp({.client = first + i, .server_port = 443}, true, text(datagram));
  }
}

TEST(Flood, ForgedInitialsChangeNothingOfWhatIsReal) {
  std::mt19937 random(5);
  Listening heard(dissectors());
  constexpr std::uint32_t kReal = 100;
  constexpr std::uint32_t kForged = 500;  // between the two datagrams of each hello, and before its answer
  std::uint32_t forged = 1'000'000;
  std::uint32_t most_pending = 0;
  for (std::uint32_t i = 0; i < kReal; ++i) {
    const Traffic::Ends ends{.client = 1 + i, .server_port = 443};
    Traffic traffic;
    traffic.step_ns = 1000;
    traffic.now_ns += std::uint64_t{i} * 10'000'000;
    traffic.udp(ends, true, text(seal({.number = 0}, crypto_part(kHello, 0, 900))));
    forge(traffic, random, forged, kForged);
    traffic.udp(ends, true, text(seal({.number = 1}, crypto_part(kHello, 900, 2000))));
    forge(traffic, random, forged + kForged, kForged);
    traffic.udp(ends, false, text(answer()));
    traffic.udp(ends, true, text(short_packet()));
    forged += 2 * kForged;
    heard.hear(traffic);
    most_pending = std::max(most_pending, heard.pending());
  }
  EXPECT_LE(most_pending, kShards * ConversationPool::kDoubtful + kReal);
  ASSERT_EQ(connections(heard).size(), kReal) << "what is forged is no connection";
  for (const ConnectionBits& bits : connections(heard))
    EXPECT_TRUE(bits.hello == Hello::read && bits.answer == Answer::read);
  EXPECT_EQ(heard.limit(Limit::handshake_evicted), 0U);
  heard.end();
  EXPECT_EQ(connections(heard).size(), kReal);
  EXPECT_EQ(heard.limit(Limit::unclaimed), 2 * kForged * kReal) << "each is told";
  EXPECT_EQ(heard.pending(), 0U);
}

TEST(Flood, ConnectionsBeyondTheirShareAreGivenUpAloud) {
  Listening heard(dissectors());
  const Octets datagram = seal({}, crypto_part(kHello, 0, 900));
  constexpr std::uint32_t kMany = 3 * kShards * ConversationPool::kDatagrams;
  for (std::uint32_t i = 0; i < kMany; i += 100) {
    Traffic traffic;
    for (std::uint32_t j = i; j < i + 100; ++j)
      traffic.udp({.client = 1 + j, .server_port = 443}, true, text(datagram));
    heard.hear(traffic);
  }
  EXPECT_GT(heard.limit(Limit::handshake_evicted) + heard.limit(Limit::handshake_chunks), 0U);
  EXPECT_LE(heard.pending(), kShards * (ConversationPool::kDatagrams + ConversationPool::kDoubtful));
  heard.end();
  // A few flows find no place in the small table of this test.
  EXPECT_GT(connections(heard).size(), kMany * 99 / 100);
  EXPECT_EQ(heard.free_chunks(), kShards * ConversationPool::kChunks);
}

}  // namespace quic_test
}  // namespace uptake
