#include "dissectors/mailbox/imap.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace uptake::mailbox {
namespace {

using Memory = ImapDissector::Memory;
using starttls::Begin;

constexpr std::uint16_t kPort = 143;

/// FNV-1a; never 0.
std::uint32_t digest(Bytes tag) noexcept {
  std::uint32_t hash = 2166136261U;
  for (const std::uint8_t octet : tag) hash = (hash ^ octet) * 16777619U;
  return hash | 1U;
}

// literal = "{" number64 ["+"] "}" CRLF *CHAR8  RFC 9051 section 9
std::uint64_t literal_of(Bytes line) noexcept {
  constexpr std::size_t kMostDigits = 18;  // so that no size overflows
  if (line.empty() || line.back() != '}') return 0;
  std::size_t end = line.size() - 1;
  if (end > 0 && line[end - 1] == '+') --end;
  std::size_t begin = end;
  while (begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9') --begin;
  if (begin == end || end - begin > kMostDigits || begin == 0 || line[begin - 1] != '{') return 0;
  std::uint64_t size = 0;
  for (std::size_t i = begin; i < end; ++i) size = size * 10 + (line[i] - '0');
  return size;
}

/// Commands that are given to whom nobody is known, and those that show that somebody is (RFC 9051 section 6).
constexpr auto kBefore = std::to_array<std::string_view>(
    {"CAPABILITY", "STARTTLS", "LOGIN", "AUTHENTICATE", "ID", "NOOP", "LOGOUT", "ENABLE"});
constexpr auto kBehind = std::to_array<std::string_view>({"SELECT", "EXAMINE", "LIST", "LSUB", "STATUS", "NAMESPACE",
                                                          "FETCH", "UID", "SEARCH", "APPEND", "IDLE", "CREATE"});

template <std::size_t kSize>
bool is_one_of(Bytes word, const std::array<std::string_view, kSize>& words) noexcept {
  return std::ranges::any_of(words, [word](std::string_view one) { return is_word(word, one); });
}

/// A list of capabilities, up to the bracket that ends it in a response code.
void read_capabilities(Memory& memory, Bytes line) noexcept {
  bool has_tls = false;
  bool utf8 = false;
  bool disabled = false;
  for (Bytes word = next_word(line); !word.empty(); word = next_word(line)) {
    const bool last = word.back() == ']';
    if (last) word = word.first(word.size() - 1);
    has_tls = has_tls || is_word(word, "STARTTLS");
    utf8 = utf8 || is_word(word, "UTF8=ACCEPT") || is_word(word, "UTF8=ONLY") || is_word(word, "IMAP4REV2");
    disabled = disabled || is_word(word, "LOGINDISABLED");
    if (last) break;
  }
  memory.session.list(has_tls, utf8, disabled);
}

/// "[CAPABILITY ...] text" of a response.
void read_code(Memory& memory, Bytes text) noexcept {
  if (is_word(next_word(text), "[CAPABILITY")) read_capabilities(memory, text);
}

// response-data = "*" SP (resp-cond-state / resp-cond-bye / capability-data / ...)  RFC 9051 section 9
void read_untagged(Memory& memory, Bytes line, Notes& notes) noexcept {
  const Bytes word = next_word(line);
  if (is_word(word, "CAPABILITY")) return read_capabilities(memory, line);
  if (is_word(word, "OK")) return read_code(memory, line);
  if (is_word(word, "PREAUTH")) memory.session.enter(notes);
}

// response-tagged = tag SP resp-cond-state CRLF
void read_tagged(Memory& memory, Bytes tag, Bytes line, Notes& notes) noexcept {
  const std::uint32_t answered = digest(tag);
  const bool ok = is_word(next_word(line), "OK");
  if (answered == memory.tls_tag) {
    memory.tls_tag = 0;
    return memory.session.answer_tls(ok);
  }
  memory.session.reply();
  if (answered != memory.login_tag) return;
  memory.login_tag = 0;
  memory.authenticates = false;
  memory.session.answer_login(ok, notes);
}

/// Reader of IMAP's lines.
struct Reader {
  static void client(Memory& memory, Bytes line, Notes& notes) noexcept {
    const bool goes_on = memory.in_command;
    memory.lines.literal[0] = literal_of(line);
    memory.in_command = memory.lines.literal[0] > 0;
    // Credentials are not looked at.
    if (goes_on || (memory.authenticates && memory.session.bits().server_seen)) return;
    const Bytes tag = next_word(line);
    const Bytes command = next_word(line);
    if (is_word(command, "STARTTLS")) {
      memory.tls_tag = digest(tag);
      return memory.session.request_tls();
    }
    memory.session.command();
    const bool authenticates = is_word(command, "AUTHENTICATE");
    if (authenticates || is_word(command, "LOGIN")) {
      memory.authenticates = authenticates;
      memory.login_tag = digest(tag);
      memory.session.log_in(authenticates && keeps_password(next_word(line)));
    }
    if (is_one_of(command, kBehind)) memory.session.enter(notes);
  }
  static void server(Memory& memory, Bytes line, Notes& notes) noexcept {
    memory.lines.literal[1] = literal_of(line);
    const Bytes tag = next_word(line);
    if (is_word(tag, "+")) return;
    if (!is_word(tag, "*")) return read_tagged(memory, tag, line, notes);
    memory.session.reply();
    read_untagged(memory, line, notes);
  }
  static void lost(Memory& memory) noexcept {
    memory.tls_tag = memory.login_tag = 0;
    memory.authenticates = memory.in_command = false;
  }
};

bool has_word(Bytes line, std::string_view word) noexcept {
  for (std::size_t at = 0; at < line.size(); ++at)
    if (begins_with(line.subspan(at), word)) return true;
  return false;
}

/// A greeting: on IMAP's port whatever it says, elsewhere when it names the protocol.
Claim claim_greeting(const Payload& payload) noexcept {
  constexpr std::size_t kMostGreeting = 512;
  const Bytes bytes = payload.bytes;
  const bool there = payload.server_port == kPort || payload.client_port == kPort;
  bool maybe = false;
  for (const std::string_view greeting : {"* OK", "* PREAUTH", "* BYE"}) {
    maybe = maybe || may_become(bytes, greeting);
    if (!begins_with(bytes, greeting)) continue;
    if (there) return Claim::from_server;
    TextCursor cursor(bytes);
    Bytes line;
    if (cursor.line(line) == TextCursor::Status::line) return has_word(line, "IMAP") ? Claim::from_server : Claim::no;
    return bytes.size() < kMostGreeting ? Claim::need_more : Claim::no;
  }
  return maybe ? Claim::need_more : Claim::no;
}

/// A command behind a tag, in a line that is there as a whole.
bool is_command(Bytes bytes) noexcept {
  TextCursor cursor(bytes);
  Bytes line;
  if (cursor.line(line) != TextCursor::Status::line || next_word(line).empty()) return false;
  const Bytes command = next_word(line);
  return is_one_of(command, kBefore) || is_one_of(command, kBehind);
}

bool is_response(Bytes bytes) noexcept {
  TextCursor cursor(bytes);
  Bytes line;
  if (cursor.line(line) != TextCursor::Status::line) return false;
  const Bytes tag = next_word(line);
  const Bytes word = next_word(line);
  if (is_word(word, "OK") || is_word(word, "NO") || is_word(word, "BAD")) return !tag.empty();
  return is_word(tag, "*") && (is_word(word, "CAPABILITY") || is_word(word, "BYE") || is_word(word, "PREAUTH"));
}

bool goes_on(const Payload& payload, Bytes bytes) noexcept {
  if (starttls::begins_tls(bytes) == Begin::yes) return true;
  return payload.from == Side::client ? is_command(bytes) : is_response(bytes);
}

}  // namespace

Claim ImapDissector::claims(const Payload& payload) noexcept {
  if (!payload.stream || payload.bytes.empty()) return Claim::no;
  if (payload.claimed) return goes_on(payload, payload.bytes) ? Claim::yes : Claim::no;
  if (payload.from_start && payload.bytes[0] == '*') {
    const Claim greeting = claim_greeting(payload);
    if (greeting != Claim::no) return greeting;
  }
  const bool there = payload.server_port == kPort || payload.client_port == kPort;
  return there && is_command(payload.bytes) ? Claim::from_client : Claim::no;
}

std::uint32_t ImapDissector::search(const Payload& payload) noexcept {
  if (!payload.claimed) return static_cast<std::uint32_t>(payload.bytes.size());
  return find_line(payload.bytes, [&payload](Bytes rest) noexcept { return goes_on(payload, rest); });
}

Result ImapDissector::dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (!memory.session.begun()) memory.session.begin(Protocol::imap);
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  return read_lines<Reader>(payload, memory, notes);
}

void ImapDissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  if (!memory.session.begun()) memory.session.begin(Protocol::imap);
  memory.session.finish(ending, notes);
}

}  // namespace uptake::mailbox
