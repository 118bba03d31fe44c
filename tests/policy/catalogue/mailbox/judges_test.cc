#include "dissectors/mailbox/facts.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace mailbox_judges_test {

using mailbox::Login;
using mailbox::Offer;
using mailbox::Protocol;
using mailbox::Request;
using mailbox::SessionBits;

std::string session(std::string_view id, const SessionBits& s) { return judged(id, Unit::connections, s.pack()); }

SessionBits whole(Offer offer, Request request = Request::none) {
  SessionBits s;
  s.starttls = offer;
  s.request = request;
  s.client_seen = s.server_seen = s.started = true;
  return s;
}
/// Offered, used, accepted, clean, TLS.
std::string starttls(const SessionBits& s) {
  std::string text;
  for (const std::string_view id : {"mailbox.starttls.offered", "mailbox.starttls.used", "mailbox.starttls.accepted",
                                    "mailbox.starttls.clean", "mailbox.tls"})
    text += (text.empty() ? "" : " ") + session(id, s);
  return text;
}

TEST(MailboxJudges, NoTwoOutcomesAreMerged) {
  EXPECT_EQ(starttls(whole(Offer::offered)), "pass fail not_applicable not_applicable fail");
  EXPECT_EQ(starttls(whole(Offer::offered, Request::refused)), "pass fail fail not_applicable fail");
  EXPECT_EQ(starttls(whole(Offer::offered, Request::unanswered)), "pass fail unanswered not_applicable fail");
  EXPECT_EQ(starttls(whole(Offer::offered, Request::accepted)), "pass fail pass not_applicable fail");
  EXPECT_EQ(starttls(whole(Offer::offered, Request::begun)), "pass pass pass pass pass");
  EXPECT_EQ(starttls(whole(Offer::absent)), "fail not_applicable not_applicable not_applicable fail");
  EXPECT_EQ(starttls(whole(Offer::unseen)), "not_asked not_asked not_applicable not_applicable fail");
  EXPECT_EQ(starttls(whole(Offer::unseen, Request::begun)), "not_asked pass pass pass pass");
  SessionBits s = whole(Offer::offered, Request::begun);
  s.reply_injected = true;
  EXPECT_EQ(session("mailbox.starttls.clean", s), "fail");
  s = whole(Offer::unseen, Request::begun);
  s.server_seen = false;
  EXPECT_EQ(starttls(s), "one_sided pass pass one_sided pass");
  s = whole(Offer::unseen);
  s.client_lost = s.server_lost = true;
  s.why = Ending::gap;
  EXPECT_EQ(starttls(s), "gap gap gap not_applicable gap");
  SessionBits midstream;
  midstream.client_seen = true;
  EXPECT_EQ(starttls(midstream), "ignored ignored ignored ignored ignored");
  EXPECT_EQ(session("mailbox.start", midstream), "fail");
}

TEST(MailboxJudges, ClearTextHasOneCause) {
  const auto causes = [](const SessionBits& s) {
    return session("mailbox.tls.not_offered", s) + " " + session("mailbox.tls.not_used", s) + " " +
           session("mailbox.tls.refused", s);
  };
  EXPECT_EQ(causes(whole(Offer::absent)), "pass fail fail");
  EXPECT_EQ(causes(whole(Offer::offered)), "fail pass fail");
  EXPECT_EQ(causes(whole(Offer::offered, Request::refused)), "fail fail pass");
  EXPECT_EQ(causes(whole(Offer::unseen, Request::refused)), "fail fail pass");
  EXPECT_EQ(causes(whole(Offer::offered, Request::accepted)), "fail fail fail");
  EXPECT_EQ(causes(whole(Offer::unseen, Request::begun)), "fail fail fail");
  EXPECT_EQ(causes(whole(Offer::unseen)), "not_asked not_asked not_asked");
}

TEST(MailboxJudges, Logins) {
  SessionBits s = whole(Offer::offered);
  EXPECT_EQ(session("mailbox.login_under_tls", s), "not_applicable");
  EXPECT_EQ(session("mailbox.login_under_tls", whole(Offer::offered, Request::begun)), "pass");
  SessionBits one_sided = s;
  one_sided.client_seen = false;
  SessionBits holed = s;
  holed.client_lost = true;
  holed.why = Ending::gap;
  for (const std::string_view id :
       {"mailbox.login_under_tls", "mailbox.login.clear.refused", "mailbox.login.clear.no_password"}) {
    EXPECT_EQ(session(id, one_sided), "one_sided") << id;
    EXPECT_EQ(session(id, holed), "gap") << id;
  }
  s.login = Login::tried;
  EXPECT_EQ(session("mailbox.login_under_tls", s), "fail");
  EXPECT_EQ(session("mailbox.login.clear.refused", s), "unanswered");
  EXPECT_EQ(session("mailbox.login.clear.no_password", s), "fail");
  s.login = Login::refused;
  s.keeps_password = true;
  EXPECT_EQ(session("mailbox.login.clear.refused", s), "pass");
  EXPECT_EQ(session("mailbox.login.clear.no_password", s), "pass");
  EXPECT_EQ(session("mailbox.login.disabled", s), "fail");
  s.login_disabled = true;
  EXPECT_EQ(session("mailbox.login.disabled", s), "pass");
  s.protocol = Protocol::pop3;
  EXPECT_EQ(session("mailbox.login.disabled", s), "not_applicable");
  SessionBits implicit;
  implicit.implicit = implicit.started = true;
  EXPECT_EQ(session("mailbox.tls.implicit", implicit), "pass");
  EXPECT_EQ(session("mailbox.utf8.offered", implicit), "not_applicable");
}

}  // namespace mailbox_judges_test
}  // namespace uptake
