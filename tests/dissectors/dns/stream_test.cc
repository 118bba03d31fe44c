#include <gtest/gtest.h>

#include "tests/dissectors/dns/reading.h"

namespace uptake::dns {
namespace stream_test {

using namespace test;

Octets query(unsigned id) {
  return Builder(kRdFlag, id).question("Example.org", 28).opt(1232, true, option(10, Octets(8, 1))).framed();
}
Octets response(unsigned id) {
  return Builder(kQr | kRdFlag, id)
      .question("example.org", 28)
      .record(1, 28, aaaa_rdata({0x20}))
      .record(1, 46, rrsig_rdata(28, 13))
      .opt(1232, true)
      .framed();
}
Octets joined(std::initializer_list<Octets> parts) {
  Wire wire;
  for (const Octets& part : parts) wire.add(part);
  return wire.out;
}

Claim claim(Bytes bytes) {
  Payload payload;
  payload.bytes = bytes;
  payload.wire = static_cast<std::uint32_t>(bytes.size());
  payload.stream = true;
  payload.server_port = 53;
  return Dissector::claims(payload);
}

TEST(DnsStreamClaims, WaitsForTheHeader) {
  const Octets octets = response(1);
  for (std::size_t size = 0; size < 14; ++size) EXPECT_EQ(claim(Bytes{octets}.first(size)), Claim::need_more) << size;
  EXPECT_EQ(claim(Bytes{octets}.first(14)), Claim::from_server);
  EXPECT_EQ(claim(octets), Claim::from_server);
}

TEST(DnsStreamClaims, OtherProtocolsAreNotMine) {
  EXPECT_EQ(claim(bytes_of("GET / HTTP/1.1\r\nHost: example.org\r\n")), Claim::no);
  EXPECT_EQ(claim(bytes_of("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")), Claim::no);
  const Octets hello = Wire{}.u8(22).u16(0x0301).u16(512).u8(1).u8(0).u16(508).u16(0x0303).zeros(64).out;
  EXPECT_EQ(claim(hello), Claim::no);
  EXPECT_EQ(claim(Octets{0, 11, 0}), Claim::no);
}

TEST(DnsStream, PipelinedQueriesAndAnswersOutOfOrder) {
  Conversation flow(true);
  Wire queries;
  for (unsigned id = 0; id < 20; ++id) queries.add(query(id));
  EXPECT_EQ(flow.offer(queries.out).verdict, Verdict::keep_going);
  ASSERT_EQ(flow.noted.size(), 20U);
  EXPECT_TRUE(flow.query().tcp && flow.query().dnssec_ok);
  EXPECT_EQ(flow.noted[19].name, "example.org");
  Wire responses;
  for (unsigned id = 20; id-- > 0;) responses.add(response(id));
  flow.answer(responses.out);
  const auto answers = flow.values(kResponse);
  ASSERT_EQ(answers.size(), 20U);
  for (const std::uint64_t value : answers) {
    const ResponseBits bits = ResponseBits::unpack(value);
    EXPECT_TRUE(bits.tcp && bits.query_seen && bits.query_dnssec_ok && bits.answered && bits.answer_signed);
  }
}

TEST(DnsStream, ManyMessagesInOneCallStayWithinItsLimits) {
  Wire queries;
  for (unsigned id = 0; id < 40; ++id) queries.add(query(id));
  Payload payload;
  payload.bytes = queries.out;
  payload.wire = static_cast<std::uint32_t>(queries.out.size());
  payload.stream = true;
  payload.server_port = 53;
  const auto notes = std::make_unique<Notes>();
  static const Subject nobody;
  notes->about(nobody, 0);
  Dissector::Memory memory;
  const Result result = Dissector::dissect(payload, memory, *notes);
  EXPECT_EQ(result.verdict, Verdict::keep_going);
  EXPECT_EQ(result.consumed, notes->observations().size() * query(0).size());
  EXPECT_LE(notes->subjects().size(), Notes::kSubjectsPerCall);
}

TEST(DnsStream, EveryCutGivesTheSameObservations) {
  const Octets queries = joined({query(1), query(2), query(3)});
  const Octets responses = joined({response(3), response(1), response(2)});
  Conversation whole(true);
  whole.offer(queries);
  whole.answer(responses);
  ASSERT_EQ(whole.noted.size(), 9U);
  const Bytes all{queries};
  for (std::size_t cut = 1; cut < queries.size(); ++cut) {
    Conversation flow(true);
    flow.offer(all.first(cut));
    flow.offer(all.subspan(cut));
    flow.answer(responses);
    flow.finish(Ending::closed);
    ASSERT_EQ(flow.noted, whole.noted) << cut;
  }
  const Bytes answers{responses};
  for (std::size_t cut = 1; cut < responses.size(); ++cut) {
    Conversation flow(true);
    flow.offer(queries);
    flow.answer(answers.first(cut));
    flow.answer(answers.subspan(cut));
    flow.finish(Ending::closed);
    ASSERT_EQ(flow.noted, whole.noted) << cut;
  }
}

TEST(DnsStream, OctetByOctet) {
  const Octets queries = joined({query(1), query(2)});
  Conversation whole(true);
  whole.offer(queries);
  Conversation flow(true);
  for (const std::uint8_t octet : queries) flow.offer(Octets{octet});
  EXPECT_EQ(flow.noted, whole.noted);
}

TEST(DnsStream, EveryPrefixNotesNothing) {
  const Octets octets = response(1);
  for (std::size_t size = 0; size < octets.size(); ++size) {
    Conversation flow(true);
    const Result result = flow.answer(Bytes{octets}.first(size));
    ASSERT_EQ(result.verdict, Verdict::need_more);
    ASSERT_EQ(result.consumed, 0U);
    ASSERT_TRUE(flow.noted.empty()) << size;
  }
}

TEST(DnsStream, AMalformedMessageIsPassedOver) {
  Octets broken = query(2);
  broken[14] = 0x40;
  Conversation flow(true);
  EXPECT_EQ(flow.offer(joined({query(1), broken, query(3)})).verdict, Verdict::keep_going);
  EXPECT_EQ(flow.values(kQuery).size(), 2U);
  EXPECT_EQ(flow.values(kUnreadable), list({static_cast<std::uint64_t>(Ending::malformed)}));
  EXPECT_EQ(flow.noted[1].name, "");
}

TEST(DnsStream, AnEmptyMessageIsPassedOver) {
  Conversation flow(true);
  flow.offer(joined({query(1), {0, 0}, query(2)}));
  EXPECT_EQ(flow.values(kQuery).size(), 2U);
  EXPECT_EQ(flow.values(kUnreadable).size(), 1U);
}

TEST(DnsStream, LostFramingIsGivenUp) {
  Conversation flow(true);
  flow.offer(query(1));
  EXPECT_EQ(flow.offer(Octets(1000, 0)).verdict, Verdict::malformed);
  EXPECT_EQ(flow.values(kUnreadable).size(), 8U);
}

TEST(DnsStream, SidesAreApart) {
  Octets broken = query(2);
  broken[14] = 0x40;
  Conversation flow(true);
  for (int i = 0; i < 7; ++i) flow.offer(broken);
  EXPECT_EQ(flow.answer(broken).verdict, Verdict::keep_going);
  EXPECT_EQ(flow.offer(broken).verdict, Verdict::malformed);
}

TEST(DnsStream, CutBySnaplen) {
  const Octets octets = joined({query(1), response(2)});
  const auto wire = static_cast<std::uint32_t>(octets.size());
  Conversation with_question(true);
  EXPECT_EQ(with_question.offer(Bytes{octets}.first(query(1).size() + 40), wire).verdict, Verdict::truncated);
  EXPECT_EQ(with_question.values(kQuery).size(), 1U);
  EXPECT_TRUE(with_question.response().cut && with_question.response().tcp);
  for (const std::size_t more : {1U, 2U, 14U, 20U}) {
    Conversation flow(true);
    EXPECT_EQ(flow.offer(Bytes{octets}.first(query(1).size() + more), wire).verdict, Verdict::truncated);
    EXPECT_EQ(flow.values(kQuery).size(), 1U);
    if (more >= 2 + 12) {
      EXPECT_TRUE(flow.response().cut && flow.response().qtype == 0) << more;
      continue;
    }
    EXPECT_EQ(flow.values(kUnreadable), list({static_cast<std::uint64_t>(Ending::truncated)})) << more;
  }
  // Nothing is begun, but something is missing: finish() says so.
  Conversation between(true);
  EXPECT_EQ(between.offer(query(1), wire).verdict, Verdict::keep_going);
  between.finish(Ending::truncated);
  EXPECT_EQ(between.values(kUnreadable), list({static_cast<std::uint64_t>(Ending::truncated)}));
}

TEST(DnsFinish, SaysWhyAMessageStayedUnfinished) {
  const Octets octets = query(1);
  for (const Ending ending : {Ending::closed, Ending::gap, Ending::truncated, Ending::malformed, Ending::limit}) {
    Conversation pending(true);
    pending.offer(Bytes{octets}.first(20));
    pending.finish(ending);
    EXPECT_TRUE(pending.only_unreadable(ending));
    Conversation nothing(true);
    nothing.offer(octets);
    nothing.noted.clear();
    nothing.finish(ending);
    const bool lost = ending == Ending::gap || ending == Ending::truncated;
    EXPECT_EQ(nothing.noted.size(), lost ? 1U : 0U);
  }
}

TEST(DnsFinish, EitherSideMayBePending) {
  const Octets octets = response(1);
  Conversation flow(true);
  flow.answer(Bytes{octets}.first(20));
  flow.offer(query(1));
  flow.noted.clear();
  flow.finish(Ending::closed);
  EXPECT_TRUE(flow.only_unreadable(Ending::closed));
}

TEST(DnsFinish, NothingForDatagrams) {
  Conversation flow;
  flow.offer(Builder().question("example.org", 1).done());
  flow.noted.clear();
  flow.finish(Ending::gap);
  EXPECT_TRUE(flow.noted.empty());
}

}  // namespace stream_test
}  // namespace uptake::dns
