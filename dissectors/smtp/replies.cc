#include "dissectors/smtp/replies.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "dissectors/text_cursor.h"

namespace uptake::smtp {
namespace {

bool is_digit(std::uint8_t octet) noexcept { return octet >= '0' && octet <= '9'; }

struct Keyword {
  std::string_view word;
  Extension extension;
};
constexpr auto kKeywords = std::to_array<Keyword>({
    {"STARTTLS", kStarttls},
    {"SMTPUTF8", kSmtpUtf8},
    {"8BITMIME", kEightBitMime},
    {"REQUIRETLS", kRequireTls},
    {"DSN", kDsn},
    {"AUTH", kAuth},
});

/// A word as long as "STARTTLS" of which all letters but the last are X: what Cisco PIX and ASA make of it.
bool is_masked(Bytes word) noexcept {
  constexpr std::size_t kLetters = std::string_view("STARTTLS").size();
  return word.size() == kLetters &&
         std::ranges::all_of(word.first(kLetters - 1), [](std::uint8_t c) { return c == 'X'; });
}

}  // namespace

// Reply-code = %x32-35 %x30-35 %x30-39  RFC 5321 section 4.2
bool begins_reply(Bytes bytes) noexcept {
  if (bytes.empty() || bytes[0] < '2' || bytes[0] > '5') return false;
  if (bytes.size() > 1 && (bytes[1] < '0' || bytes[1] > '5')) return false;
  if (bytes.size() > 2 && !is_digit(bytes[2])) return false;
  return bytes.size() < 4 || bytes[3] == ' ' || bytes[3] == '-' || bytes[3] == '\r' || bytes[3] == '\n';
}

ReplyLine read_reply_line(Bytes line) noexcept {
  ReplyLine reply;
  if (line.size() < 3 || !begins_reply(line)) return reply;
  reply.code = static_cast<std::uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
  reply.last = line.size() == 3 || line[3] != '-';
  reply.text = line.subspan(std::min<std::size_t>(line.size(), 4));
  return reply;
}

std::uint8_t extension_of(Bytes text) noexcept {
  Bytes rest = text;
  const Bytes word = next_word(rest);
  for (const Keyword& keyword : kKeywords)
    if (is_word(word, keyword.word)) return keyword.extension;
  // Servers of old list "AUTH=LOGIN" too.
  if (begins_with(word, "AUTH=")) return kAuth;
  if (is_masked(word)) return kMasked;
  return 0;
}

bool is_lmtp_banner(Bytes text) noexcept {
  bool lmtp = false;
  for (; !text.empty(); text = text.subspan(1)) {
    if (begins_with(text, "SMTP")) return false;
    lmtp = lmtp || begins_with(text, "LMTP");
  }
  return lmtp;
}

bool is_masked_banner(Bytes text) noexcept {
  constexpr std::size_t kLeast = 8;
  const auto stars = static_cast<std::size_t>(std::ranges::count(text, std::uint8_t{'*'}));
  return stars >= kLeast && stars * 2 > text.size();
}

}  // namespace uptake::smtp
