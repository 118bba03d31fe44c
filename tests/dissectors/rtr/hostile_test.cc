#include <gtest/gtest.h>

#include "tests/dissectors/rtr/reading.h"

namespace uptake::rtr {
namespace hostile_test {

using namespace test;

/// Every PDU once, in an order that caches keep.
Octets rich_answer() {
  return joined({serial_notify(99, 7, 2), cache_response(99, 2), ipv4(2, 64496, true, 2), ipv6(1, 64497, true, 2),
                 router_key(64498, true, 2), aspa(64499, {64500, 64501}), ipv4(3, 64502, false, 2),
                 end_of_data(99, 7, 2), cache_reset(2), error_report(2, reset_query(2), 2)});
}
std::vector<Octets> every_pdu() {
  return {serial_notify(99, 7),
          serial_query(99, 7),
          reset_query(),
          cache_response(99),
          ipv4(2, 1),
          ipv6(1, 2),
          router_key(3),
          cache_reset(),
          aspa(4, {5, 6}),
          early_aspa(4, {5}),
          end_of_data(99, 7),
          end_of_data(9, 7, 0),
          error_report(2, reset_query())};
}

TEST(RtrHostile, EveryPrefixNotesNothing) {
  for (const Octets& message : every_pdu())
    for (std::size_t size = 1; size < message.size(); ++size) {
      Conversation flow;
      const Result result = flow.offer(Side::server, Bytes{message}.first(size));
      ASSERT_EQ(result.verdict, Verdict::need_more) << size;
      ASSERT_EQ(result.consumed, 0U);
      ASSERT_TRUE(flow.noted.empty() && flow.shown.empty());
    }
}

TEST(RtrHostile, EverySingleOctetChangeStaysSafe) {
  const Octets whole = rich_answer();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Octets changed = whole;
    for (unsigned octet = 0; octet < 256; ++octet) {
      changed[at] = static_cast<std::uint8_t>(octet);
      Conversation flow;
      flow.ask(reset_query(2));
      const Result result = flow.tell(changed);
      ASSERT_TRUE(result.verdict == Verdict::keep_going || result.verdict == Verdict::need_more ||
                  result.verdict == Verdict::malformed);
      flow.finish();
      ASSERT_EQ(flow.values(kSession).size(), 1U);
      ASSERT_EQ(flow.dropped(), 0U);
    }
  }
}

/// The records that were shown, one behind the other: pieces may fall differently.
Octets records_of(const Conversation& flow) {
  Octets all;
  for (const Shown& one : flow.shown) all.insert(all.end(), one.bytes.begin(), one.bytes.end());
  return all;
}

TEST(RtrHostile, TwoPiecesGiveTheSame) {
  const Octets octets = rich_answer();
  Conversation whole;
  whole.ask(reset_query(2));
  whole.tell(octets);
  whole.finish();
  EXPECT_EQ(whole.values(kTable).size(), 1U);
  EXPECT_TRUE(whole.table().trusted);
  for (std::size_t cut = 1; cut < octets.size(); ++cut) {
    Conversation flow;
    flow.ask(reset_query(2));
    flow.tell({octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(cut)});
    flow.tell({octets.begin() + static_cast<std::ptrdiff_t>(cut), octets.end()});
    flow.finish();
    ASSERT_EQ(flow.noted, whole.noted) << cut;
    ASSERT_EQ(records_of(flow), records_of(whole)) << cut;
  }
}

TEST(RtrHostile, LengthsThatLie) {
  for (const std::uint32_t length : {0U, 7U, 19U, 21U, 0x10000U, 0xffffffffU}) {
    Octets lies = ipv4(2, 1);
    for (unsigned i = 0; i < 4; ++i) lies[4 + i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
    Conversation flow;
    EXPECT_EQ(flow.tell(lies).verdict, Verdict::malformed) << length;
    EXPECT_EQ(flow.values(kUnreadable), std::vector<std::uint64_t>{static_cast<std::uint64_t>(Ending::malformed)});
  }
}

TEST(RtrHostile, TypesAndVersionsThatAreNone) {
  for (const Octets& bad : {pdu(3, kResetQuery, 0), pdu(1, 5, 0), pdu(1, 255, 0), pdu(1, kAspa, 0, words({1})),
                            pdu(0, kRouterKey, 0, Octets(24, 0))}) {
    Conversation flow;
    EXPECT_EQ(flow.tell(bad).verdict, Verdict::malformed);
  }
}

Payload payload_of(Bytes bytes, std::uint16_t port, bool from_start = true) {
  Payload payload;
  payload.bytes = bytes;
  payload.wire = static_cast<std::uint32_t>(bytes.size());
  payload.stream = true;
  payload.from_start = from_start;
  payload.begun = from_start;
  payload.client_port = 40000;
  payload.server_port = port;
  return payload;
}
Claim claim(const Octets& bytes, std::uint16_t port = 323, bool from_start = true) {
  return Dissector::claims(payload_of(bytes, port, from_start));
}

TEST(RtrClaims, OnItsPortsByAnyPdu) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{323, 3323, 8282}) {
    EXPECT_EQ(claim(reset_query(), port), Claim::from_client);
    EXPECT_EQ(claim(serial_query(1, 1), port), Claim::from_client);
    EXPECT_EQ(claim(serial_notify(1, 1), port), Claim::from_server);
    EXPECT_EQ(claim(joined({ipv4(1, 1), ipv4(2, 1)}), port, false), Claim::from_server);
    EXPECT_EQ(claim(error_report(1), port), Claim::yes);
    EXPECT_EQ(claim({1, 2, 0}, port), Claim::need_more);
    EXPECT_EQ(claim({'G', 'E', 'T', ' ', '/', ' ', 'H', 'T', 'T', 'P'}, port), Claim::no);
  }
}

TEST(RtrClaims, ElsewhereByAQuestion) {
  EXPECT_EQ(claim(reset_query(2), 9999), Claim::from_client);
  EXPECT_EQ(claim(serial_query(1, 1), 9999), Claim::from_client);
  EXPECT_EQ(claim(joined({cache_response(1), ipv4(1, 1)}), 9999), Claim::from_server);
  EXPECT_EQ(claim(cache_response(1), 9999), Claim::need_more);
  EXPECT_EQ(claim(joined({cache_response(1), Octets(20, 7)}), 9999), Claim::no);
  EXPECT_EQ(claim(serial_notify(1, 1), 9999), Claim::no);
  EXPECT_EQ(claim(reset_query(), 9999, false), Claim::no);
  for (std::size_t size = 1; size < 8; ++size) {
    const Octets octets = reset_query();
    EXPECT_EQ(claim({octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)}, 9999), Claim::no);
  }
  EXPECT_EQ(claim(Octets(64, 0), 9999), Claim::no);
}

TEST(RtrClaims, TlsOnItsPort) {
  EXPECT_EQ(claim({22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3}, 324), Claim::from_client);
  EXPECT_EQ(claim({23, 3, 3, 0, 200, 1, 2}, 324, false), Claim::yes);
  EXPECT_EQ(claim({22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3}, 323), Claim::no);
}

TEST(RtrSearch, FindsTheNextPdu) {
  for (std::size_t lost = 0; lost < 20; ++lost) {
    Octets octets = joined({ipv4(1, 1), ipv4(2, 2), end_of_data(9, 9)});
    octets.erase(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(lost));
    EXPECT_EQ(Dissector::search(payload_of(octets, 323, false)), lost == 0 ? 0 : 20 - lost) << lost;
    EXPECT_EQ(Dissector::search(payload_of(octets, 9999, false)), octets.size());
  }
  const Octets letters(200, 'x');
  EXPECT_EQ(Dissector::search(payload_of(letters, 323, false)), letters.size());
  EXPECT_FALSE(Dissector::presumes(payload_of(letters, 8282, false)));
  EXPECT_TRUE(Dissector::presumes(payload_of(letters, 323, false)));
}

}  // namespace hostile_test
}  // namespace uptake::rtr
