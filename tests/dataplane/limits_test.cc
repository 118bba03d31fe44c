// A walk over all places where something is given up: each is driven until it gives up, and must say so.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "tests/dataplane/conversation.h"

namespace uptake {
namespace limits_test {

using test::Conversation;
using test::Reading;
using test::Readout;
using test::text;
using test::Traffic;

constexpr std::uint64_t kSecond = 1'000'000'000;

Traffic::Ends ends_of(std::uint32_t number, std::uint16_t server_port) {
  return {.client = number / 20'000 + 1,
          .client_port = static_cast<std::uint16_t>(20'000 + number % 20'000),
          .server_port = server_port};
}

/// Connections of which the first `octets` of a ClientHello were sent and no more.
Traffic begun(std::uint32_t connections, std::size_t octets) {
  const std::string hello = text(tls::test::browser_hello().client()).substr(0, octets);
  Traffic traffic;
  traffic.step_ns = 1000;
  for (std::uint32_t i = 0; i < connections; ++i) Conversation(traffic, ends_of(i, 443)).open().ask(hello);
  return traffic;
}

/// The first fragments of datagrams of which the rest never comes.
Traffic pieces(std::uint32_t count) {
  constexpr std::size_t kFlagsAt = 14 + 6;
  Traffic traffic;
  traffic.step_ns = 1000;
  for (std::uint32_t i = 0; i < count; ++i) {
    traffic.udp(ends_of(i, 53), true, std::string(1400, 'p'));
    traffic.packets.back().bytes[kFlagsAt] = 0x20;
  }
  return traffic;
}

void tag(Traffic::Packet& packet, std::uint8_t vlan) {
  const std::array<std::uint8_t, 4> tag = {0x81, 0x00, 0x00, vlan};
  packet.bytes.insert(packet.bytes.begin() + 12, tag.begin(), tag.end());
}

Traffic questions(std::uint32_t count, bool answered) {
  Traffic traffic;
  traffic.step_ns = 1000;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto message = [i](unsigned flags) {
      dns::test::Builder builder(flags, i & 0xffff);
      return builder.question("n" + std::to_string(i) + ".example", 28);
    };
    traffic.udp(ends_of(i, 53), true, text(message(0).done()));
    const auto address = dns::test::Octets(16, 0x20);
    if (answered) traffic.udp(ends_of(i, 53), false, text(message(dns::test::kQr).record(1, 28, address).done()));
  }
  return traffic;
}

struct Shown {
  Limit limit;
  std::function<Traffic()> traffic;
  Reading how;
};

/// What makes each limit bite.
std::vector<Shown> shown() {
  return {
      {Limit::flow_evicted,
       [] {
         Traffic traffic;
         traffic.step_ns = 1000;
         for (std::uint32_t i = 0; i < 30'000; ++i) traffic.udp(ends_of(i, 9999), true, "?");
         return traffic;
       },
       {.max_flows = 1}},
      {Limit::handshake_evicted, [] { return begun(30'000, ~std::size_t{0}); }, {.max_flows = 1U << 16}},
      {Limit::handshake_chunks, [] { return begun(5000, 1000); }, {}},
      {Limit::handshake_bytes,
       [] {
         // Every 20 octets of a hello have a record of their own.
         const auto hello = tls::test::Hello().extension(21, tls::test::Octets(14'000, 0)).client_message();
         Traffic traffic;
         Conversation(traffic, ends_of(0, 443)).open().ask(text(tls::test::records(tls::kHandshake, hello, 20)));
         return traffic;
       },
       {}},
      {Limit::stream_gap,
       [] {
         Traffic traffic;
         Conversation talk(traffic, ends_of(0, 443));
         talk.open().ask(text(tls::test::browser_hello().client()).substr(0, 700)).lose(true, 400);
         talk.ask(std::string(20'000, 'x'));
         return traffic;
       },
       {}},
      {Limit::overlap_conflict,
       [] {
         const std::string hello = text(tls::test::browser_hello().client());
         Traffic traffic;
         Conversation talk(traffic, ends_of(0, 443));
         talk.open().ask(hello.substr(0, 700));
         talk.segment(true, tcp::kAck, std::string(700, 'x'), static_cast<std::uint32_t>(-700));
         return traffic;
       },
       {}},
      {Limit::fragment_memory, [] { return pieces(60'000); }, {}},
      {Limit::notes_full,
       [] {
         dns::test::Builder answer(dns::test::kQr);
         answer.question("example.org", 65);
         for (int i = 0; i < 60; ++i) answer.record(1, 65, dns::test::Wire{}.u16(1).name("").out);
         Traffic traffic;
         traffic.udp(ends_of(0, 53), false, text(answer.done()));
         return traffic;
       },
       {}},
      {Limit::entities_sampled, [] { return questions(10'000, true); }, {}},
      {Limit::late,
       [] {
         Traffic traffic;
         for (int i = 0; i < 3; ++i, traffic.now_ns += 10 * kSecond) traffic.udp({}, true, "?");
         traffic.now_ns -= 30 * kSecond;
         traffic.udp({}, true, "?");
         return traffic;
       },
       {.window_ns = kSecond}},
      {Limit::early,
       [] {
         Traffic traffic;
         traffic.udp({}, true, "?");
         traffic.now_ns += 100'000 * kSecond;
         traffic.udp({}, true, "?");
         traffic.now_ns -= 100'000 * kSecond;
         for (int i = 0; i < 100; ++i) traffic.udp({}, true, "?");
         return traffic;
       },
       {.window_ns = kSecond}},
      {Limit::twin_flows,
       [] {
         Traffic traffic;
         for (const char vlan : std::string_view("\7\10\7\10")) {
           traffic.udp({}, true, "?");
           tag(traffic.packets.back(), static_cast<std::uint8_t>(vlan));
         }
         return traffic;
       },
       {}},
      {Limit::query_displaced, [] { return questions(200'000, false); }, {.max_flows = 1U << 18}},
      {Limit::pieces_dropped,
       [] {
         Traffic traffic;
         Conversation talk(traffic, ends_of(0, 443));
         talk.open();
         for (std::size_t i = 0; i <= StreamSide::kIslands; ++i) talk.lose(true, 1).ask("?");
         return traffic;
       },
       {}},
      {Limit::unclaimed,
       [] {
         Traffic traffic;
         for (int i = 0; i < 20; ++i) traffic.udp(ends_of(0, 53), true, "this is no DNS");
         return traffic;
       },
       {}},
  };
}

/// What no traffic of this test can bring about, and the test that shows it.
struct Elsewhere {
  Limit limit;
  std::string_view test;
};
constexpr auto kElsewhere = std::to_array<Elsewhere>({
    {Limit::class_full, "ByteClasses.FullItKeepsWhatItHasAndSaysSo"},
    {Limit::card_dropped, "Publisher.APortDoesNotWaitForItsSinkAndSaysWhichCardsAreMissing"},
    {Limit::filter_outside, "Workers.AFilterSaysWhatItNeverLookedInto"},
    {Limit::events_dropped, ""},   // EventFile.ASlowReaderOfAPortLosesLinesAndStopsNobody, of another program
    {Limit::arrival_unknown, ""},  // live.ports
    {Limit::fragment_elsewhere, "Fragments.OfATunnelThatAnotherWorkersConversationIsInAreCounted"},
    {Limit::exhibits_full, "Correlations.AMessageWithTooMuchToShowSaysSo"},
    {Limit::exhibits_dropped, "Correlations.LiveWhatTheJoinsDoNotTakeInTimeIsDroppedAndCounted"},
    {Limit::join_forgotten, "Correlations.ATableThatForgetsSaysSo"},
});

bool is_there(std::string_view name) {
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int s = 0; s < all.total_test_suite_count(); ++s) {
    const testing::TestSuite& suite = *all.GetTestSuite(s);
    for (int t = 0; t < suite.total_test_count(); ++t)
      if (std::string(suite.name()) + "." + suite.GetTestInfo(t)->name() == name) return true;
  }
  return false;
}

TEST(Limits, EachIsShownToBite) {
  const std::vector<Shown> here = shown();
  for (std::size_t i = 0; i < kLimits; ++i) {
    const auto limit = static_cast<Limit>(i);
    const bool by_traffic = std::ranges::count(here, limit, &Shown::limit) > 0;
    const auto other = std::ranges::find(kElsewhere, limit, &Elsewhere::limit);
    EXPECT_NE(by_traffic, other != kElsewhere.end()) << name_of(limit);
    const std::string_view test = other != kElsewhere.end() ? other->test : std::string_view{};
    EXPECT_TRUE(test.empty() || is_there(test)) << test;
  }
}

TEST(Limits, EachBitesAloudAndForAnyNumberOfWorkers) {
  for (const Shown& one : shown()) {
    const Traffic traffic = one.traffic();
    LimitCounts alone{};
    for (const unsigned workers : {1U, 4U}) {
      Reading how = one.how;
      how.workers = workers;
      LimitCounts limits{};
      for (const Readout& window : test::read_windows(traffic, how))
        for (std::size_t i = 0; i < kLimits; ++i) limits[i] += window.limits[i];
      EXPECT_GT(limits[static_cast<std::size_t>(one.limit)], 0U) << name_of(one.limit);
      if (workers == 1) alone = limits;
      EXPECT_EQ(limits, alone) << name_of(one.limit) << ", workers: " << workers;
    }
  }
}

}  // namespace limits_test
}  // namespace uptake
