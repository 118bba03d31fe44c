// A million PDUs of the RPKI to Router protocol beside real traffic.

#include <gtest/gtest.h>

#include "policy/catalogue/rtr/words.h"
#include "tests/dataplane/conversation.h"
#include "tests/dataplane/listening.h"
#include "tests/dissectors/rtr/builder.h"

namespace uptake {
namespace rtr_flood_test {

using test::Conversation;
using test::read;
using test::Readout;
using test::text;
using test::Traffic;

constexpr std::uint32_t kReal = 200;        // TLS handshakes, and as many DNS exchanges
constexpr std::uint32_t kPdus = 1'000'000;  // half of them in few sessions, half in many
constexpr std::uint32_t kLong = 4;          // sessions
constexpr std::uint32_t kPerSegment = 70;   // PDUs
constexpr std::uint32_t kPerShort = 25;

/// IPv4 Prefix PDUs.
std::string records(std::uint32_t count) {
  rtr::test::Octets octets;
  for (std::uint32_t i = 0; i < count; ++i) {
    const rtr::test::Octets one = rtr::test::ipv4(static_cast<std::uint8_t>(i), 64496 + i);
    octets.insert(octets.end(), one.begin(), one.end());
  }
  return text(octets);
}

void real(Traffic& traffic, std::uint32_t number) {
  const Traffic::Ends web{.client = number + 1, .server_port = 443};
  Conversation(traffic, web).open().ask(test::kHello).tell(test::kFlight).close();
  const Traffic::Ends dns{.client = number + 1, .server_port = 53};
  const std::string name = "n" + std::to_string(number) + ".example";
  traffic.udp(dns, true, text(dns::test::Builder(0, number).question(name, 28).done()));
  traffic.udp(dns, false, text(dns::test::Builder(dns::test::kQr, number).question(name, 28).done()));
}

/// Real traffic, with the flood around it or without.
Traffic traffic_of(bool flooded) {
  Traffic traffic;
  traffic.step_ns = 1000;
  const std::string many = records(kPerSegment);
  const std::string few =
      text(rtr::test::cache_response(9)) + records(kPerShort - 3) + text(rtr::test::end_of_data(9, 1));
  std::vector<Conversation> sessions;
  std::vector<Traffic::Ends> ends;
  for (std::uint32_t i = 0; i < kLong; ++i)
    ends.push_back({.client = 100'000 + i, .client_port = 50'000, .server_port = 323});
  for (std::uint32_t i = 0; flooded && i < kLong; ++i)
    sessions.emplace_back(traffic, ends[i])
        .open()
        .ask(text(rtr::test::reset_query()))
        .tell(text(rtr::test::cache_response(9)));
  std::uint32_t shorts = 0;
  for (std::uint32_t number = 0; number < kReal; ++number) {
    real(traffic, number);
    for (std::uint32_t i = 0; flooded && i < kPdus / 2 / kReal / kPerSegment; ++i) sessions[i % kLong].tell(many);
    for (std::uint32_t i = 0; flooded && i < kPdus / 2 / kReal / kPerShort; ++i, ++shorts) {
      const Traffic::Ends one{.client = 200'000 + shorts, .client_port = 50'000, .server_port = 323};
      Conversation(traffic, one).open().ask(text(rtr::test::reset_query())).tell(few);
    }
  }
  for (Conversation& session : sessions) session.tell(text(rtr::test::end_of_data(9, 1)));
  return traffic;
}

TEST(RtrFlood, AMillionPdusLeaveOtherFiguresAsTheyAre) {
  const Readout alone = read(traffic_of(false), {.max_flows = 1U << 17});
  const Readout flooded = read(traffic_of(true), {.max_flows = 1U << 17});
  EXPECT_EQ(Readout::seen(alone.sessions("tls.version.1_3")), kReal);
  for (const auto& [what, counts] : alone.totals) {
    const auto& [id, unit] = what;
    if (!id.starts_with("tls.") && !id.starts_with("dns.")) continue;
    const Counts& beside = flooded.of(id, unit);
    EXPECT_TRUE(beside.pass == counts.pass && beside.fail == counts.fail &&
                beside.not_applicable == counts.not_applicable && beside.unobservable == counts.unobservable)
        << id;
  }
  constexpr std::uint32_t kShort = kPdus / 2 / kReal / kPerShort * kReal;
  EXPECT_EQ(Readout::seen(flooded.of("rtr.tls", rtr::kSessions)), kShort + kLong);
  EXPECT_EQ(flooded.of("rtr.table.followed", rtr::kTables).pass, kShort + kLong);
}

TEST(RtrFlood, NothingOfItIsHeld) {
  test::Listening listening(dissectors());
  const std::uint32_t chunks = listening.free_chunks();
  listening.hear(traffic_of(true));
  EXPECT_EQ(listening.free_chunks(), chunks);
  EXPECT_LE(listening.pending(), kShards * ConversationPool::kLasting);
  listening.end();
  EXPECT_EQ(listening.pending(), 0U);
}

}  // namespace rtr_flood_test
}  // namespace uptake
