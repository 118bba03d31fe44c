#include "dissectors/smtp/smtp.h"

#include <algorithm>

#include "dissectors/smtp/ports.h"
#include "dissectors/text_cursor.h"

namespace uptake::smtp {
namespace {

using Memory = Dissector::Memory;
using starttls::Begin;

/// Lines read in one call: of each a message may be noted.
constexpr unsigned kMostLines = 128;
// Once a connection those are told at once that wait for replies.
static_assert(kMostLines + Awaited::kPlaces + 2U < Notes::kObservationsPerCall);

/// Behind the last whole line.
Result wait(const Payload& payload, const TextCursor& cursor) noexcept {
  const bool cut = payload.wire > payload.bytes.size();
  return {cut ? Verdict::truncated : Verdict::need_more, cursor.consumed()};
}

/// Turn: what comes next of a side.
enum class Turn : std::uint8_t { again, line, wait, hand_over };

/// Reads a line, unless TLS begins in its place. `skips`: the rest of one that is too long comes first.
Turn next_turn(TextCursor& cursor, bool& skips, Bytes& line) noexcept {
  if (skips) {
    skips = !cursor.skip_line();
    return Turn::again;
  }
  const Begin tls = starttls::begins_tls(cursor.rest());
  if (tls != Begin::no) return tls == Begin::yes ? Turn::hand_over : Turn::wait;
  const TextCursor::Status status = cursor.line(line);
  skips = status == TextCursor::Status::too_long;
  return status == TextCursor::Status::incomplete ? Turn::wait : Turn::line;
}

/// Passes over what is no line: a chunk, a body. False when a line comes next.
bool pass_body(TextCursor& cursor, Memory& memory, Notes& notes) noexcept {
  Session& session = memory.session;
  if (session.mode() == Mode::chunk) {
    const std::uint64_t octets = std::min<std::uint64_t>(session.chunk_left(), cursor.rest().size());
    cursor.skip(static_cast<std::size_t>(octets));
    session.pass_chunk(octets);
    return true;
  }
  if (session.mode() == Mode::data_asked) session.body_begins();
  if (session.mode() == Mode::answered) {
    TextCursor ahead = cursor;
    Bytes line;
    if (ahead.line(line) == TextCursor::Status::incomplete) return false;
    session.goes_on(read_command(line).kind != Kind::other);
  }
  if (session.mode() != Mode::body && session.mode() != Mode::rest) return false;
  bool found = false;
  cursor.skip(memory.body_end.pass(cursor.rest(), found));
  if (found) session.body_ends(notes);
  return true;
}

/// Reads one line of a side, as far as it is there.
Turn read(TextCursor& cursor, Side from, Memory& memory, Notes& notes) noexcept {
  Session& session = memory.session;
  const bool is_client = from == Side::client;
  if (is_client && !memory.skips_client && pass_body(cursor, memory, notes)) return Turn::again;
  Bytes line;
  const Turn turn = next_turn(cursor, is_client ? memory.skips_client : memory.skips_server, line);
  if (turn == Turn::hand_over) session.tls_begins(notes);
  if (turn != Turn::line) return turn;
  if (!is_client) {
    session.reply(read_reply_line(line), notes);
  } else if (session.mode() == Mode::credentials) {
    session.credentials(notes);
  } else {
    session.command(read_command(line), notes);
    if (session.mode() == Mode::data_asked) memory.body_end.restart();
  }
  return turn;
}

}  // namespace

Result Dissector::dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (!memory.session.begun()) memory.session.begin(service_of(payload.server_port));
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  const bool from_client = payload.from == Side::client;
  if (payload.lost != Ending::closed) {
    memory.session.lose(payload.from, payload.lost, notes);
    (from_client ? memory.skips_client : memory.skips_server) = false;
  }
  memory.session.offered(payload.from, payload.from_start, payload.begun);
  TextCursor cursor(payload.bytes);
  for (unsigned lines = 0; lines < kMostLines && !cursor.empty(); ++lines) {
    const Turn turn = read(cursor, payload.from, memory, notes);
    if (turn == Turn::wait) return wait(payload, cursor);
    if (turn == Turn::hand_over)
      return {memory.session.is_lmtp() ? Verdict::pass_on : Verdict::hand_over, cursor.consumed()};
    if (memory.session.over()) return {Verdict::concluded, cursor.consumed()};
  }
  return {Verdict::keep_going, cursor.consumed()};
}

void Dissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  if (!memory.session.begun()) memory.session.begin(Service::other);
  memory.session.finish(ending, notes);
}

Result ImplicitDissector::dissect(const Payload& payload, Memory&, Notes& notes) noexcept {
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  Session session;
  session.begin(service_of(payload.server_port));
  session.offered(payload.from, payload.from_start, payload.begun);
  session.implicit(notes);
  return {Verdict::hand_over, 0};
}

}  // namespace uptake::smtp
