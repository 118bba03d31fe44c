#include "dissectors/mailbox/pop3.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace uptake::mailbox {
namespace {

using Pop3Memory = Pop3Dissector::Memory;
using starttls::Begin;

constexpr std::uint16_t kPop3Port = 110;

/// Kind: what a command asks, as far as its reply says something. Four bits; 0: nothing waits.
enum class Kind : std::uint8_t { none, other, list, tls, name, password, digest, sasl };

struct Verb {
  std::string_view word;
  Kind kind;
};
constexpr auto kVerbs = std::to_array<Verb>({
    {"CAPA", Kind::list},
    {"STLS", Kind::tls},
    {"USER", Kind::name},
    {"PASS", Kind::password},
    {"APOP", Kind::digest},
    {"AUTH", Kind::sasl},
    {"QUIT", Kind::other},
    {"UTF8", Kind::other},
    {"NOOP", Kind::other},
});
/// What only somebody says who has logged in (RFC 1939 section 5).
constexpr auto kLoggedIn = std::to_array<std::string_view>({"STAT", "LIST", "RETR", "UIDL", "TOP", "DELE"});

Kind kind_of(Bytes word) noexcept {
  const auto* const verb = std::ranges::find_if(kVerbs, [word](const Verb& one) { return is_word(word, one.word); });
  return verb == kVerbs.end() ? Kind::other : verb->kind;
}

/// A seventeenth command that waits is not remembered, nor is any reply then of use.
void await(Pop3Memory& memory, Kind kind) noexcept {
  unsigned place = 0;
  while (place < 64 && (memory.awaited >> place & 0xf) != 0) place += 4;
  if (place == 64) {
    memory.awaited = 0;
    memory.session.lose(Side::server, Ending::limit);
    return;
  }
  memory.awaited |= static_cast<std::uint64_t>(kind) << place;
}

Kind answered(Pop3Memory& memory) noexcept {
  return static_cast<Kind>(std::exchange(memory.awaited, memory.awaited >> 4) & 0xf);
}

void read_capability(Pop3Memory& memory, Bytes line) noexcept {
  if (is_word(line, ".")) {
    memory.in_list = false;
    return memory.session.list(std::exchange(memory.has_tls, false), std::exchange(memory.has_utf8, false), false);
  }
  const Bytes word = next_word(line);
  memory.has_tls = memory.has_tls || is_word(word, "STLS");
  memory.has_utf8 = memory.has_utf8 || is_word(word, "UTF8");
}

void read_reply(Pop3Memory& memory, bool ok, Notes& notes) noexcept {
  switch (answered(memory)) {
    case Kind::list:
      memory.in_list = ok;
      if (!ok) memory.session.list(false, false, false);  // a server that lists nothing offers nothing
      return;
    case Kind::tls:
      return memory.session.answer_tls(ok);
    case Kind::name:
      if (!ok) memory.session.answer_login(false, notes);
      return;
    case Kind::password:
    case Kind::digest:
    case Kind::sasl:
      memory.authenticates = false;
      return memory.session.answer_login(ok, notes);
    case Kind::none:
    case Kind::other:
      return memory.session.reply();
  }
}

/// Pop3Reader of POP3's lines.
struct Pop3Reader {
  static void client(Pop3Memory& memory, Bytes line, Notes& notes) noexcept {
    // Credentials are not looked at.
    if (memory.authenticates && memory.session.bits().server_seen) return;
    const Bytes word = next_word(line);
    const Bytes argument = next_word(line);
    Kind kind = kind_of(word);
    if (kind == Kind::sasl && argument.empty()) kind = Kind::other;  // it asks for a list
    await(memory, kind);
    if (kind == Kind::tls) return memory.session.request_tls();
    memory.session.command();
    if (kind == Kind::name || kind == Kind::password) memory.session.log_in(false);
    if (kind == Kind::digest) memory.session.log_in(true);
    if (kind == Kind::sasl) {
      memory.authenticates = true;
      memory.session.log_in(keeps_password(argument));
    }
    const auto is = [word](std::string_view one) { return is_word(word, one); };
    if (std::ranges::any_of(kLoggedIn, is)) memory.session.enter(notes);
  }
  static void server(Pop3Memory& memory, Bytes line, Notes& notes) noexcept {
    if (memory.in_list) return read_capability(memory, line);
    const bool ok = begins_with(line, "+OK");
    if (!ok && !begins_with(line, "-ERR")) return;  // a challenge, or the line of some list
    if (!std::exchange(memory.greeted, true)) return;
    read_reply(memory, ok, notes);
  }
  static void lost(Pop3Memory& memory) noexcept {
    memory.awaited = 0;
    memory.greeted = true;
    memory.in_list = memory.authenticates = false;
  }
};

/// A line of POP3, of which its first word tells.
Claim claim_line(Side from, Bytes bytes) noexcept {
  constexpr auto kCommands =
      std::to_array<std::string_view>({"CAPA\r\n", "STLS\r\n", "USER ", "PASS ", "APOP ", "AUTH"});
  constexpr auto kReplies = std::to_array<std::string_view>({"+OK", "-ERR"});
  const std::span<const std::string_view> words = from == Side::client ? std::span<const std::string_view>(kCommands)
                                                                       : std::span<const std::string_view>(kReplies);
  Claim claim = Claim::no;
  for (const std::string_view word : words) {
    if (begins_with(bytes, word)) return Claim::yes;
    if (may_become(bytes, word)) claim = Claim::need_more;
  }
  return claim;
}

/// Elsewhere than on its port the greeting names the protocol.
bool names_itself(Bytes bytes) noexcept {
  TextCursor cursor(bytes);
  Bytes line;
  if (cursor.line(line) != TextCursor::Status::line) return false;
  for (std::size_t at = 0; at < line.size(); ++at)
    if (begins_with(line.subspan(at), "POP3")) return true;
  return false;
}

}  // namespace

Claim Pop3Dissector::claims(const Payload& payload) noexcept {
  if (!payload.stream || payload.bytes.empty()) return Claim::no;
  if (payload.claimed) {
    const bool tls = starttls::begins_tls(payload.bytes) == Begin::yes;
    return tls ? Claim::yes : claim_line(payload.from, payload.bytes);
  }
  const bool there = payload.server_port == kPop3Port || payload.client_port == kPop3Port;
  if (!there) {
    const bool greets = payload.from_start && begins_with(payload.bytes, "+OK") && names_itself(payload.bytes);
    return greets ? Claim::from_server : Claim::no;
  }
  const Claim server = payload.from_start ? claim_line(Side::server, payload.bytes) : Claim::no;
  if (server != Claim::no) return server == Claim::yes ? Claim::from_server : server;
  const Claim client = claim_line(Side::client, payload.bytes);
  return client == Claim::yes ? Claim::from_client : client;
}

std::uint32_t Pop3Dissector::search(const Payload& payload) noexcept {
  if (!payload.claimed) return static_cast<std::uint32_t>(payload.bytes.size());
  return find_line(payload.bytes, [&payload](Bytes rest) noexcept {
    return starttls::begins_tls(rest) == Begin::yes || claim_line(payload.from, rest) != Claim::no;
  });
}

Result Pop3Dissector::dissect(const Payload& payload, Pop3Memory& memory, Notes& notes) noexcept {
  if (!memory.session.begun()) {
    memory.session.begin(Protocol::pop3);
    memory.greeted = !payload.begun;
  }
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  return read_lines<Pop3Reader>(payload, memory, notes);
}

void Pop3Dissector::finish(Pop3Memory& memory, Ending ending, Notes& notes) noexcept {
  if (!memory.session.begun()) memory.session.begin(Protocol::pop3);
  memory.session.finish(ending, notes);
}

}  // namespace uptake::mailbox
