// What must hold of every flow: one session each, nothing kept without need, and a reason for what is not known.

#include <gtest/gtest.h>

#include <random>

#include "tests/dissectors/tls/builder.h"

namespace uptake::tls::test {
namespace hostile_test {

const Octets kData = records(kApplicationData, Octets(60, 0x99));

TEST(Fragments, RecordsOfAnySizeSayTheSame) {
  const Octets client = browser_hello().client_message();
  const Octets server = Hello().server_message() + message(kCertificate, Octets(300, 1)) + curve_exchange(0x18);
  std::vector<Noted> whole;
  for (const std::size_t size : {16384U, 1000U, 100U, 37U, 4U, 3U, 2U, 1U}) {
    Conversation flow;
    flow.client(records(kHandshake, client, size));
    flow.server(records(kHandshake, server, size));
    flow.finish();
    if (whole.empty()) whole = flow.noted;
    EXPECT_EQ(flow.noted, whole) << size;
  }
  ASSERT_EQ(whole.size(), 2U);
}

TEST(Fragments, OctetByOctet) {
  Conversation flow;
  for (const std::uint8_t octet : records(kHandshake, Hello().client_message(), 3)) flow.client(Octets{octet});
  for (const std::uint8_t octet : records(kHandshake, Hello().server_message() + curve_exchange(0x18), 3))
    flow.server(Octets{octet});
  flow.finish();
  EXPECT_EQ(flow.count(kOffer), 1U);
  EXPECT_EQ(flow.session().group, 0x0018);
}

TEST(Fragments, EveryCutOfABrowsersHello) {
  const Octets hello = browser_hello().client();
  Conversation whole;
  whole.client(hello);
  whole.finish();
  for (std::size_t cut = 1; cut < hello.size(); ++cut) {
    Conversation flow;
    flow.client(Bytes(hello).first(cut));
    ASSERT_TRUE(flow.noted.empty());
    flow.client(Bytes(hello).subspan(cut));
    flow.finish();
    ASSERT_EQ(flow.noted, whole.noted) << cut;
  }
}

TEST(Fragments, ABigHelloIsReadAndATooBigOneIsALimit) {
  const auto sight = [](std::size_t padding) {
    Conversation flow;
    flow.client(handshake(Hello().extension(21, Octets(padding, 0)).extension(23, {}).client_message()));
    flow.finish();
    EXPECT_EQ(flow.count(kSession), 1U);
    EXPECT_EQ(flow.count(kOffer), 1U);
    return flow.offered().sight;
  };
  EXPECT_EQ(sight(16000), Sight::complete);
  EXPECT_EQ(sight(16384), Sight::limit);
  EXPECT_EQ(sight(65000), Sight::limit);
}

TEST(Fragments, AnEmptyOrForeignRecordWithinAMessage) {
  const Octets half = records(kHandshake, Octets(Hello().client_message()), 20);
  const Octets first(half.begin(), half.begin() + 25);
  for (const Octets& between : {from_hex("1603010000"), alert(1, 0), kData}) {
    Conversation flow;
    flow.client(first + between + half);
    flow.finish();
    EXPECT_EQ(flow.count(kOffer), 1U);
    EXPECT_NE(flow.offered().sight, Sight::complete);
    EXPECT_EQ(flow.count(kSession), 1U);
    EXPECT_FALSE(flow.session().client_hello);
  }
}

TEST(Sights, EachEndingHasItsReason) {
  const std::pair<Ending, Sight> endings[] = {{Ending::closed, Sight::no_server_hello},
                                              {Ending::gap, Sight::gap},
                                              {Ending::truncated, Sight::truncated},
                                              {Ending::malformed, Sight::malformed},
                                              {Ending::limit, Sight::limit}};
  for (const auto& [ending, sight] : endings) {
    Conversation flow;
    flow.client(Hello().client());
    flow.finish(ending);
    EXPECT_EQ(flow.session().sight, sight);
    EXPECT_EQ(flow.count(kSession), 1U);
    Conversation known;
    known.server(Hello().server());
    known.finish(ending);
    EXPECT_EQ(known.session().sight, Sight::complete) << "the ServerHello was read";
    EXPECT_EQ(known.session().group_sight, GroupSight::unobservable);
  }
}

TEST(Sights, AHelloCutBySnaplen) {
  const Octets hello = browser_hello().client();
  Conversation alone;
  alone.client(Bytes(hello).first(100), 1500);
  EXPECT_EQ(alone.result.verdict, Verdict::truncated);
  alone.finish();
  EXPECT_EQ(alone.session().sight, Sight::truncated);
  EXPECT_EQ(alone.offered().sight, Sight::truncated);
  Conversation answered;
  answered.client(Bytes(hello).first(100), 1500);
  answered.server(hello_13(0x1d).server());
  answered.finish();
  EXPECT_EQ(answered.count(kSession), 1U);
  EXPECT_EQ(answered.session().sight, Sight::complete);
  EXPECT_FALSE(answered.session().client_hello);
  EXPECT_EQ(answered.count(kOffer), 1U);
  EXPECT_EQ(answered.offered().sight, Sight::truncated);
  Conversation both;
  both.server(Bytes(Hello().server()).first(40), 30);
  both.client(Bytes(hello).first(100), 1500);
  both.finish();
  EXPECT_EQ(both.count(kSession), 1U);
  EXPECT_EQ(both.session().sight, Sight::truncated);
}

TEST(Sights, AFlightCutBySnaplen) {
  const Octets flight = handshake(Hello().server_message() + message(kCertificate, Octets(3000, 1)));
  for (const bool client_first : {true, false}) {
    Conversation flow;
    if (client_first) flow.client(Hello().client());
    flow.server(Bytes(flight).first(400), 900);
    if (!client_first) flow.client(Hello().client());
    flow.finish();
    EXPECT_EQ(flow.count(kSession), 1U);
    EXPECT_EQ(flow.session().sight, Sight::complete);
    EXPECT_TRUE(flow.session().client_hello);
    EXPECT_EQ(flow.session().group_sight, GroupSight::unobservable);
  }
}

TEST(Sights, AnOfferThatNobodySawIsOneAllTheSame) {
  const std::pair<Ending, Sight> endings[] = {
      {Ending::closed, Sight::no_hello}, {Ending::gap, Sight::gap}, {Ending::limit, Sight::limit}};
  for (const auto& [ending, sight] : endings) {
    for (const bool from_start : {true, false}) {
      Conversation flow;
      flow.from_start = from_start;
      flow.server(hello_13(0x11ec).server());
      flow.finish(ending);
      EXPECT_EQ(flow.session().sight, Sight::complete);
      EXPECT_EQ(flow.count(kOffer), 1U);
      EXPECT_EQ(flow.offered().sight, sight);
      EXPECT_FALSE(flow.offered().pq_offered);
    }
  }
}

TEST(Sights, TlsByItsPortAloneIsAConnectionWithoutHellos) {
  const Subject subject;
  const auto notes = std::make_unique<Notes>();
  notes->about(subject, 0);
  Dissector::Memory nothing;
  Dissector::finish(nothing, Ending::closed, *notes);
  ASSERT_EQ(notes->observations().size(), 2U);
  EXPECT_EQ(SessionBits::unpack(notes->observations()[0].value).sight, Sight::no_hello);
  EXPECT_EQ(OfferBits::unpack(notes->observations()[1].value).sight, Sight::no_hello);
}

TEST(Sights, NoAnswerInTls) {
  Conversation flow;
  flow.client(Hello().client());
  flow.server(octets("HTTP/1.1 400 Bad Request\r\n\r\n"));
  flow.finish();
  EXPECT_EQ(flow.count(kSession), 1U);
  EXPECT_EQ(flow.session().sight, Sight::no_server_hello);
}

TEST(Sights, MidstreamIsSaidAtOnce) {
  for (const Octets& first : {kData, kChangeCipherSpecRecord, handshake(message(16, Octets(32, 1)))}) {
    Conversation flow;
    flow.from_start = false;
    flow.client(first);
    EXPECT_EQ(flow.count(kSession), 1U);
    EXPECT_EQ(flow.session().sight, Sight::midstream);
    EXPECT_EQ(flow.count(kOffer), 0U);
    EXPECT_EQ(flow.result.verdict, Verdict::concluded);
  }
}

TEST(Sights, PickedUpBetweenTheHellos) {
  Conversation flow;
  flow.from_start = false;
  flow.server(handshake(Hello().server_message()));
  flow.client(handshake(message(16, Octets(65, 1))));
  flow.server(handshake(message(kCertificate, Octets(500, 1)) + curve_exchange(0x17)));
  flow.finish();
  EXPECT_EQ(flow.count(kSession), 1U);
  EXPECT_EQ(flow.session().sight, Sight::complete);
  EXPECT_EQ(flow.session().group, 0x0017);
  EXPECT_FALSE(flow.session().client_hello);
}

TEST(Patience, OneDirectionOnly) {
  Conversation server;
  server.server(hello_13(0x1d).server());
  for (int i = 0; i < 63; ++i) server.server(kData);
  EXPECT_EQ(server.count(kSession), 0U);
  for (int i = 0; i < 2; ++i) server.server(kData);
  EXPECT_EQ(server.count(kSession), 1U);
  EXPECT_EQ(server.session().sight, Sight::complete);
  Conversation client;
  client.client(Hello().client());
  for (int i = 0; i < 64; ++i) client.client(kData);
  EXPECT_EQ(client.count(kSession), 0U);
  client.client(kData);
  EXPECT_EQ(client.session().sight, Sight::no_server_hello);
  EXPECT_TRUE(client.over(Side::server));
}

TEST(Patience, AFloodOfAlertsIsNotKept) {
  Conversation flow;
  flow.client(Hello().client());
  for (int i = 0; i < 10000; ++i) {
    flow.server(alert(1, 112));
    ASSERT_EQ(flow.held(Side::server), 0U);
  }
  flow.server(hello_13(0x1d).server());
  EXPECT_EQ(flow.session().sight, Sight::complete);
}

/// A random conversation of true and false parts.
class Talk {
 public:
  explicit Talk(std::uint32_t seed) : random_(seed) {}

  Octets client() {
    return pick({browser_hello().client(), Hello().id(Octets(32, 9)).client(), kData,
                 damaged(browser_hello().client()), octets("GET / "), kChangeCipherSpecRecord,
                 records(kHandshake, browser_hello().client_message(), 30)});
  }
  Octets server() {
    const Octets flight =
        Hello().id(Octets(32, 9)).server_message() + message(kCertificate, Octets(100, 1)) + curve_exchange(0x1d);
    return pick({hello_13(0x1d).server(), handshake(flight), records(kHandshake, flight, 33),
                 damaged(handshake(flight)), alert(2, 40), alert(1, 0), Hello().retry().server(), kData,
                 kChangeCipherSpecRecord, handshake(message(kServerHelloDone, {})), octets("220 a")});
  }
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_()) % bound; }

 private:
  Octets pick(std::initializer_list<Octets> from) {
    return *(from.begin() + below(static_cast<std::uint32_t>(from.size())));
  }
  Octets damaged(Octets octets) {
    octets[below(static_cast<std::uint32_t>(octets.size()))] ^= static_cast<std::uint8_t>(1U << below(8));
    return octets;
  }
  std::mt19937 random_;
};

TEST(Invariant, EveryClaimedFlowIsOneSession) {
  constexpr Ending kEndings[] = {Ending::closed, Ending::gap, Ending::truncated, Ending::malformed, Ending::limit};
  unsigned complete = 0;
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    Talk talk(seed);
    Conversation flow;
    flow.from_start = talk.below(3) != 0;
    for (std::uint32_t turns = talk.below(8); turns > 0; --turns) {
      const Side side = talk.below(2) == 0 ? Side::client : Side::server;
      const Octets part = side == Side::client ? talk.client() : talk.server();
      const std::size_t captured =
          talk.below(10) == 0 ? talk.below(static_cast<std::uint32_t>(part.size())) : part.size();
      flow.offer(side, Bytes(part).first(captured), static_cast<std::uint32_t>(part.size() - captured));
      if (talk.below(20) == 0) flow.lose(side, kEndings[talk.below(5)]);
    }
    flow.finish(kEndings[talk.below(5)]);
    ASSERT_EQ(flow.count(kSession), flow.claimed() ? 1U : 0U) << seed;
    ASSERT_LE(flow.count(kOffer), 1U) << seed;
    if (!flow.claimed()) continue;
    ASSERT_EQ(flow.count(kOffer) == 0, flow.session().sight == Sight::midstream) << seed;
    ASSERT_EQ(flow.count(kOffer) == 1 && flow.offered().sight == Sight::complete, flow.session().client_hello)
        << seed;
    if (flow.session().sight == Sight::complete) ++complete;
    ASSERT_TRUE(flow.session().sight == Sight::complete || flow.session().version() == 0) << seed;
  }
  EXPECT_GT(complete, 200U);
}

}  // namespace hostile_test
}  // namespace uptake::tls::test
