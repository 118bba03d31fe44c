#include "dissectors/smtp/commands.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "dissectors/text_cursor.h"

namespace uptake::smtp {
namespace {

struct Verb {
  std::string_view word;
  Kind kind;
};
constexpr auto kVerbs = std::to_array<Verb>({
    {"EHLO", Kind::ehlo},
    {"HELO", Kind::helo},
    {"LHLO", Kind::lhlo},
    {"STARTTLS", Kind::starttls},
    {"AUTH", Kind::auth},
    {"MAIL", Kind::mail},
    {"RCPT", Kind::rcpt},
    {"DATA", Kind::data},
    {"BDAT", Kind::chunk},
    {"RSET", Kind::reset},
    {"QUIT", Kind::quit},
});

struct Name {
  std::string_view word;
  Mechanism mechanism;
};
constexpr auto kMechanisms = std::to_array<Name>({
    {"PLAIN", Mechanism::plain},
    {"LOGIN", Mechanism::login},
    {"XOAUTH2", Mechanism::bearer},
    {"OAUTHBEARER", Mechanism::bearer},
    {"CRAM-", Mechanism::challenge},
    {"SCRAM-", Mechanism::challenge},
    {"DIGEST-", Mechanism::challenge},
    {"NTLM", Mechanism::challenge},
    {"GSSAPI", Mechanism::challenge},
});

bool is_ascii(Bytes text) noexcept {
  return std::ranges::all_of(text, [](std::uint8_t octet) { return octet < 0x80; });
}

bool has_a_label(Bytes domain) noexcept {
  bool label_begins = true;
  for (std::size_t i = 0; i < domain.size(); ++i) {
    if (label_begins && begins_with(domain.subspan(i), "XN--")) return true;
    label_begins = domain[i] == '.';
  }
  return false;
}

// Path = "<" [ A-d-l ":" ] Mailbox ">"  RFC 5321 section 4.1.2; some clients leave the angles out
Bytes read_mailbox(Bytes& line) noexcept {
  std::size_t begin = 0;
  while (begin < line.size() && line[begin] == ' ') ++begin;
  const bool angle = begin < line.size() && line[begin] == '<';
  if (angle) ++begin;
  std::size_t end = begin;
  for (bool quoted = false; end < line.size(); ++end) {
    if (line[end] == '\\' && quoted) {
      ++end;
      continue;
    }
    if (line[end] == '"') quoted = !quoted;
    if (!quoted && line[end] == (angle ? '>' : ' ')) break;
  }
  end = std::min(end, line.size());
  const Bytes mailbox = line.subspan(begin, end - begin);
  line = line.subspan(std::min(end + 1, line.size()));
  return mailbox;
}

void learn_mailbox(Bytes mailbox, Envelope& envelope) noexcept {
  std::size_t at = mailbox.size();
  while (at > 0 && mailbox[at - 1] != '@') --at;
  const Bytes local = at > 0 ? mailbox.first(at - 1) : mailbox;
  const Bytes domain = at > 0 ? mailbox.subspan(at) : Bytes{};
  envelope.local = !is_ascii(local);
  envelope.domain = !is_ascii(domain);
  envelope.a_label = has_a_label(domain);
}

// Mail-parameters = esmtp-param *(SP esmtp-param)  RFC 5321 section 4.1.2
void learn_parameters(Bytes line, Envelope& envelope) noexcept {
  for (Bytes word = next_word(line); !word.empty(); word = next_word(line)) {
    if (is_word(word, "SMTPUTF8")) envelope.smtputf8 = true;
    if (is_word(word, "REQUIRETLS")) envelope.require_tls = true;
    if (is_word(word, "BODY=8BITMIME") || is_word(word, "BODY=BINARYMIME")) envelope.eight_bit = true;
    for (const std::string_view of_dsn : {"RET=", "ENVID=", "NOTIFY=", "ORCPT="})
      envelope.dsn = envelope.dsn || begins_with(word, of_dsn);
  }
}

/// Of "FROM:<...> ..." or "TO:<...> ...".
Envelope read_envelope(Bytes line) noexcept {
  Envelope envelope;
  const auto colon = std::ranges::find(line, std::uint8_t{':'});
  line = line.subspan(std::min(static_cast<std::size_t>(colon - line.begin()) + 1, line.size()));
  learn_mailbox(read_mailbox(line), envelope);
  learn_parameters(line, envelope);
  return envelope;
}

Mechanism read_mechanism(Bytes line) noexcept {
  const Bytes word = next_word(line);
  for (const Name& name : kMechanisms)
    if (begins_with(word, name.word)) return name.mechanism;
  return Mechanism::other;
}

// "BDAT" SP chunk-size [ SP "LAST" ]; chunk-size ::= 1*DIGIT  RFC 3030 section 2
void read_chunk(Bytes line, Command& command) noexcept {
  constexpr std::size_t kMostDigits = 18;  // so that no sum of sizes overflows
  const Bytes digits = next_word(line);
  const bool sound = !digits.empty() && digits.size() <= kMostDigits &&
                     std::ranges::all_of(digits, [](std::uint8_t c) { return c >= '0' && c <= '9'; });
  if (!sound) {
    command.kind = Kind::other;
    return;
  }
  for (const std::uint8_t digit : digits) command.chunk_size = command.chunk_size * 10 + (digit - '0');
  if (is_word(next_word(line), "LAST")) command.kind = Kind::last_chunk;
}

}  // namespace

Command read_command(Bytes line) noexcept {
  Command command;
  const Bytes word = next_word(line);
  const auto* const verb = std::ranges::find_if(kVerbs, [word](const Verb& one) { return is_word(word, one.word); });
  if (verb == kVerbs.end()) return command;
  command.kind = verb->kind;
  if (command.kind == Kind::mail || command.kind == Kind::rcpt) command.envelope = read_envelope(line);
  if (command.kind == Kind::auth) command.mechanism = read_mechanism(line);
  if (command.kind == Kind::chunk) read_chunk(line, command);
  return command;
}

}  // namespace uptake::smtp
