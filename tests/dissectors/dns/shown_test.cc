#include <gtest/gtest.h>

#include "tests/dissectors/dns/reading.h"

namespace uptake::dns {
namespace shown_test {

using namespace test;

Octets query(bool dnssec_ok) { return Builder().question("www.example.org", 1).opt(1232, dnssec_ok).done(); }
Builder answer(unsigned more = 0, unsigned type = 1, unsigned qclass = 1) {
  return std::move(Builder(kQr | kRdFlag | kRaFlag | more).question("www.example.org", type, qclass));
}

/// What is shown of `message` when its query, if there is one, was seen before.
std::vector<Conversation::Shown> shown(const Octets& message, const Octets& asked = {}, std::uint32_t wire = 0) {
  Conversation flow;
  flow.want_exhibits();
  if (!asked.empty()) (void)flow.offer(asked);
  (void)flow.answer(message, wire);
  return flow.shown;
}

TEST(DnsShown, AResponseLeavesWholeWithWhatIsSaidOfIt) {
  const Octets message = answer().record(1, 1, a_rdata()).record(1, 46, rrsig_rdata(1, 13)).opt(1232, true).done();
  Conversation flow;
  flow.want_exhibits();
  (void)flow.offer(query(true));
  (void)flow.answer(message);
  ASSERT_EQ(flow.shown.size(), 1U);
  EXPECT_EQ(flow.shown[0].bytes, message);
  EXPECT_EQ(flow.shown[0].value, flow.value(kResponse));
}

TEST(DnsShown, OnlyWhatDnssecIsAbout) {
  const Octets plain = answer().record(1, 1, a_rdata()).opt(1232, false).done();
  EXPECT_TRUE(shown(plain, query(false)).empty());
  EXPECT_TRUE(shown(plain).empty());
  EXPECT_EQ(shown(plain, query(true)).size(), 1U) << "what is missing of it was asked for";
  EXPECT_EQ(shown(answer().record(1, 1, a_rdata()).opt(1232, true).done()).size(), 1U);
  for (const auto& [type, rdata] : {std::pair{46U, rrsig_rdata(1, 8)},
                                    {48U, dnskey_rdata(8)},
                                    {43U, ds_rdata(8, 2)},
                                    {50U, nsec3_rdata(0, 0, 0)},
                                    {47U, Wire{}.name("b").text("\0\1\x40").out}})
    EXPECT_EQ(shown(answer().record(2, type, rdata).done()).size(), 1U) << type;
}

TEST(DnsShown, NeitherTransfersNorOtherClassesNorOtherOpcodes) {
  for (const unsigned type : {251U, 252U})
    EXPECT_TRUE(shown(answer(0, type).record(1, 46, rrsig_rdata(6, 8)).opt(1232, true).done()).empty()) << type;
  EXPECT_TRUE(shown(answer(0, 1, 3).opt(1232, true).done()).empty());
  EXPECT_TRUE(shown(answer(4U << 11).opt(1232, true).done()).empty()) << "NOTIFY";
}

TEST(DnsShown, WhatIsNotWholeIsShownWithoutOctets) {
  const Octets truncated = answer(kTcFlag).opt(1232, true).done();
  ASSERT_EQ(shown(truncated).size(), 1U);
  EXPECT_TRUE(shown(truncated)[0].bytes.empty());
  const Octets message = answer().record(1, 1, a_rdata()).record(1, 46, rrsig_rdata(1, 13)).opt(1232, true).done();
  for (const std::size_t size : {message.size() - 5, std::size_t{40}, std::size_t{14}}) {
    Octets cut = message;
    cut.resize(size);
    const auto found = shown(cut, query(true), static_cast<std::uint32_t>(message.size()));
    ASSERT_EQ(found.size(), 1U) << size;
    EXPECT_TRUE(found[0].bytes.empty()) << size;
    EXPECT_TRUE(ResponseBits::unpack(found[0].value).cut) << size;
  }
  const Octets broken = answer().record(1, 1, {1, 2, 3}).record(1, 46, rrsig_rdata(1, 13)).opt(1232, true).done();
  ASSERT_EQ(shown(broken, query(true)).size(), 1U);
  EXPECT_TRUE(shown(broken, query(true))[0].bytes.empty());
}

TEST(DnsShown, NothingUnlessSomebodyWantsIt) {
  Conversation flow;
  (void)flow.offer(query(true));
  (void)flow.answer(answer().record(1, 46, rrsig_rdata(1, 13)).opt(1232, true).done());
  EXPECT_TRUE(flow.shown.empty());
  EXPECT_EQ(flow.dropped(), 0U);
}

TEST(DnsShown, EachResponseOfAStream) {
  Conversation flow(true);
  flow.want_exhibits();
  Octets both = answer().record(1, 46, rrsig_rdata(1, 13)).framed();
  const Octets second = answer().record(2, 43, ds_rdata(13, 2)).framed();
  both.insert(both.end(), second.begin(), second.end());
  (void)flow.answer(both);
  ASSERT_EQ(flow.shown.size(), 2U);
  EXPECT_EQ(flow.shown[1].bytes, Octets(second.begin() + 2, second.end()));
}

}  // namespace shown_test
}  // namespace uptake::dns
