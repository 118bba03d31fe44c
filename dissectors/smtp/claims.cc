#include <algorithm>
#include <array>
#include <string_view>

#include "dissectors/smtp/ports.h"
#include "dissectors/smtp/replies.h"
#include "dissectors/smtp/smtp.h"
#include "dissectors/text_cursor.h"

namespace uptake::smtp {
namespace {

using starttls::Begin;

/// What a client says first, and no other protocol's does. Some forget who they are.
constexpr auto kGreetings =
    std::to_array<std::string_view>({"EHLO ", "HELO ", "EHLO\r", "HELO\r", "EHLO\n", "HELO\n"});
/// What a client may say behind a hole, or where a stream was picked up: too long to stand in a mail by chance.
constexpr auto kCommands =
    std::to_array<std::string_view>({"EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:", "DATA\r\n", "BDAT ", "STARTTLS\r\n",
                                     "AUTH ", "RSET\r\n", "QUIT\r\n"});

template <std::size_t kSize>
Claim claim_words(Bytes bytes, const std::array<std::string_view, kSize>& words, Claim found) noexcept {
  if (std::ranges::any_of(words, [bytes](std::string_view word) { return begins_with(bytes, word); })) return found;
  const bool maybe = std::ranges::any_of(words, [bytes](std::string_view word) { return may_become(bytes, word); });
  return maybe ? Claim::need_more : Claim::no;
}

/// Whether a banner says whose it is: "220 mx.example ESMTP".
bool names_itself(Bytes text) noexcept {
  constexpr std::string_view kWord = "SMTP";
  for (std::size_t at = 0; at + kWord.size() <= text.size(); ++at)
    if (begins_with(text.subspan(at), kWord)) return true;
  return false;
}

/// Whether any line that is looked for has this octet first: most connections are told by it to be another's.
bool may_begin(std::uint8_t first) noexcept {
  const std::uint8_t letter = upper(first);
  return (first >= '2' && first <= '5') || letter == 'E' || letter == 'H' || letter == 'M' || letter == 'R';
}

bool on_mail_port(const Payload& payload) noexcept {
  return service_of(payload.server_port) != Service::other || service_of(payload.client_port) != Service::other;
}

// "220" SP Domain ...  RFC 5321 section 4.2; servers of FTP begin alike
Claim claim_banner(const Payload& payload) noexcept {
  constexpr std::array<std::string_view, 3> kBanners = {"220", "421", "554"};
  constexpr std::size_t kMostBanner = 512;  // RFC 5321 section 4.5.3.1.5
  if (!begins_reply(payload.bytes)) return Claim::no;
  const Claim claim = claim_words(payload.bytes, kBanners, Claim::from_server);
  if (claim != Claim::from_server || payload.bytes.size() < 4) return claim == Claim::no ? claim : Claim::need_more;
  if (on_mail_port(payload)) return Claim::from_server;
  TextCursor cursor(payload.bytes);
  Bytes line;
  const TextCursor::Status status = cursor.line(line);
  if (status != TextCursor::Status::incomplete) return names_itself(line) ? Claim::from_server : Claim::no;
  return payload.bytes.size() < kMostBanner ? Claim::need_more : Claim::no;
}

/// Of a connection whose start was not seen.
Claim claim_midstream(const Payload& payload) noexcept {
  constexpr std::array<std::string_view, 4> kPlain = {"EHLO ", "HELO ", "MAIL FROM:<", "RCPT TO:<"};
  const Claim by_client = claim_words(payload.bytes, kPlain, Claim::from_client);
  if (by_client != Claim::no) return by_client;
  if (!on_mail_port(payload) || !begins_reply(payload.bytes)) return Claim::no;
  return payload.bytes.size() < 4 ? Claim::need_more : Claim::from_server;
}

/// Where one side goes on of a connection that is SMTP's already.
Claim claim_line(const Payload& payload, Bytes bytes) noexcept {
  const Begin tls = starttls::begins_tls(bytes);
  if (tls == Begin::yes) return Claim::yes;
  if (payload.from == Side::client) return claim_words(bytes, kCommands, Claim::yes);
  if (!begins_reply(bytes)) return Claim::no;
  return bytes.size() < 4 ? Claim::need_more : Claim::yes;
}

}  // namespace

Claim Dissector::claims(const Payload& payload) noexcept {
  if (!payload.stream || payload.bytes.empty()) return Claim::no;
  if (payload.claimed) return claim_line(payload, payload.bytes);
  if (!may_begin(payload.bytes[0])) return Claim::no;
  if (!payload.from_start) return claim_midstream(payload);
  const Claim by_client = claim_words(payload.bytes, kGreetings, Claim::from_client);
  return by_client != Claim::no ? by_client : claim_banner(payload);
}

/// The first line behind a hole that says what it is.
std::uint32_t Dissector::search(const Payload& payload) noexcept {
  if (!payload.claimed) return static_cast<std::uint32_t>(payload.bytes.size());
  return find_line(payload.bytes, [&payload](Bytes rest) noexcept { return claim_line(payload, rest) != Claim::no; });
}

Claim ImplicitDissector::claims(const Payload& payload) noexcept {
  const bool there = payload.server_port == kSubmissionsPort || payload.client_port == kSubmissionsPort;
  if (!payload.stream || payload.claimed || !payload.from_start || !there || payload.bytes.empty()) return Claim::no;
  return starttls::claim_hello(payload.bytes);
}

}  // namespace uptake::smtp
