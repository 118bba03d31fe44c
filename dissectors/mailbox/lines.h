#pragma once

#include <array>
#include <cstdint>

#include "dissectors/dissector.h"
#include "dissectors/mailbox/session.h"
#include "dissectors/starttls.h"
#include "dissectors/text_cursor.h"

namespace uptake::mailbox {

/// Lines: what both protocols remember of each side between two lines.
struct Lines {
  std::array<std::uint64_t, 2> literal{};  ///< octets that come before the next line
  std::array<bool, 2> skips{};             ///< the rest of a line that is too long
};

/// Reads the lines of one side until TLS begins or there is nothing more to be told. `Reader` has client() and
/// server(), which take the memory, a line, and the notes.
template <class Reader, class Memory>
[[nodiscard]] Result read_lines(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  using starttls::Begin;
  const bool is_client = payload.from == Side::client;
  const auto side = static_cast<std::size_t>(payload.from);
  Lines& lines = memory.lines;
  if (payload.lost != Ending::closed) {
    lines.literal[side] = 0;
    lines.skips[side] = false;
    memory.session.lose(payload.from, payload.lost);
    Reader::lost(memory);
  }
  memory.session.offered(payload.from, payload.begun);
  const auto wait = [&payload](const TextCursor& cursor) noexcept {
    const bool cut = payload.wire > payload.bytes.size();
    return Result{cut ? Verdict::truncated : Verdict::need_more, cursor.consumed()};
  };
  TextCursor cursor(payload.bytes);
  while (!cursor.empty()) {
    if (lines.literal[side] > 0) {
      const auto octets = std::min<std::uint64_t>(lines.literal[side], cursor.rest().size());
      cursor.skip(static_cast<std::size_t>(octets));
      lines.literal[side] -= octets;
      continue;
    }
    if (lines.skips[side]) {
      lines.skips[side] = !cursor.skip_line();
      continue;
    }
    const Begin tls = starttls::begins_tls(cursor.rest());
    if (tls == Begin::need_more) return wait(cursor);
    if (tls == Begin::yes) {
      memory.session.tls_begins(notes);
      return {Verdict::hand_over, cursor.consumed()};
    }
    Bytes line;
    const TextCursor::Status status = cursor.line(line);
    if (status == TextCursor::Status::incomplete) return wait(cursor);
    lines.skips[side] = status == TextCursor::Status::too_long;
    is_client ? Reader::client(memory, line, notes) : Reader::server(memory, line, notes);
    if (memory.session.over()) return {Verdict::concluded, cursor.consumed()};
  }
  return {Verdict::keep_going, cursor.consumed()};
}

/// Whether a SASL mechanism answers a challenge instead of giving a password or a token away.
[[nodiscard]] inline bool keeps_password(Bytes mechanism) noexcept {
  for (const std::string_view kind : {"CRAM-", "SCRAM-", "DIGEST-", "NTLM", "GSSAPI", "EXTERNAL"})
    if (begins_with(mechanism, kind)) return true;
  return false;
}

}  // namespace uptake::mailbox
