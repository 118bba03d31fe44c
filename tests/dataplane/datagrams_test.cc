// Flows of datagrams: who is asked how often, and what is known of those that nobody answers.

#include <gtest/gtest.h>

#include "tests/dataplane/conversation.h"

namespace uptake {
namespace datagrams_test {

using test::read;
using test::Readout;
using test::text;
using test::Traffic;

constexpr std::uint16_t kDns = 53;

std::string query(unsigned id) {
  return text(dns::test::Builder(dns::test::kRdFlag, id).question("www.example.org", 28).opt(1232, true).done());
}
std::string response(unsigned id) {
  return text(dns::test::Builder(dns::test::kQr | dns::test::kRdFlag, id)
                  .question("www.example.org", 28)
                  .record(1, 28, dns::test::aaaa_rdata({0x20}))
                  .done());
}
void ask_five(Traffic& traffic, const Traffic::Ends& ends) {
  for (unsigned id = 1; id <= 5; ++id) {
    traffic.udp(ends, true, query(id));
    traffic.udp(ends, false, response(id));
  }
}

TEST(Datagrams, OddOnesInFrontDoNotHideTheQuestionsBehindThem) {
  const std::string junk[] = {"", "x", std::string(11, '\0'), std::string(40, '\xff'),
                              "\x12\x34\x79" + query(1).substr(3)};
  for (const std::string& odd : junk) {
    for (const bool v6 : {false, true}) {
      for (const bool from_client : {true, false}) {
        for (const int count : {1, 3, 15}) {
          Traffic traffic;
          const Traffic::Ends ends{.server_port = kDns, .v6 = v6};
          for (int i = 0; i < count; ++i) traffic.udp(ends, from_client, odd);
          ask_five(traffic, ends);
          const Readout got = read(traffic);
          EXPECT_EQ(got.queries(), 5U) << odd.size() << v6 << from_client << count;
          EXPECT_EQ(got.responses(), 5U) << odd.size() << v6 << from_client << count;
        }
      }
    }
  }
}

TEST(Datagrams, NobodyIsAskedForEver) {
  Traffic traffic;
  const Traffic::Ends ends{.server_port = kDns};
  for (int i = 0; i < 16; ++i) traffic.udp(ends, true, "odd");
  ask_five(traffic, ends);
  const Readout got = read(traffic);
  EXPECT_EQ(got.queries(), 0U);
  EXPECT_EQ(got.limit(Limit::unclaimed), 1U) << "on a port that promises DNS, and said";
  Traffic other;
  for (int i = 0; i < 20; ++i) other.udp({.server_port = 5000}, true, "odd");
  EXPECT_EQ(read(other).limit(Limit::unclaimed), 0U) << "nothing that is read was to be expected";
}

/// Attempts of one family to `count` servers, of which every `answered`th is answered.
void attempts(Traffic& traffic, bool v6, std::uint32_t count, std::uint32_t answered) {
  for (std::uint32_t i = 1; i <= count; ++i) {
    const Traffic::Ends ends{.client = i, .server_port = kDns, .v6 = v6};
    traffic.udp(ends, true, query(i));
    if (answered != 0 && i % answered == 0) traffic.udp(ends, false, response(i));
  }
}

TEST(Datagrams, WhereNoAnswerIsSeenAtAllNothingIsKnownOfTheAttempts) {
  for (const bool v6 : {false, true}) {
    const std::string own = v6 ? "ip6.reach" : "ip4.reach";
    Traffic one_way;
    attempts(one_way, v6, 50, 0);
    const Counts hidden = read(one_way).sessions(own);
    EXPECT_EQ(hidden.judged(), 0U);
    EXPECT_EQ(hidden.unobservable[static_cast<std::size_t>(Reason::no_answer_path)], 50U);
    Traffic both_ways;
    attempts(both_ways, v6, 50, 10);
    const Counts seen = read(both_ways).sessions(own);
    EXPECT_EQ(seen.pass, 5U);
    EXPECT_EQ(seen.fail, 45U);
    EXPECT_EQ(seen.hidden(), 0U);
  }
}

TEST(Datagrams, TheAnswersOfOneFamilySayNothingOfTheOther) {
  Traffic traffic;
  attempts(traffic, false, 50, 1);
  attempts(traffic, true, 50, 0);
  const Readout got = read(traffic);
  EXPECT_EQ(got.sessions("ip4.reach").pass, 50U);
  EXPECT_EQ(got.sessions("ip6.reach").hidden(), 50U);
}

TEST(Datagrams, ASynAckShowsThatAnswersComeThisWay) {
  Traffic traffic;
  traffic.open({.v6 = true});
  attempts(traffic, true, 50, 0);
  const Counts reach = read(traffic).sessions("ip6.reach");
  EXPECT_EQ(reach.pass, 1U);
  EXPECT_EQ(reach.fail, 50U);
}

}  // namespace datagrams_test
}  // namespace uptake
