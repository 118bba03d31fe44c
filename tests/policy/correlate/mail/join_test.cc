#include "policy/correlate/mail/join.h"

#include <gtest/gtest.h>

#include <vector>

#include "dissectors/dns/facts.h"

namespace uptake::mail {
namespace join_test {

using smtp::Offer;
using smtp::Request;
using smtp::SessionBits;

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kDayNs = 86'400 * kSecondNs;
constexpr std::uint16_t kTypeTxt = 16;
constexpr std::uint16_t kTypeTlsa = 52;

/// What the join found, in order.
struct Found final : Findings {
  void note(std::uint16_t fact, std::uint64_t value, const About&, std::uint32_t) noexcept override {
    if (fact == kAnswer) answers.push_back(AnswerBits::unpack(value));
    if (fact == kDelivery) deliveries.push_back(DeliveryBits::unpack(value));
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}
  std::vector<AnswerBits> answers;
  std::vector<DeliveryBits> deliveries;
};

/// Filing: what the worker shows, filed with a join.
class Filing {
 public:
  explicit Filing(std::size_t places = Join::kPlaces) : join_(digests_, places) {}

  AnswerBits answer(std::uint8_t server, Offer offer, std::uint8_t client = 1) {
    SessionBits session = relay();
    session.starttls = offer;
    end(client, server, session);
    return found.answers.back();
  }
  DeliveryBits deliver(std::uint8_t client, const SessionBits& session) {
    end(client, 1, session);
    return found.deliveries.back();
  }
  void ask(std::uint8_t client, std::uint16_t type) { file(0, client, 200, dns::ResponseBits{.qtype = type}.pack()); }
  void end(std::uint8_t client, std::uint8_t server, const SessionBits& session) {
    file(1, client, server, session.pack());
  }
  static SessionBits relay() {
    SessionBits session;
    session.service = smtp::Service::relay;
    session.greeting = smtp::Greeting::ehlo;
    session.starttls = Offer::offered;
    session.client_seen = session.server_seen = session.started = true;
    session.messages = 1;
    return session;
  }
  [[nodiscard]] std::uint64_t forgotten() const { return join_.forgotten(); }

  Found found;
  std::uint64_t now = 1'700'000'000 * kSecondNs;

 private:
  void file(std::size_t which, std::uint8_t client, std::uint8_t server, std::uint64_t value) {
    Filed filed;
    filed.about.packet_ns = now;
    filed.about.subject.client.octets = {192, 0, 2, client};
    filed.about.subject.server.octets = {198, 51, 100, server};
    filed.about.subject.server_port = 25;
    filed.value = value;
    join_.file(which, filed, found);
  }
  Digests digests_ = Digests::published();
  Join join_;
};

TEST(MailJoin, AnOfferThatIsTakenOutForOneShowsByContrast) {
  for (const Offer without : {Offer::masked, Offer::absent}) {
    Filing filing;
    EXPECT_FALSE(filing.answer(1, Offer::offered).known_before);
    const AnswerBits taken = filing.answer(1, without, 2);
    EXPECT_TRUE(taken.known_before && taken.offered_before && !taken.missed_before);
    EXPECT_EQ(taken.starttls, without);
    // The next one that is offered it is told that others were not.
    EXPECT_TRUE(filing.answer(1, Offer::offered).missed_before);
    // Of another server nothing is known.
    EXPECT_FALSE(filing.answer(2, without).known_before);
    EXPECT_TRUE(filing.answer(2, without).missed_before);
    EXPECT_FALSE(filing.answer(2, without).offered_before);
  }
}

TEST(MailJoin, AnAnswerIsHeldAgainstOthersForADay) {
  Filing filing;
  (void)filing.answer(1, Offer::offered);
  filing.now += kDayNs - kSecondNs;
  EXPECT_TRUE(filing.answer(1, Offer::masked).offered_before);
  filing.now += kSecondNs;
  const AnswerBits later = filing.answer(1, Offer::masked);
  EXPECT_TRUE(!later.offered_before && later.missed_before && later.known_before);
  filing.now += kDayNs;
  EXPECT_FALSE(filing.answer(1, Offer::offered).known_before);
}

TEST(MailJoin, AListThatWasNotReadSaysNothing) {
  Filing filing;
  SessionBits unseen = Filing::relay();
  unseen.starttls = Offer::unseen;
  filing.end(1, 1, unseen);
  EXPECT_TRUE(filing.found.answers.empty());
  EXPECT_FALSE(filing.answer(1, Offer::masked).known_before);
}

TEST(MailJoin, ASenderThatAskedIsKnownForFiveMinutes) {
  Filing filing;
  const SessionBits session = Filing::relay();
  EXPECT_FALSE(filing.deliver(1, session).asked_tlsa);
  filing.ask(1, kTypeTlsa);
  filing.ask(2, kTypeTxt);
  EXPECT_TRUE(filing.deliver(1, session).asked_tlsa);
  EXPECT_FALSE(filing.deliver(1, session).asked_mta_sts);
  EXPECT_FALSE(filing.deliver(2, session).asked_tlsa);
  EXPECT_TRUE(filing.deliver(2, session).asked_mta_sts);
  EXPECT_FALSE(filing.deliver(3, session).asked_tlsa);
  filing.now += 299 * kSecondNs;
  EXPECT_TRUE(filing.deliver(1, session).asked_tlsa);
  filing.now += kSecondNs;
  EXPECT_FALSE(filing.deliver(1, session).asked_tlsa);
}

TEST(MailJoin, WhatBecameOfADelivery) {
  Filing filing;
  SessionBits session = Filing::relay();
  EXPECT_FALSE(filing.deliver(1, session).in_tls);
  EXPECT_TRUE(filing.deliver(1, session).heard);
  session.request = Request::begun;
  EXPECT_TRUE(filing.deliver(1, session).in_tls);
  session = Filing::relay();
  session.messages = 0;
  session.client_lost = session.server_lost = true;
  session.why = Ending::gap;
  EXPECT_FALSE(filing.deliver(1, session).heard);
  EXPECT_EQ(filing.deliver(1, session).why, Ending::gap);
  const std::size_t deliveries = filing.found.deliveries.size();
  session.client_seen = false;
  filing.end(1, 1, session);
  session = Filing::relay();
  session.service = smtp::Service::submission;
  filing.end(1, 1, session);
  EXPECT_EQ(filing.found.deliveries.size(), deliveries);
}

TEST(MailJoin, WhatHandsOverNoMailIsNoDelivery) {
  Filing filing;
  SessionBits session = Filing::relay();
  session.messages = 0;
  for (const Request request : {Request::none, Request::refused, Request::refused_for_now, Request::accepted}) {
    session.request = request;
    filing.end(1, 1, session);
  }
  EXPECT_TRUE(filing.found.deliveries.empty());
  session.request = Request::begun;
  EXPECT_TRUE(filing.deliver(1, session).in_tls) << "what is handed over in it nobody sees";
}

TEST(MailJoin, ATableThatIsFullSaysSoAndContradictsNobody) {
  Filing filing(8);
  for (std::uint8_t server = 1; server <= 200; ++server) (void)filing.answer(server, Offer::offered);
  EXPECT_GT(filing.forgotten(), 100U);
  for (std::uint8_t server = 1; server <= 200; ++server)
    EXPECT_FALSE(filing.answer(server, Offer::offered).missed_before);
}

}  // namespace join_test
}  // namespace uptake::mail
