#include "policy/events/smtp.h"

#include "dissectors/smtp/facts.h"
#include "policy/events/starttls.h"
#include "policy/events/words.h"

namespace uptake {
namespace {

using smtp::Envelope;
using smtp::EnvelopeFields;
using smtp::MessageBits;
using smtp::MessageFields;
using smtp::SessionBits;
using smtp::SessionFields;

std::string_view service_name(smtp::Service service) {
  switch (service) {
    case smtp::Service::relay:
      return "relay";
    case smtp::Service::submission:
      return "submission";
    case smtp::Service::submissions:
      return "submissions";
    case smtp::Service::other:
      return "other";
  }
  return "unknown";
}

std::string_view auth_name(smtp::Auth auth) {
  switch (auth) {
    case smtp::Auth::none:
      return "none";
    case smtp::Auth::tried:
      return "tried";
    case smtp::Auth::taken:
      return "taken";
    case smtp::Auth::refused:
      return "refused";
  }
  return "unknown";
}

std::string_view mechanism_name(smtp::Mechanism mechanism) {
  switch (mechanism) {
    case smtp::Mechanism::none:
      return "none";
    case smtp::Mechanism::plain:
      return "PLAIN";
    case smtp::Mechanism::login:
      return "LOGIN";
    case smtp::Mechanism::bearer:
      return "bearer";
    case smtp::Mechanism::challenge:
      return "challenge";
    case smtp::Mechanism::other:
      return "other";
  }
  return "unknown";
}

std::string_view outcome_name(smtp::Outcome outcome) {
  switch (outcome) {
    case smtp::Outcome::unseen:
      return "unseen";
    case smtp::Outcome::accepted:
      return "accepted";
    case smtp::Outcome::refused:
      return "refused";
    case smtp::Outcome::abandoned:
      return "abandoned";
  }
  return "unknown";
}

// What was not seen has no field.
void append_extensions(EventFields& fields, const SessionBits& s) {
  if (s.starttls == smtp::Offer::unseen) return;
  fields.flag("starttls_offered", s.starttls == smtp::Offer::offered);
  append_flags<SessionFields, &SessionBits::smtputf8, &SessionBits::eight_bit, &SessionBits::require_tls,
               &SessionBits::dsn, &SessionBits::auth_offered>(fields, s);
}

void describe_session(std::uint64_t value, EventFields& fields) {
  const SessionBits s = SessionBits::unpack(value);
  fields.word(SessionFields::name<&SessionBits::service>(), service_name(s.service));
  append_flags<SessionFields, &SessionBits::implicit>(fields, s);
  if (s.implicit) return;
  if (s.greeting != smtp::Greeting::unseen || s.ehlo_refused) fields.flag("ehlo", s.greeting == smtp::Greeting::ehlo);
  const bool cannot_be = s.greeting == smtp::Greeting::helo && s.request == smtp::Request::none;
  fields.word("starttls", starttls_name(cannot_be ? smtp::Offer::absent : s.starttls, s.request));
  append_extensions(fields, s);
  if (s.command_injected || s.reply_injected)
    fields.word("injected", !s.reply_injected ? "command" : s.command_injected ? "command and reply" : "reply");
  fields.word(SessionFields::name<&SessionBits::auth>(), auth_name(s.auth));
  if (s.auth != smtp::Auth::none)
    fields.word(SessionFields::name<&SessionBits::mechanism>(), mechanism_name(s.mechanism));
  fields.number(SessionFields::name<&SessionBits::messages>(), s.messages);
  append_flags<SessionFields, &SessionBits::started, &SessionBits::client_seen, &SessionBits::server_seen,
               &SessionBits::client_lost, &SessionBits::server_lost>(fields, s);
}

void describe_message(std::uint64_t value, EventFields& fields) {
  const MessageBits m = MessageBits::unpack(value);
  fields.word(MessageFields::name<&MessageBits::outcome>(), outcome_name(m.outcome));
  append_flags<MessageFields, &MessageBits::envelope_seen>(fields, m);
  if (m.envelope_seen)
    append_flags<EnvelopeFields, &Envelope::smtputf8, &Envelope::eight_bit, &Envelope::require_tls, &Envelope::dsn,
                 &Envelope::local, &Envelope::domain, &Envelope::a_label>(fields, Envelope::unpack(m.envelope));
  append_flags<MessageFields, &MessageBits::non_ascii_refused>(fields, m);
  if (m.chunked || m.by_data) append_flags<MessageFields, &MessageBits::chunked>(fields, m);
}

constexpr EventDescriber kEvents[] = {{"smtp", smtp::kSession, "smtp", describe_session},
                                      {"smtp", smtp::kMessage, "smtp_message", describe_message}};

}  // namespace

std::span<const EventDescriber> smtp_events() noexcept { return kEvents; }

}  // namespace uptake
