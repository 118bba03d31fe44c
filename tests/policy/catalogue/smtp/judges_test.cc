#include "dissectors/smtp/facts.h"
#include "dissectors/tls/facts.h"
#include "policy/catalogue/smtp/units.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace smtp_judges_test {

using smtp::Auth;
using smtp::Envelope;
using smtp::Greeting;
using smtp::Mechanism;
using smtp::MessageBits;
using smtp::Offer;
using smtp::Outcome;
using smtp::Request;
using smtp::Service;
using smtp::SessionBits;

std::string session(std::string_view id, const SessionBits& s) { return judged(id, Unit::connections, s.pack()); }
std::string server(std::string_view id, const SessionBits& s) { return judged(id, Unit::servers, s.pack()); }
std::string message(std::string_view id, const MessageBits& m) { return judged(id, units::kMessages, m.pack()); }

/// Both sides heard from beginning to end; STARTTLS offered, nothing else done.
SessionBits whole() {
  SessionBits s;
  s.service = Service::relay;
  s.greeting = Greeting::ehlo;
  s.starttls = Offer::offered;
  s.client_seen = s.server_seen = s.started = true;
  return s;
}
SessionBits with(Request request) {
  SessionBits s = whole();
  s.request = request;
  return s;
}
SessionBits client_alone(Request request = Request::none) {
  SessionBits s = with(request);
  s.starttls = Offer::unseen;
  s.server_seen = false;
  return s;
}
SessionBits implicit() {
  SessionBits s;
  s.service = Service::submissions;
  s.implicit = s.started = s.client_seen = true;
  return s;
}

/// The verdicts on STARTTLS in one line: offered, used, accepted, begun, unmasked, clean, TLS.
std::string starttls(const SessionBits& s) {
  std::string text;
  for (const std::string_view id :
       {"smtp.starttls.offered", "smtp.starttls.used", "smtp.starttls.accepted", "smtp.starttls.begun",
        "smtp.starttls.unmasked", "smtp.starttls.clean", "smtp.tls"})
    text += (text.empty() ? "" : " ") + session(id, s);
  return text;
}

TEST(SmtpJudges, NoTwoOutcomesOfStarttlsAreMerged) {
  EXPECT_EQ(starttls(whole()), "pass fail not_applicable not_applicable pass not_applicable fail");
  EXPECT_EQ(starttls(with(Request::unanswered)), "pass fail unanswered unanswered pass not_applicable fail");
  EXPECT_EQ(starttls(with(Request::refused)), "pass fail fail not_applicable pass not_applicable fail");
  EXPECT_EQ(starttls(with(Request::refused_for_now)), "pass fail fail not_applicable pass not_applicable fail");
  EXPECT_EQ(starttls(with(Request::accepted)), "pass fail pass fail pass not_applicable fail");
  EXPECT_EQ(starttls(with(Request::begun)), "pass pass pass pass pass pass pass");
  SessionBits s = whole();
  s.starttls = Offer::absent;
  EXPECT_EQ(starttls(s), "fail not_applicable not_applicable not_applicable may_be_taken_out not_applicable fail");
  s.starttls = Offer::masked;
  EXPECT_EQ(starttls(s), "fail not_applicable not_applicable not_applicable fail not_applicable fail");
  s = with(Request::begun);
  s.command_injected = true;
  EXPECT_EQ(starttls(s), "pass pass pass pass pass fail pass");
  s = with(Request::begun);
  s.reply_injected = true;
  EXPECT_EQ(starttls(s), "pass pass pass pass pass fail pass");
  EXPECT_EQ(starttls(implicit()),
            "not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable pass");
  EXPECT_EQ(session("smtp.starttls.refused_for_now", with(Request::refused_for_now)), "pass");
  EXPECT_EQ(session("smtp.starttls.refused_for_now", with(Request::refused)), "fail");
  EXPECT_EQ(session("smtp.starttls.refused_for_now", with(Request::begun)), "not_applicable");
}

/// Why a connection is in clear text: the rows that say so; "in TLS" where all say no.
std::string why_in_clear(const SessionBits& s) {
  std::string text;
  for (const std::string_view cause : {"not_offered", "masked", "not_used", "refused"}) {
    const std::string verdict = session("smtp.tls." + std::string(cause), s);
    if (verdict == "fail") continue;
    text += (text.empty() ? "" : " ") + (verdict == "pass" ? std::string(cause) : verdict);
  }
  return text.empty() ? "none" : text;
}

TEST(SmtpJudges, ClearTextHasOneCause) {
  SessionBits s = whole();
  EXPECT_EQ(why_in_clear(s), "not_used");
  s.starttls = Offer::absent;
  EXPECT_EQ(why_in_clear(s), "not_offered");
  s.starttls = Offer::masked;
  EXPECT_EQ(why_in_clear(s), "masked");
  for (const Request request : {Request::refused, Request::refused_for_now}) {
    s.request = request;
    EXPECT_EQ(why_in_clear(s), "refused");
    EXPECT_EQ(why_in_clear(with(request)), "refused");
  }
  EXPECT_EQ(why_in_clear(with(Request::accepted)), "none");
  EXPECT_EQ(why_in_clear(with(Request::unanswered)), "none");
  EXPECT_EQ(why_in_clear(with(Request::begun)), "none");
  EXPECT_EQ(why_in_clear(implicit()), "none");
  EXPECT_EQ(why_in_clear(client_alone()), "one_sided one_sided one_sided one_sided");
  EXPECT_EQ(why_in_clear(client_alone(Request::refused)), "refused");
  s = whole();
  s.greeting = Greeting::helo;
  s.starttls = Offer::unseen;
  EXPECT_EQ(why_in_clear(s), "not_used") << "HELO asks for no offers";
  s.greeting = Greeting::unseen;
  EXPECT_EQ(why_in_clear(s), "none") << "nobody said anything";
  s.client_lost = s.server_lost = true;
  s.why = Ending::gap;
  EXPECT_EQ(why_in_clear(s), "gap gap gap gap");
}

TEST(SmtpJudges, AnUnusedOfferIsTheSendersOrTheServers) {
  const auto unused = [](const SessionBits& s) {
    return session("smtp.starttls.not_asked", s) + " " + session("smtp.starttls.refused", s);
  };
  EXPECT_EQ(unused(whole()), "pass fail");
  EXPECT_EQ(unused(with(Request::refused)), "fail pass");
  EXPECT_EQ(unused(with(Request::refused_for_now)), "fail pass");
  EXPECT_EQ(unused(with(Request::accepted)), "fail fail");
  EXPECT_EQ(unused(with(Request::begun)), "fail fail");
  EXPECT_EQ(unused(implicit()), "not_applicable not_applicable");
  EXPECT_EQ(unused(client_alone()), "one_sided one_sided");
}

TEST(SmtpJudges, OneSideIsAOneSidedVerdictOrUnobservable) {
  EXPECT_EQ(starttls(client_alone()),
            "one_sided one_sided not_applicable not_applicable one_sided not_applicable fail");
  EXPECT_EQ(starttls(client_alone(Request::unanswered)),
            "one_sided one_sided one_sided one_sided one_sided not_applicable fail");
  EXPECT_EQ(starttls(client_alone(Request::begun)), "one_sided pass pass pass one_sided one_sided pass");
  SessionBits s = with(Request::begun);
  s.client_seen = false;
  EXPECT_EQ(starttls(s), "pass pass pass pass pass one_sided pass");
}

TEST(SmtpJudges, AHoleIsNoNo) {
  SessionBits s = whole();
  s.starttls = Offer::unseen;
  s.client_lost = s.server_lost = true;
  s.why = Ending::gap;
  EXPECT_EQ(starttls(s), "gap gap gap gap gap not_applicable gap");
  s.why = Ending::truncated;
  EXPECT_EQ(session("smtp.tls", s), "truncated");
  s.why = Ending::limit;
  EXPECT_EQ(session("smtp.tls", s), "limit");
  s.server_lost = false;
  EXPECT_EQ(session("smtp.tls", s), "fail") << "the server was heard to its end";
  s.greeting = Greeting::unseen;
  EXPECT_EQ(session("smtp.ehlo", s), "limit");
}

TEST(SmtpJudges, WhatWasNotSeenToItsEndIsNoNo) {
  for (const Request request : {Request::none, Request::accepted}) {
    SessionBits s = with(request);
    s.client_lost = s.server_lost = true;
    s.why = Ending::unfinished;
    EXPECT_EQ(session("smtp.tls", s), "unfinished");
    EXPECT_EQ(session("smtp.starttls.used", s), "unfinished");
    EXPECT_EQ(session("smtp.starttls.begun", s), "unfinished");
    s.messages = 1;
    EXPECT_EQ(session("smtp.tls", s), "fail") << "a mail was handed over without it";
  }
}

/// The reply that refused an earlier STARTTLS may be lost, or the commands in front of it come late.
TEST(SmtpJudges, OnlyAWholeSessionTellsThatACommandIsInjected) {
  for (bool SessionBits::*lost : {&SessionBits::server_lost, &SessionBits::client_lost}) {
    SessionBits s = with(Request::begun);
    s.command_injected = true;
    EXPECT_EQ(session("smtp.starttls.clean", s), "fail");
    s.*lost = true;
    s.why = Ending::gap;
    EXPECT_EQ(session("smtp.starttls.clean", s), "gap");
    s.reply_injected = true;
    EXPECT_EQ(session("smtp.starttls.clean", s), "fail");
  }
}

TEST(SmtpJudges, ChunksOrNotOrNotKnown) {
  MessageBits m;
  m.envelope_seen = true;
  m.outcome = Outcome::accepted;
  m.why = Ending::gap;
  EXPECT_EQ(message("smtp.message.chunking", m), "gap");
  m.by_data = true;
  EXPECT_EQ(message("smtp.message.chunking", m), "fail");
  m.by_data = false;
  m.chunked = true;
  m.envelope_seen = false;
  EXPECT_EQ(message("smtp.message.chunking", m), "pass");
  m.outcome = Outcome::refused;
  EXPECT_EQ(message("smtp.message.chunking", m), "not_applicable");
}

TEST(SmtpJudges, Greetings) {
  EXPECT_EQ(session("smtp.ehlo", whole()), "pass");
  SessionBits s = whole();
  s.greeting = Greeting::helo;
  s.starttls = Offer::unseen;
  EXPECT_EQ(session("smtp.ehlo", s), "fail");
  EXPECT_EQ(session("smtp.starttls.offered", s), "not_applicable");
  EXPECT_EQ(server("smtp.starttls.offered", s), "ignored");
  s.greeting = Greeting::unseen;
  EXPECT_EQ(session("smtp.ehlo", s), "not_applicable");
  s.ehlo_refused = true;
  EXPECT_EQ(session("smtp.ehlo", s), "fail");
  s = whole();
  s.started = false;
  s.greeting = Greeting::unseen;
  EXPECT_EQ(session("smtp.start", s), "fail");
  EXPECT_EQ(session("smtp.ehlo", s), "ignored");
  EXPECT_EQ(session("smtp.tls", s), "ignored");
  EXPECT_EQ(session("smtp.start", whole()), "pass");
  EXPECT_EQ(session("smtp.ehlo", implicit()), "not_applicable");
}

TEST(SmtpJudges, MailAndCredentialsInTls) {
  SessionBits s = whole();
  EXPECT_EQ(session("smtp.tls.mail", s), "not_applicable");
  s.messages = 1;
  EXPECT_EQ(session("smtp.tls.mail", s), "fail");
  EXPECT_EQ(session("smtp.tls.mail", with(Request::begun)), "pass");
  EXPECT_EQ(session("smtp.tls.implicit", implicit()), "pass");
  EXPECT_EQ(session("smtp.tls.implicit", with(Request::begun)), "fail");
  EXPECT_EQ(session("smtp.tls.implicit", whole()), "not_applicable");
  EXPECT_EQ(session("smtp.submission.tls", whole()), "not_applicable");
  s = whole();
  s.service = Service::submission;
  EXPECT_EQ(session("smtp.submission.tls", s), "fail");
  EXPECT_EQ(session("smtp.submission.auth_under_tls", s), "not_applicable");
  EXPECT_EQ(session("smtp.submission.auth_withheld", s), "pass");
  s.auth_offered = true;
  EXPECT_EQ(session("smtp.submission.auth_withheld", s), "fail");
  s.auth = Auth::tried;
  s.mechanism = Mechanism::plain;
  EXPECT_EQ(session("smtp.submission.auth_under_tls", s), "fail");
  EXPECT_EQ(session("smtp.auth.clear.refused", s), "unanswered");
  EXPECT_EQ(session("smtp.auth.clear.no_password", s), "fail");
  s.auth = Auth::refused;
  s.mechanism = Mechanism::challenge;
  EXPECT_EQ(session("smtp.auth.clear.refused", s), "pass");
  EXPECT_EQ(session("smtp.auth.clear.no_password", s), "pass");
  EXPECT_EQ(session("smtp.submission.auth_under_tls", implicit()), "pass");
}

TEST(SmtpJudges, Extensions) {
  SessionBits s = whole();
  for (const std::string_view id :
       {"smtp.smtputf8.offered", "smtp.8bitmime.offered", "smtp.requiretls.offered", "smtp.dsn.offered"})
    EXPECT_EQ(session(id, s), "fail") << id;
  s.smtputf8 = s.eight_bit = s.require_tls = s.dsn = true;
  for (const std::string_view id :
       {"smtp.smtputf8.offered", "smtp.8bitmime.offered", "smtp.requiretls.offered", "smtp.dsn.offered"}) {
    EXPECT_EQ(session(id, s), "pass") << id;
    EXPECT_EQ(session(id, client_alone()), "one_sided") << id;
    EXPECT_EQ(session(id, implicit()), "not_applicable") << id;
  }
}

MessageBits mail(const Envelope& envelope, Outcome outcome) {
  MessageBits m;
  m.envelope = envelope.pack();
  m.envelope_seen = true;
  m.outcome = outcome;
  return m;
}

TEST(SmtpJudges, Messages) {
  const Envelope plain;
  EXPECT_EQ(message("smtp.message.accepted", mail(plain, Outcome::accepted)), "pass");
  EXPECT_EQ(message("smtp.message.accepted", mail(plain, Outcome::refused)), "fail");
  EXPECT_EQ(message("smtp.message.accepted", mail(plain, Outcome::abandoned)), "not_applicable");
  EXPECT_EQ(message("smtp.message.accepted", mail(plain, Outcome::unseen)), "one_sided");
  EXPECT_EQ(message("smtp.message.non_ascii.accepted", mail(plain, Outcome::accepted)), "not_applicable");
  EXPECT_EQ(message("smtp.message.smtputf8", mail(plain, Outcome::accepted)), "fail");
  Envelope envelope;
  envelope.local = true;
  EXPECT_EQ(message("smtp.message.local.non_ascii", mail(envelope, Outcome::refused)), "pass");
  EXPECT_EQ(message("smtp.message.domain.non_ascii", mail(envelope, Outcome::refused)), "fail");
  EXPECT_EQ(message("smtp.message.non_ascii.accepted", mail(envelope, Outcome::accepted)), "pass");
  EXPECT_EQ(message("smtp.message.non_ascii.accepted", mail(envelope, Outcome::refused)), "fail");
  EXPECT_EQ(message("smtp.message.non_ascii.asks", mail(envelope, Outcome::refused)), "fail");
  envelope.smtputf8 = true;
  EXPECT_EQ(message("smtp.message.non_ascii.asks", mail(envelope, Outcome::refused)), "pass");
  MessageBits one_refused = mail(envelope, Outcome::accepted);
  one_refused.non_ascii_refused = true;
  EXPECT_EQ(message("smtp.message.non_ascii.accepted", one_refused), "fail");
  EXPECT_EQ(message("smtp.message.smtputf8.accepted", mail(envelope, Outcome::accepted)), "pass");
  MessageBits unseen;
  unseen.why = Ending::gap;
  EXPECT_EQ(message("smtp.message.non_ascii.accepted", unseen), "gap");
  EXPECT_EQ(message("smtp.message.dsn", unseen), "gap");
}

TEST(SmtpJudges, WhatTlsBehindItComesTo) {
  tls::SessionBits s;
  s.version_minor = 4;
  s.sight = tls::Sight::complete;
  const auto judge = [&s](std::string_view id) { return judged(id, Unit::connections, s.pack()); };
  EXPECT_EQ(judge("smtp.starttls.established"), "ignored") << "directly over TCP";
  s.carrier = Carrier::smtp;
  EXPECT_EQ(judge("smtp.starttls.established"), "pass");
  EXPECT_EQ(judge("smtp.starttls.version.modern"), "pass");
  EXPECT_EQ(judge("mailbox.starttls.established"), "ignored");
  s.version_minor = 1;
  EXPECT_EQ(judge("smtp.starttls.version.modern"), "fail");
  s.version_minor = 15;
  s.sight = tls::Sight::no_server_hello;
  EXPECT_EQ(judge("smtp.starttls.established"), "no_server_hello");
  s.sight = tls::Sight::refused;
  EXPECT_EQ(judge("smtp.starttls.established"), "fail");
  EXPECT_EQ(judge("smtp.starttls.version.modern"), "not_applicable");
  s.carrier = Carrier::pop3;
  EXPECT_EQ(judge("mailbox.starttls.established"), "fail");
}

}  // namespace smtp_judges_test
}  // namespace uptake
