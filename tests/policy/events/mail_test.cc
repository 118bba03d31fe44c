// What events say of mail: words for what was seen, no field for what was not, and nothing that names anybody.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "dissectors/mailbox/facts.h"
#include "dissectors/registry.h"
#include "dissectors/smtp/facts.h"
#include "policy/catalogue/catalogue.h"
#include "policy/events/events.h"

namespace uptake {
namespace mail_test {

using nlohmann::json;

json event(std::string_view dissector, std::uint16_t fact, std::uint64_t value) {
  static const Registry kRegistry(dissectors());
  const auto id = static_cast<FactId>(kRegistry.base(dissector) + fact);
  std::string line;
  EXPECT_TRUE(Events(kRegistry, standard_events()).append(line, {value, id, 0}, Subject{}));
  return json::parse(line);
}
json session(const smtp::SessionBits& s) { return event("smtp", smtp::kSession, s.pack()); }

TEST(MailEvents, EachOutcomeOfStarttlsHasItsWord) {
  using smtp::Offer;
  using smtp::Request;
  const std::tuple<Offer, Request, std::string_view> cases[] = {{Offer::offered, Request::none, "unused"},
                                                                {Offer::absent, Request::none, "not offered"},
                                                                {Offer::masked, Request::none, "masked"},
                                                                {Offer::unseen, Request::none, "unknown"},
                                                                {Offer::offered, Request::unanswered, "requested"},
                                                                {Offer::offered, Request::refused, "refused"},
                                                                {Offer::offered, Request::refused_for_now, "refused"},
                                                                {Offer::offered, Request::accepted, "accepted"},
                                                                {Offer::unseen, Request::begun, "used"}};
  for (const auto& [offer, request, word] : cases) {
    smtp::SessionBits s;
    s.greeting = smtp::Greeting::ehlo;
    s.starttls = offer;
    s.request = request;
    const json said = session(s);
    EXPECT_EQ(said.at("type"), "smtp");
    EXPECT_EQ(said.at("starttls"), word);
    EXPECT_EQ(said.contains("starttls_offered"), offer != Offer::unseen);
    EXPECT_EQ(said.contains("smtputf8_offered"), offer != Offer::unseen);
    EXPECT_EQ(said.at("ehlo"), true);
    EXPECT_FALSE(said.contains("injected"));
  }
}

TEST(MailEvents, InjectionAndCredentials) {
  smtp::SessionBits s;
  s.service = smtp::Service::submission;
  s.command_injected = true;
  s.auth = smtp::Auth::refused;
  s.mechanism = smtp::Mechanism::plain;
  s.messages = 3;
  json said = session(s);
  EXPECT_EQ(said.at("injected"), "command");
  EXPECT_EQ(said.at("auth"), "refused");
  EXPECT_EQ(said.at("auth_mechanism"), "PLAIN");
  EXPECT_EQ(said.at("service"), "submission");
  EXPECT_EQ(said.at("messages"), 3);
  EXPECT_FALSE(said.contains("ehlo")) << "no greeting was seen";
  s.reply_injected = true;
  EXPECT_EQ(session(s).at("injected"), "command and reply");
  s.command_injected = false;
  EXPECT_EQ(session(s).at("injected"), "reply");
}

TEST(MailEvents, ImplicitTlsHidesTheRest) {
  smtp::SessionBits s;
  s.implicit = true;
  s.service = smtp::Service::submissions;
  const json said = session(s);
  EXPECT_EQ(said.at("implicit_tls"), true);
  EXPECT_EQ(said.at("service"), "submissions");
  EXPECT_FALSE(said.contains("starttls") || said.contains("ehlo") || said.contains("auth"));
}

TEST(MailEvents, AMessageSaysWhatItsEnvelopeNeeds) {
  smtp::Envelope envelope;
  envelope.local = envelope.smtputf8 = true;
  smtp::MessageBits m;
  m.envelope = envelope.pack();
  m.envelope_seen = true;
  m.outcome = smtp::Outcome::accepted;
  json said = event("smtp", smtp::kMessage, m.pack());
  EXPECT_EQ(said.at("type"), "smtp_message");
  EXPECT_EQ(said.at("outcome"), "accepted");
  EXPECT_EQ(said.at("non_ascii_local_part"), true);
  EXPECT_EQ(said.at("smtputf8"), true);
  EXPECT_EQ(said.at("non_ascii_domain"), false);
  m.envelope_seen = false;
  EXPECT_FALSE(event("smtp", smtp::kMessage, m.pack()).contains("smtputf8"));
}

TEST(MailEvents, Mailboxes) {
  mailbox::SessionBits s;
  s.protocol = mailbox::Protocol::pop3;
  s.starttls = mailbox::Offer::offered;
  s.request = mailbox::Request::begun;
  s.utf8 = true;
  json said = event("mailbox", mailbox::kSession, s.pack());
  EXPECT_EQ(said.at("type"), "mailbox");
  EXPECT_EQ(said.at("protocol"), "pop3");
  EXPECT_EQ(said.at("starttls"), "used");
  EXPECT_EQ(said.at("utf8_offered"), true);
  EXPECT_EQ(said.at("login"), "none");
  EXPECT_FALSE(said.contains("keeps_password"));
  s.implicit = true;
  EXPECT_FALSE(event("mailbox", mailbox::kSession, s.pack()).contains("starttls"));
}

}  // namespace mail_test
}  // namespace uptake
