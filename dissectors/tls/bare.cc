#include "dissectors/tls/bare.h"

#include "dissectors/tls/messages.h"

namespace uptake::tls {
namespace {

/// A message begins after `read` octets and does not end in the payload.
Result cut_short(const Payload& payload, std::size_t read, Session& session, Notes& notes) noexcept {
  if (payload.wire > payload.bytes.size())
    return unreadable(payload, Verdict::truncated, Sight::truncated, session, notes);
  const bool at_end = read == payload.bytes.size();
  return {at_end && read > 0 ? Verdict::keep_going : Verdict::need_more, static_cast<std::uint32_t>(read)};
}

}  // namespace

// struct { HandshakeType msg_type; uint24 length; opaque body[length]; }  RFC 8446 section 4
Result BareDissector::dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  Session& session = memory.session;
  if (!session.begun()) session.begin(false, payload.carrier);
  session.offered(true);
  const Side from = payload.from;
  if (!session.noted() && session.stage(from) != Stage::start) session.take(from, Event::more, notes);
  Cursor cursor(payload.bytes);
  // A HelloRetryRequest may come before the ServerHello, and no more than one.
  while (!session.noted() && session.stage(from) == Stage::start) {
    const std::size_t read = payload.bytes.size() - cursor.left();
    if (cursor.empty()) return cut_short(payload, read, session, notes);
    const std::uint8_t type = cursor.u8();
    if (session.wish(from, type, notes) != Wish::whole) {
      session.miss(from, true, notes);
      break;
    }
    const std::uint32_t length = cursor.u24();
    if (cursor.ok() && length > kMaxMessage)
      return unreadable(payload, Verdict::settled, Sight::limit, session, notes);
    const Bytes body = cursor.bytes(length);
    if (cursor.failed()) return cut_short(payload, read, session, notes);
    if (!session.message(from, type, body, notes))
      return unreadable(payload, Verdict::malformed, Sight::malformed, session, notes);
    // QUIC has TLS 1.3 and no flight in the clear (RFC 9001 section 4.2): that of a lower version is not followed.
    if (session.stage(from) != Stage::flight) continue;
    session.owe(Owed::nothing);
    session.take(from, Event::flight_lost, notes);
  }
  return all_read(payload, session);
}

void BareDissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  if (!memory.session.begun()) memory.session.begin(false, Carrier::quic);
  memory.session.finish(ending, notes);
}

}  // namespace uptake::tls
