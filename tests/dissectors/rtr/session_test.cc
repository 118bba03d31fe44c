#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/dissectors/rtr/reading.h"

namespace uptake::rtr {
namespace session_test {

using namespace test;

/// A router that gets the whole table: three VRPs, serial 7 of session 99.
void get_table(Conversation& flow, unsigned version = 1) {
  flow.ask(reset_query(version));
  flow.tell(joined({cache_response(99, version), ipv4(2, 64496, true, version), ipv4(3, 64497, true, version),
                    ipv6(1, 64498, true, version), end_of_data(99, 7, version)}));
}

TEST(RtrSession, AWholeTableIsTrusted) {
  Conversation flow;
  get_table(flow);
  EXPECT_EQ(flow.table().serial, 7U);
  EXPECT_EQ(flow.table().session_id, 99U);
  EXPECT_EQ(flow.table().update, Update::whole);
  EXPECT_TRUE(flow.table().trusted);
  EXPECT_EQ(flow.table().age, Age::first);
  const SessionBits session = flow.session();
  EXPECT_TRUE(session.begun && session.whole);
  EXPECT_FALSE(session.tls || session.lost || session.difference || session.error || session.aspa);
  EXPECT_EQ(session.asked, 1);
  EXPECT_EQ(session.version, 1);
}

TEST(RtrSession, ADifferenceRestsOnTheSerialThatIsHeld) {
  Conversation flow;
  get_table(flow);
  flow.tell(serial_notify(99, 8));
  flow.ask(serial_query(99, 7));
  flow.tell(joined({cache_response(99), ipv4(2, 64496, false), ipv4(4, 64499), end_of_data(99, 8)}));
  EXPECT_EQ(flow.table().update, Update::difference);
  EXPECT_TRUE(flow.table().trusted);
  flow.ask(serial_query(99, 8));
  flow.tell(joined({cache_response(99), end_of_data(99, 9)}));
  EXPECT_TRUE(flow.table().trusted);
  const ExchangeBits exchange = flow.exchange();
  EXPECT_TRUE(exchange.incremental);
  EXPECT_EQ(exchange.reset_queries, 1U);
  EXPECT_EQ(exchange.serial_queries, 2U);
  EXPECT_EQ(exchange.announced, 4U);
  EXPECT_EQ(exchange.withdrawn, 1U);
  EXPECT_EQ(exchange.error, ExchangeBits::kNoError);
}

TEST(RtrSession, ADifferenceToAnythingElseIsNot) {
  struct Case {
    unsigned asked_session;
    std::uint32_t asked_serial;
    unsigned answered_session;
    unsigned ended_session;
  };
  for (const Case& c : {Case{99, 6, 99, 99}, Case{98, 7, 99, 99}, Case{99, 7, 98, 98}, Case{99, 7, 99, 98}}) {
    Conversation flow;
    get_table(flow);
    flow.ask(serial_query(c.asked_session, c.asked_serial));
    flow.tell(joined({cache_response(c.answered_session), end_of_data(c.ended_session, 8)}));
    EXPECT_FALSE(flow.table().trusted);
    EXPECT_EQ(flow.table().update, Update::difference);
    // What rests on it is not trusted either, until the whole table comes.
    flow.ask(serial_query(c.ended_session, 8));
    flow.tell(joined({cache_response(c.ended_session), end_of_data(c.ended_session, 9)}));
    EXPECT_FALSE(flow.table().trusted);
    get_table(flow);
    EXPECT_TRUE(flow.table().trusted);
  }
}

TEST(RtrSession, WithoutTheQuestionNothingIsTrusted) {
  Conversation only_answers;
  only_answers.tell(joined({cache_response(99), ipv4(2, 1), end_of_data(99, 7)}));
  EXPECT_FALSE(only_answers.table().trusted);
  EXPECT_EQ(only_answers.table().update, Update::unknown);
  Conversation midstream;
  midstream.from_start = false;
  midstream.tell(joined({ipv4(2, 1), end_of_data(99, 7)}));
  EXPECT_FALSE(midstream.table().trusted);
  EXPECT_FALSE(midstream.session().begun);
  Conversation two_questions;
  two_questions.ask(joined({reset_query(), serial_query(99, 7)}));
  two_questions.tell(joined({cache_response(99), end_of_data(99, 7)}));
  EXPECT_FALSE(two_questions.table().trusted);
  EXPECT_EQ(two_questions.table().update, Update::unknown);
}

TEST(RtrSession, AHoleOnEitherSideCostsTheTable) {
  for (const Side side : {Side::client, Side::server}) {
    Conversation flow;
    flow.ask(reset_query());
    flow.tell(joined({cache_response(99), ipv4(2, 1)}));
    flow.lost = Ending::gap;
    flow.offer(side, side == Side::client ? serial_query(1, 1) : ipv4(3, 1));
    flow.tell(end_of_data(99, 7));
    EXPECT_FALSE(flow.table().trusted);
    EXPECT_EQ(flow.values(kUnreadable), std::vector<std::uint64_t>{static_cast<std::uint64_t>(Ending::gap)});
    EXPECT_TRUE(flow.session().lost);
    // What was held before is told to be lost.
    Conversation held;
    get_table(held);
    held.lost = Ending::gap;
    held.offer(side, side == Side::client ? serial_query(99, 7) : cache_response(99));
    EXPECT_EQ(held.shown.back(), (Shown{kLost, static_cast<std::uint64_t>(Ending::gap), {}}));
    held.tell(joined({cache_response(99), end_of_data(99, 8)}));
    EXPECT_FALSE(held.table().trusted);
  }
}

TEST(RtrSession, AContradictoryRecordCostsTheTable) {
  for (const Octets& bad : {ipv4(2, 1, true, 1, 25, 24), ipv4(2, 1, true, 1, 24, 33)}) {
    Conversation flow;
    flow.ask(reset_query());
    EXPECT_EQ(flow.tell(joined({cache_response(99), ipv4(1, 1), bad, ipv4(3, 1), end_of_data(99, 7)})).verdict,
              Verdict::keep_going);
    EXPECT_FALSE(flow.table().trusted);
    EXPECT_EQ(flow.exchange().announced, 2U);
    EXPECT_EQ(flow.values(kUnreadable).size(), 1U);
  }
}

TEST(RtrSession, StepsDownToTheVersionOfTheCache) {
  Conversation flow;
  flow.ask(reset_query(1));
  flow.tell(joined({cache_response(99, 0), ipv4(2, 1, true, 0), end_of_data(99, 7, 0)}));
  EXPECT_TRUE(flow.table().trusted);
  EXPECT_TRUE(flow.values(kIntervals).empty());
  const SessionBits session = flow.session();
  EXPECT_EQ(session.asked, 1);
  EXPECT_EQ(session.version, 0);
}

TEST(RtrSession, ErrorReports) {
  Conversation flow;
  flow.ask(serial_query(5, 5));
  flow.tell(error_report(0, serial_query(5, 5)));
  EXPECT_EQ(ErrorBits::unpack(flow.values(kError).at(0)).code, 0U);
  EXPECT_TRUE(ErrorBits::unpack(flow.values(kError).at(0)).by_cache);
  EXPECT_EQ(flow.exchange().error, 0U);
  EXPECT_TRUE(flow.session().error);
  EXPECT_EQ(flow.session().version, 1);
  // An answer that it interrupts is not trusted.
  Conversation interrupted;
  interrupted.ask(reset_query());
  interrupted.tell(joined({cache_response(99), ipv4(2, 1)}));
  interrupted.ask(error_report(7));
  interrupted.tell(end_of_data(99, 7));
  EXPECT_FALSE(interrupted.table().trusted);
  EXPECT_FALSE(ErrorBits::unpack(interrupted.values(kError).at(0)).by_cache);
}

TEST(RtrSession, ACacheThatCannotTellTheDifferenceIsAskedForAll) {
  Conversation flow;
  flow.ask(serial_query(99, 3));
  flow.tell(cache_reset());
  get_table(flow);
  EXPECT_TRUE(flow.table().trusted);
  EXPECT_EQ(flow.exchange().serial_queries, 1U);
}

TEST(RtrSession, AspasAndRouterKeys) {
  Conversation flow;
  flow.ask(reset_query(2));
  flow.tell(joined(
      {cache_response(99, 2), aspa(64496, {64497, 64498}), router_key(64499, true, 2), end_of_data(99, 7, 2)}));
  EXPECT_TRUE(flow.table().trusted);
  const SessionBits session = flow.session();
  EXPECT_TRUE(session.aspa && session.router_key);
  EXPECT_EQ(session.version, 2);
}

TEST(RtrSession, HowOldATableWas) {
  constexpr std::uint32_t kTicksOfASecond = 60;  // nearly: one is 16.8 ms
  for (const auto& [seconds, age] : {std::pair{500U, Age::fresh}, {700U, Age::expired}}) {
    Conversation flow;
    flow.ask(reset_query());
    flow.tell(joined({cache_response(99), end_of_data(99, 7, 1, 600)}));
    flow.ticks += seconds * kTicksOfASecond;
    flow.ask(serial_query(99, 7));
    flow.tell(joined({cache_response(99), end_of_data(99, 8)}));
    EXPECT_EQ(flow.table().age, age);
    EXPECT_EQ(IntervalBits::unpack(flow.values(kIntervals).at(0)).expire, 600U);
    EXPECT_EQ(IntervalBits::unpack(flow.values(kIntervals).at(0)).refresh, 3600U);
    flow.lost = Ending::gap;
    flow.tell(joined({cache_response(99), end_of_data(99, 9)}));
    EXPECT_EQ(flow.table().age, Age::unknown);
  }
}

TEST(RtrSession, TlsIsHandedOver) {
  Conversation flow;
  flow.server_port = 324;
  const Result result = flow.ask({22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3});
  EXPECT_EQ(result.verdict, Verdict::hand_over);
  EXPECT_EQ(result.consumed, 0U);
  ASSERT_EQ(flow.noted.size(), 1U);
  EXPECT_TRUE(SessionBits::unpack(flow.values(kSession).at(0)).tls);
}

TEST(RtrSession, LongOnesArePassedOver) {
  Conversation flow;
  flow.ask(reset_query(2));
  flow.tell(cache_response(99, 2));
  const Octets longest = aspa(1, std::vector<std::uint32_t>(16'000, 2));
  EXPECT_EQ(flow.tell({longest.begin(), longest.begin() + 100}).verdict, Verdict::keep_going);
  EXPECT_EQ(flow.passed, longest.size() - 100);
  flow.tell(end_of_data(99, 7, 2));
  EXPECT_FALSE(flow.table().trusted);
  EXPECT_EQ(flow.values(kUnreadable), std::vector<std::uint64_t>{static_cast<std::uint64_t>(Ending::limit)});
}

TEST(RtrSession, TheSnaplenCutsAPdu) {
  Conversation flow;
  flow.ask(reset_query());
  const Octets octets = joined({cache_response(99), ipv4(2, 1), ipv4(3, 1)});
  const Bytes seen = Bytes{octets}.first(octets.size() - 4);
  EXPECT_EQ(flow.offer(Side::server, seen, 4).verdict, Verdict::truncated);
  EXPECT_EQ(flow.passed, 4U);
  flow.tell(end_of_data(99, 7));
  EXPECT_FALSE(flow.table().trusted);
}

TEST(RtrExhibits, RecordsComeInPiecesAndAreCommitted) {
  Conversation flow;
  flow.ask(reset_query());
  flow.tell(joined({cache_response(99), ipv4(2, 64496), ipv6(1, 64498)}));
  flow.tell(joined({ipv4(3, 64497), end_of_data(99, 7)}));
  ASSERT_EQ(flow.shown.size(), 3U);
  EXPECT_EQ(flow.shown[0].kind, kRecords);
  EXPECT_EQ(flow.shown[0].bytes, joined({ipv4(2, 64496), ipv6(1, 64498)}));
  EXPECT_EQ(flow.shown[1].bytes, ipv4(3, 64497));
  const RecordsBits first = RecordsBits::unpack(flow.shown[0].value);
  EXPECT_TRUE(first.followed && first.first);
  EXPECT_EQ(first.update, Update::whole);
  EXPECT_FALSE(RecordsBits::unpack(flow.shown[1].value).first);
  EXPECT_EQ(flow.shown[2].kind, kCommit);
  const CommitBits commit = CommitBits::unpack(flow.shown[2].value);
  EXPECT_TRUE(commit.trusted);
  EXPECT_EQ(commit.shown, 2);
  EXPECT_EQ(flow.shown[2].bytes, end_of_data(99, 7));

  Octets all = flow.shown[0].bytes;
  Cursor cursor(all);
  Record record;
  ASSERT_TRUE(next_record(cursor, record));
  EXPECT_TRUE(record.announced && record.what == Record::What::vrp);
  EXPECT_EQ(record.as, 64496U);
  EXPECT_EQ(record.length, 24);
  EXPECT_EQ(record.prefix.octets[2], 2);
  ASSERT_TRUE(next_record(cursor, record));
  EXPECT_EQ(record.prefix.family, Family::v6);
  EXPECT_EQ(record.max_length, 64);
  EXPECT_FALSE(next_record(cursor, record));
}

/// The kinds and values of what was shown since the last call.
std::vector<std::pair<std::uint16_t, std::uint64_t>> shown_of(Conversation& flow) {
  std::vector<std::pair<std::uint16_t, std::uint64_t>> all;
  for (const Conversation::Shown& one : flow.shown) all.emplace_back(one.kind, one.value);
  flow.shown.clear();
  return all;
}

TEST(RtrExhibits, WhatWaitsIsSaidWhenItChanges) {
  using All = std::vector<std::pair<std::uint16_t, std::uint64_t>>;
  Conversation flow;
  get_table(flow);
  (void)shown_of(flow);
  flow.waits = true;
  flow.tell({});
  flow.ask({});
  EXPECT_EQ(shown_of(flow), (All{{kWaits, 1}}));
  flow.waits = false;
  flow.ask({});
  EXPECT_EQ(shown_of(flow), All{}) << "the other side still does";
  flow.tell(cache_reset());
  EXPECT_EQ(shown_of(flow), (All{{kWaits, 0}}));
}

TEST(RtrExhibits, ATableThatEndsWhileSomethingWaitsSaysSo) {
  Conversation flow;
  flow.waits = true;
  get_table(flow);
  ASSERT_EQ(flow.shown.back().kind, kCommit);
  EXPECT_TRUE(CommitBits::unpack(flow.shown.back().value).waits);
}

TEST(RtrExhibits, TheEndOfASessionLeavesItsTable) {
  for (const Ending ending : {Ending::closed, Ending::unfinished, Ending::gap, Ending::limit}) {
    Conversation flow;
    flow.finish(ending);
    EXPECT_TRUE(flow.shown.empty()) << "there was none";
    get_table(flow);
    (void)shown_of(flow);
    flow.finish(ending);
    const bool over = ending == Ending::closed || ending == Ending::unfinished;
    ASSERT_EQ(flow.shown.size(), 1U);
    EXPECT_EQ(flow.shown[0].kind, over ? kEnded : kLost);
  }
}

TEST(RtrExhibits, AspasOfBothLayouts) {
  for (const Octets& octets : {aspa(64496, {64497, 64498}), early_aspa(64496, {64497, 64498})}) {
    Record record;
    ASSERT_TRUE(read_record(octets, record));
    EXPECT_TRUE(record.announced);
    EXPECT_EQ(record.as, 64496U);
    EXPECT_EQ(Octets(record.rest.begin(), record.rest.end()), words({64497, 64498}));
  }
  for (const Octets& octets : {aspa(64496, {}, false), early_aspa(64496, {}, false)}) {
    Record record;
    ASSERT_TRUE(read_record(octets, record));
    EXPECT_FALSE(record.announced);
    EXPECT_EQ(record.as, 64496U);
    EXPECT_TRUE(record.rest.empty());
  }
  // A small AS with one provider more than its number is no count of the early layout.
  Record record;
  ASSERT_TRUE(read_record(aspa(1, {2, 3}), record));
  EXPECT_EQ(record.as, 1U);
  Octets lies = early_aspa(64496, {64497});
  lies[11] = 2;
  EXPECT_FALSE(read_record(lies, record));
}

TEST(RtrExhibits, RouterKeys) {
  Record record;
  ASSERT_TRUE(read_record(router_key(64499), record));
  EXPECT_EQ(record.what, Record::What::router_key);
  EXPECT_TRUE(record.announced);
  EXPECT_EQ(record.as, 64499U);
  EXPECT_EQ(record.rest.size(), 20U + 4 + 91);
}

TEST(RtrExhibits, AFullTableFitsWhatOneCallMayShow) {
  Conversation flow;
  flow.ask(reset_query());
  Octets octets = cache_response(99);
  for (unsigned i = 0; i < 3000; ++i) {
    const Octets one = ipv4(static_cast<std::uint8_t>(i), i);
    octets.insert(octets.end(), one.begin(), one.end());
  }
  octets.resize(60'000);
  flow.tell(octets);
  std::size_t shown = 0;
  for (const Shown& one : flow.shown) shown += one.bytes.size();
  EXPECT_EQ(shown, (60'000 - 8) / 20 * 20U);
  EXPECT_LE(flow.shown.size(), 3U);
  EXPECT_EQ(flow.dropped(), 0U);
  // As many things that are no records, each with one between them.
  Conversation mixed;
  octets.clear();
  for (unsigned i = 0; i < 2000; ++i) {
    for (const Octets& one : {ipv4(1, 1), end_of_data(1, i, 0)}) octets.insert(octets.end(), one.begin(), one.end());
  }
  mixed.tell(octets);
  EXPECT_EQ(mixed.values(kTable).size(), 2000U);
  EXPECT_LE(mixed.most_noted, Notes::kObservationsPerCall);
  EXPECT_EQ(mixed.dropped(), 0U);
}

}  // namespace session_test
}  // namespace uptake::rtr
