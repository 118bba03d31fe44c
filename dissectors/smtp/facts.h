#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"
#include "dissectors/starttls.h"

namespace uptake::smtp {

using starttls::Offer;
using starttls::Request;

/// Fact: what is noted of SMTP (RFC 5321, 3207, 8314, 6531, 6152, 8689, 3461, 4954, 3030). No address, name,
/// credential or text of a mail is in it.
enum Fact : std::uint16_t {
  kSession,  ///< one connection, when TLS begins or when it ends: exactly one per claimed flow; value: SessionBits
  kMessage,  ///< one mail transaction in clear text; value: MessageBits
  kFactCount,
};

/// Service: what a port is for.
enum class Service : std::uint8_t {
  relay,        ///< 25, and 2525
  submission,   ///< 587 (RFC 6409)
  submissions,  ///< 465, in TLS from the first octet (RFC 8314)
  other,
};

/// Greeting: how the client greeted.
enum class Greeting : std::uint8_t {
  unseen,
  helo,
  ehlo,
};

/// Auth: what became of AUTH in clear text.
enum class Auth : std::uint8_t {
  none,
  tried,  ///< no answer was seen
  taken,
  refused,
};

/// Mechanism: what AUTH in clear text gave away (RFC 4422 registry).
enum class Mechanism : std::uint8_t {
  none,
  plain,      ///< PLAIN: the password
  login,      ///< LOGIN: the password
  bearer,     ///< XOAUTH2, OAUTHBEARER: a token that is good for more
  challenge,  ///< CRAM-MD5, SCRAM and their kin: no password
  other,
};

/// SessionBits: the value of kSession.
struct SessionBits {
  Service service = Service::other;
  Greeting greeting = Greeting::unseen;
  bool ehlo_refused = false;  ///< the server does not know EHLO: other negative replies refuse the client
  Offer starttls = Offer::unseen;
  Request request = Request::none;
  bool implicit = false;          ///< it begins with TLS: nothing else is known
  bool command_injected = false;  ///< clear text came behind STARTTLS, before TLS
  bool reply_injected = false;    ///< clear text came behind the reply to it, before TLS
  bool smtputf8 = false;          ///< these five: offered; they mean something when starttls is not `unseen`
  bool eight_bit = false;
  bool require_tls = false;
  bool dsn = false;
  bool auth_offered = false;
  Auth auth = Auth::none;
  Mechanism mechanism = Mechanism::none;
  std::uint8_t messages = 0;  ///< handed over in clear text and not refused, as far as seen; 15: or more
  bool client_seen = false;
  bool server_seen = false;
  bool started = false;      ///< the connection's start was seen
  bool client_lost = false;  ///< octets of the client are missing in front of what was read last, or at its end
  bool server_lost = false;
  Ending why = Ending::closed;  ///< the first reason for which something is missing

  /// Whether TLS began is known: one side at least was heard to its end, or a mail was handed over without it.
  [[nodiscard]] constexpr bool is_heard() const noexcept {
    return messages > 0 || (client_seen && !client_lost) || (server_seen && !server_lost);
  }
  /// It stayed in clear text, and no mail came of it: a probe, a refusal, a client that gives up. What is handed over
  /// in TLS nobody sees.
  [[nodiscard]] constexpr bool hands_over_nothing() const noexcept {
    return request != Request::begun && !implicit && messages == 0 && is_heard();
  }
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr SessionBits unpack(std::uint64_t v) noexcept;
};

/// SessionFields: where SessionBits has its fields; 35 to 63 are free.
using SessionFields =
    Fields<SessionBits, Field<&SessionBits::service, 0, 2, "service">, Field<&SessionBits::greeting, 2, 2>,
           Flag<&SessionBits::ehlo_refused, 4>, Field<&SessionBits::starttls, 5, 2>,
           Field<&SessionBits::request, 7, 3>, Flag<&SessionBits::implicit, 10, "implicit_tls">,
           Flag<&SessionBits::command_injected, 11>, Flag<&SessionBits::reply_injected, 12>,
           Flag<&SessionBits::smtputf8, 13, "smtputf8_offered">,
           Flag<&SessionBits::eight_bit, 14, "eightbitmime_offered">,
           Flag<&SessionBits::require_tls, 15, "requiretls_offered">, Flag<&SessionBits::dsn, 16, "dsn_offered">,
           Flag<&SessionBits::auth_offered, 17, "auth_offered">, Field<&SessionBits::auth, 18, 2, "auth">,
           Field<&SessionBits::mechanism, 20, 3, "auth_mechanism">, Field<&SessionBits::messages, 23, 4, "messages">,
           Flag<&SessionBits::client_seen, 27, "client_seen">, Flag<&SessionBits::server_seen, 28, "server_seen">,
           Flag<&SessionBits::started, 29, "started">, Flag<&SessionBits::client_lost, 30, "client_lost">,
           Flag<&SessionBits::server_lost, 31, "server_lost">, Field<&SessionBits::why, 32, 3>>;
constexpr std::uint64_t SessionBits::pack() const noexcept { return SessionFields::pack(*this); }
constexpr SessionBits SessionBits::unpack(std::uint64_t v) noexcept { return SessionFields::unpack(v); }

/// Envelope: what the commands of a mail transaction say, as far as measures ask.
struct Envelope {
  bool smtputf8 = false;     ///< MAIL asks for it (RFC 6531 section 3.4)
  bool eight_bit = false;    ///< BODY=8BITMIME or BINARYMIME
  bool require_tls = false;  ///< RFC 8689 section 4.1
  bool dsn = false;          ///< RET, ENVID, NOTIFY or ORCPT (RFC 3461)
  bool local = false;        ///< a local part is not ASCII
  bool domain = false;       ///< a domain is not ASCII
  bool a_label = false;      ///< a domain has a label of IDNA in ASCII: "xn--"

  [[nodiscard]] constexpr std::uint8_t pack() const noexcept;
  [[nodiscard]] static constexpr Envelope unpack(std::uint8_t v) noexcept;
};

/// EnvelopeFields: where Envelope has its fields.
using EnvelopeFields =
    Fields<Envelope, Flag<&Envelope::smtputf8, 0, "smtputf8">, Flag<&Envelope::eight_bit, 1, "eightbitmime">,
           Flag<&Envelope::require_tls, 2, "requiretls">, Flag<&Envelope::dsn, 3, "dsn">,
           Flag<&Envelope::local, 4, "non_ascii_local_part">, Flag<&Envelope::domain, 5, "non_ascii_domain">,
           Flag<&Envelope::a_label, 6, "a_label_domain">>;
constexpr std::uint8_t Envelope::pack() const noexcept {
  return static_cast<std::uint8_t>(EnvelopeFields::pack(*this));
}
constexpr Envelope Envelope::unpack(std::uint8_t v) noexcept { return EnvelopeFields::unpack(v); }

/// Outcome: what became of a mail transaction.
enum class Outcome : std::uint8_t {
  unseen,  ///< the reply that settles it was not seen
  accepted,
  refused,
  abandoned,  ///< the client gave it up before the mail
};

/// MessageBits: the value of kMessage.
struct MessageBits {
  std::uint8_t envelope = 0;  ///< Envelope
  Outcome outcome = Outcome::unseen;
  bool envelope_seen = false;      ///< MAIL was read, so `envelope` means something
  bool non_ascii_refused = false;  ///< a command with what is not ASCII was refused
  bool chunked = false;            ///< BDAT (RFC 3030)
  bool by_data = false;            ///< DATA
  bool extensions_seen = false;    ///< the server's extensions were read: the two below mean something
  bool smtputf8_offered = false;
  bool require_tls_offered = false;
  Service service = Service::other;
  Ending why = Ending::closed;  ///< the first reason for which something of the connection is missing

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr MessageBits unpack(std::uint64_t v) noexcept;
};

/// MessageFields: where MessageBits has its fields; 21 to 63 are free.
using MessageFields =
    Fields<MessageBits, Field<&MessageBits::envelope, 0, 7>, Field<&MessageBits::outcome, 7, 2, "outcome">,
           Flag<&MessageBits::envelope_seen, 9, "envelope_seen">,
           Flag<&MessageBits::non_ascii_refused, 10, "non_ascii_refused">, Flag<&MessageBits::chunked, 11, "chunked">,
           Flag<&MessageBits::extensions_seen, 12, "extensions_seen">,
           Flag<&MessageBits::smtputf8_offered, 13, "smtputf8_offered">,
           Flag<&MessageBits::require_tls_offered, 14, "requiretls_offered">,
           Field<&MessageBits::service, 15, 2, "service">, Field<&MessageBits::why, 17, 3>,
           Flag<&MessageBits::by_data, 20>>;
constexpr std::uint64_t MessageBits::pack() const noexcept { return MessageFields::pack(*this); }
constexpr MessageBits MessageBits::unpack(std::uint64_t v) noexcept { return MessageFields::unpack(v); }

/// Shown: what is shown of SMTP, where somebody wants it.
enum Shown : std::uint16_t {
  kEnd,  ///< one connection, when kSession is noted; value: SessionBits; no bytes
  kShownCount,
};

[[nodiscard]] std::span<const FactRow> facts() noexcept;
[[nodiscard]] std::span<const ExhibitRow> exhibits() noexcept;

}  // namespace uptake::smtp
