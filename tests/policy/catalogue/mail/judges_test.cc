#include "policy/correlate/mail/facts.h"
#include "tests/policy/judging_joins.h"

namespace uptake {
namespace mail_judges_test {

using mail::AnswerBits;
using mail::DeliveryBits;
using smtp::Offer;

std::string answer(std::string_view id, const AnswerBits& b) {
  return judged_with_joins(id, Unit::connections, b.pack());
}
std::string delivery(std::string_view id, const DeliveryBits& b) {
  return judged_with_joins(id, Unit::connections, b.pack());
}

TEST(MailRows, WhatIsAlikeAndWhatIsNot) {
  const AnswerBits first{.starttls = Offer::masked};
  EXPECT_EQ(answer("mail.starttls.alike", first), "first");
  for (const Offer offer : {Offer::offered, Offer::masked, Offer::absent})
    for (const bool offered : {false, true})
      for (const bool missed : {false, true}) {
        if (!offered && !missed) continue;
        const AnswerBits b{
            .starttls = offer, .offered_before = offered, .missed_before = missed, .known_before = true};
        const bool alike = offer == Offer::offered ? !missed : !offered;
        EXPECT_EQ(answer("mail.starttls.alike", b), alike ? "pass" : "fail");
        EXPECT_EQ(judged_with_joins("mail.starttls.alike", Unit::servers, b.pack()), alike ? "pass" : "fail");
        const std::string elsewhere = offered ? "pass" : "fail";
        EXPECT_EQ(answer("mail.starttls.masked_here_only", b), offer == Offer::masked ? elsewhere : "not_applicable");
        EXPECT_EQ(answer("mail.starttls.missing_here_only", b),
                  offer == Offer::absent ? elsewhere : "not_applicable");
      }
}

TEST(MailRows, SendersThatAsked) {
  EXPECT_EQ(delivery("mail.sender.tlsa.encrypted", {.heard = true}), "not_applicable");
  EXPECT_EQ(delivery("mail.sender.tlsa.encrypted", {.asked_tlsa = true, .in_tls = true}), "pass");
  EXPECT_EQ(delivery("mail.sender.tlsa.encrypted", {.asked_tlsa = true, .heard = true}), "fail");
  EXPECT_EQ(delivery("mail.sender.mta_sts.encrypted", {.asked_mta_sts = true, .why = Ending::truncated}),
            "truncated");
}

}  // namespace mail_judges_test
}  // namespace uptake
