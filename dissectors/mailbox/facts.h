#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"
#include "dissectors/starttls.h"

namespace uptake::mailbox {

using starttls::Offer;
using starttls::Request;

/// Fact: what is noted of the protocols by which people read their mail: IMAP (RFC 9051, RFC 3501) and POP3 (RFC
/// 1939, RFC 2449, RFC 2595). No name, credential or text of a mail is in it.
enum Fact : std::uint16_t {
  kSession,  ///< one connection, when TLS begins, when somebody has logged in, or when it ends: exactly one per
             ///< claimed flow; value: SessionBits
  kFactCount,
};

/// Protocol: which of the two.
enum class Protocol : std::uint8_t { imap, pop3 };

/// Login: what became of a login in clear text.
enum class Login : std::uint8_t {
  none,
  tried,  ///< no answer was seen
  taken,
  refused,
};

/// SessionBits: the value of kSession.
struct SessionBits {
  Protocol protocol = Protocol::imap;
  bool implicit = false;  ///< it begins with TLS: nothing else is known
  Offer starttls = Offer::unseen;
  Request request = Request::none;
  bool command_injected = false;  ///< clear text came behind STARTTLS, before TLS
  bool reply_injected = false;    ///< clear text came behind the answer to it, before TLS
  Login login = Login::none;
  bool keeps_password = false;  ///< the login in clear text answers a challenge (APOP, CRAM-MD5, SCRAM)
  bool login_disabled = false;  ///< the server lists LOGINDISABLED (RFC 9051 section 6.2.3)
  bool utf8 = false;            ///< it lists UTF8=ACCEPT (RFC 6855), or UTF8 (RFC 6856)
  bool client_seen = false;
  bool server_seen = false;
  bool started = false;      ///< the connection's start was seen
  bool client_lost = false;  ///< octets of the client are missing in front of what was read last, or at its end
  bool server_lost = false;
  Ending why = Ending::closed;  ///< the first reason for which something is missing

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr SessionBits unpack(std::uint64_t v) noexcept;
};

/// SessionFields: where SessionBits has its fields; 22 to 63 are free.
using SessionFields =
    Fields<SessionBits, Field<&SessionBits::protocol, 0, 1, "protocol">,
           Flag<&SessionBits::implicit, 1, "implicit_tls">, Field<&SessionBits::starttls, 2, 2>,
           Field<&SessionBits::request, 4, 3>, Flag<&SessionBits::command_injected, 7>,
           Flag<&SessionBits::reply_injected, 8>, Field<&SessionBits::login, 9, 2, "login">,
           Flag<&SessionBits::keeps_password, 11, "keeps_password">,
           Flag<&SessionBits::login_disabled, 12, "login_disabled">, Flag<&SessionBits::utf8, 13, "utf8_offered">,
           Flag<&SessionBits::client_seen, 14, "client_seen">, Flag<&SessionBits::server_seen, 15, "server_seen">,
           Flag<&SessionBits::started, 16, "started">, Flag<&SessionBits::client_lost, 17, "client_lost">,
           Flag<&SessionBits::server_lost, 18, "server_lost">, Field<&SessionBits::why, 19, 3>>;
constexpr std::uint64_t SessionBits::pack() const noexcept { return SessionFields::pack(*this); }
constexpr SessionBits SessionBits::unpack(std::uint64_t v) noexcept { return SessionFields::unpack(v); }

[[nodiscard]] std::span<const FactRow> facts() noexcept;

}  // namespace uptake::mailbox
