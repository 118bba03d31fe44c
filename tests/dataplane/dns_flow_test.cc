// DNS through the packet path: what a response shares with its query, its shard and the run.

#include <gtest/gtest.h>

#include "policy/report/json.h"
#include "policy/tally.h"
#include "tests/dataplane/harness.h"
#include "tests/dataplane/traffic.h"
#include "tests/dissectors/dns/builder.h"

namespace uptake {
namespace dns_flow_test {

using dns::test::Builder;
using dns::test::Octets;
using test::Traffic;

struct Outcome {
  Counts denial;
  Counts own_aaaa;
  LimitCounts limits{};
  std::string json;
};

Outcome run(const Traffic& traffic, unsigned workers = 1, const PrefixSet* nat64 = nullptr) {
  Engine engine = test::engine_of(test::own_kit(), 1U << 12);
  engine.nat64 = nat64;
  Outcome outcome;
  ScoreCard card;
  ScoreCardJson json(card, engine.catalogue);
  outcome.json = json.begin();
  (void)test::run_through(engine, traffic.packets, {.workers = workers}, [&](const WindowCard& window) {
    const auto total = [&](std::string_view id) {
      return window.figures->tally().total(engine.catalogue.find(id, Unit::responses));
    };
    outcome.denial.add(total("dnssec.denial"));
    outcome.own_aaaa.add(total("dns.has.aaaa.own"));
    for (std::size_t i = 0; i < kLimits; ++i) outcome.limits[i] += window.limits[i];
    outcome.json += json.window(window);
  });
  outcome.json += json.end();
  return outcome;
}

std::string text(const Octets& octets) { return {octets.begin(), octets.end()}; }
Builder question(unsigned id, unsigned type, bool dnssec_ok) {
  Builder builder(dns::test::kRdFlag, id);
  return builder.question("www.example", type).opt(1232, dnssec_ok);
}
Builder answer(unsigned id, unsigned type) {
  return Builder(dns::test::kQr | dns::test::kRdFlag | dns::test::kRaFlag, id).question("www.example", type);
}

/// Three questions from each port before their answers; only one of them asks for DNSSEC.
Traffic three_at_once(bool v6, bool tcp_stream) {
  Traffic traffic;
  for (std::uint32_t i = 0; i < 50; ++i) {
    const Traffic::Ends ends{
        .client = i % 7 + 1, .client_port = static_cast<std::uint16_t>(30000 + i), .server_port = 53, .v6 = v6};
    std::uint32_t seq = 1001;
    std::uint32_t ack = 5001;
    if (tcp_stream) traffic.open(ends);
    const auto send = [&](bool from_client, const Builder& message) {
      if (!tcp_stream) return traffic.udp(ends, from_client, text(message.done()));
      const std::string octets = text(message.framed());
      traffic.tcp(ends, from_client, tcp::kAck | tcp::kPsh, from_client ? seq : ack, from_client ? ack : seq, octets);
      (from_client ? seq : ack) += static_cast<std::uint32_t>(octets.size());
    };
    for (const unsigned type : {1U, 28U, 65U}) send(true, question(i * 3 + type, type, type == 28));
    for (const unsigned type : {65U, 1U, 28U}) send(false, answer(i * 3 + type, type));
  }
  return traffic;
}

TEST(DnsFlow, ThreeQuestionsAtOnceMeetTheirAnswers) {
  for (const bool v6 : {false, true})
    for (const bool tcp_stream : {false, true}) {
      const Traffic traffic = three_at_once(v6, tcp_stream);
      const Outcome outcome = run(traffic);
      EXPECT_EQ(outcome.denial.fail, 50U) << v6 << tcp_stream;
      EXPECT_EQ(outcome.denial.unobservable[static_cast<std::size_t>(Reason::not_asked)], 100U) << v6 << tcp_stream;
      EXPECT_EQ(outcome.denial.hidden(), 100U) << v6 << tcp_stream;
      for (const unsigned workers : {2U, 4U}) EXPECT_EQ(run(traffic, workers).json, outcome.json);
    }
}

TEST(DnsFlow, AFloodOfQuestionsIsBoundedAndCounted) {
  Traffic traffic;
  for (std::uint32_t i = 0; i < 40000; ++i)
    traffic.udp({.client_port = static_cast<std::uint16_t>(20000 + i % 40000), .server_port = 53}, true,
                text(question(i & 0xffff, 1, true).done()));
  const Traffic::Ends ends{.client_port = 19999, .server_port = 53};
  traffic.udp(ends, true, text(question(1, 28, true).done()));
  traffic.udp(ends, false, text(answer(1, 28).done()));
  const Outcome outcome = run(traffic);
  // All of one address pair, so of one shard.
  EXPECT_EQ(outcome.limits[static_cast<std::size_t>(Limit::query_displaced)], 40001 - Exchanges::kPlaces);
  EXPECT_EQ(outcome.denial.fail, 1U);
}

TEST(DnsFlow, AddressesMadeByTheNetworksOwnNat64AreKnown) {
  Traffic traffic;
  const Traffic::Ends ends{.server_port = 53, .v6 = true};
  for (const std::uint8_t last : std::initializer_list<std::uint8_t>{0x64, 0x65}) {
    Octets address = {0x20, 1, 0xd, 0xb8, 0, last, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1};
    traffic.udp(ends, true, text(question(last, 28, false).done()));
    traffic.udp(ends, false, text(answer(last, 28).record(1, 28, address).done()));
  }
  EXPECT_EQ(run(traffic).own_aaaa.pass, 2U);
  const PrefixSet nat64({Prefix{{{0x20, 1, 0xd, 0xb8, 0, 0x64}, Family::v6}, 96}});
  EXPECT_EQ(run(traffic, 1, &nat64).own_aaaa.pass, 1U);
  EXPECT_EQ(run(traffic, 1, &nat64).own_aaaa.fail, 1U);
}

}  // namespace dns_flow_test
}  // namespace uptake
