#include "policy/events/mailbox.h"

#include "dissectors/mailbox/facts.h"
#include "policy/events/starttls.h"

namespace uptake {
namespace {

using mailbox::SessionBits;
using mailbox::SessionFields;

std::string_view login_name(mailbox::Login login) {
  switch (login) {
    case mailbox::Login::none:
      return "none";
    case mailbox::Login::tried:
      return "tried";
    case mailbox::Login::taken:
      return "taken";
    case mailbox::Login::refused:
      return "refused";
  }
  return "unknown";
}

template <auto... kMembers>
void append_flags(EventFields& fields, const SessionBits& s) {
  (fields.flag(SessionFields::name<kMembers>(), s.*kMembers), ...);
}

// What was not seen has no field.
void describe_session(std::uint64_t value, EventFields& fields) {
  const SessionBits s = SessionBits::unpack(value);
  fields.word(SessionFields::name<&SessionBits::protocol>(), s.protocol == mailbox::Protocol::imap ? "imap" : "pop3");
  append_flags<&SessionBits::implicit>(fields, s);
  if (s.implicit) return;
  fields.word("starttls", starttls_name(s.starttls, s.request));
  if (s.starttls != mailbox::Offer::unseen) {
    fields.flag("starttls_offered", s.starttls == mailbox::Offer::offered);
    append_flags<&SessionBits::login_disabled, &SessionBits::utf8>(fields, s);
  }
  if (s.command_injected || s.reply_injected)
    fields.word("injected", !s.reply_injected ? "command" : s.command_injected ? "command and reply" : "reply");
  fields.word(SessionFields::name<&SessionBits::login>(), login_name(s.login));
  if (s.login != mailbox::Login::none) append_flags<&SessionBits::keeps_password>(fields, s);
  append_flags<&SessionBits::started, &SessionBits::client_seen, &SessionBits::server_seen, &SessionBits::client_lost,
               &SessionBits::server_lost>(fields, s);
}

constexpr EventDescriber kEvents[] = {{"mailbox", mailbox::kSession, "mailbox", describe_session}};

}  // namespace

std::span<const EventDescriber> mailbox_events() noexcept { return kEvents; }

}  // namespace uptake
