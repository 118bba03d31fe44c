#include "dissectors/tls/tls.h"

#include <array>

#include "dissectors/tls/records.h"
#include "dissectors/tls/sslv2.h"

namespace uptake::tls {
namespace {

using Memory = Dissector::Memory;
using Status = Records::Status;

/// The hello of the direction offered is not there.
Result missing(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  memory.session.miss(payload.from, payload.from_start, notes);
  return all_read(payload, memory.session);
}

/// A hello that contradicts itself. Midstream, an encrypted record looks like one now and then.
Result malformed(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (!payload.from_start) return missing(payload, memory, notes);
  return unreadable(payload, Verdict::malformed, Sight::malformed, memory.session, notes);
}

/// What the Records did not bring: a hello.
Result without_message(Status status, const Payload& payload, Memory& memory, Notes& notes) noexcept {
  switch (status) {
    case Status::short_of_bytes:
      if (payload.wire <= payload.bytes.size()) return {Verdict::need_more, 0};
      return unreadable(payload, Verdict::truncated, Sight::truncated, memory.session, notes);
    case Status::too_long:
      return unreadable(payload, Verdict::settled, Sight::limit, memory.session, notes);
    case Status::malformed:
      return malformed(payload, memory, notes);
    case Status::ok:
    case Status::other_record:
    case Status::no_record:
      break;
  }
  return missing(payload, memory, notes);
}

/// Behind all that is wanted of this direction.
Result more(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  memory.session.take(payload.from, Event::more, notes);
  return all_read(payload, memory.session);
}

// struct { AlertLevel level; AlertDescription description; }  RFC 8446 section 6
Result server_alert(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  Cursor cursor(payload.bytes);
  cursor.skip(3);
  Cursor alert = cursor.prefixed16();
  if (cursor.failed()) return without_message(Status::short_of_bytes, payload, memory, notes);
  // Longer ones are encrypted: the middle of a conversation.
  if (alert.left() != 2) return missing(payload, memory, notes);
  const std::uint8_t level = alert.u8();
  memory.session.alert(level, alert.u8(), notes);
  Result result = all_read(payload, memory.session);
  if (result.verdict == Verdict::keep_going) result.consumed -= static_cast<std::uint32_t>(cursor.left());
  return result;
}

/// A first record that is no handshake: a refusal, or the middle of a conversation.
Result server_other_record(const Payload& payload, const Records& records, Memory& memory, Notes& notes) noexcept {
  // Other records within a message are not allowed (RFC 8446 section 5.1).
  if (records.position() > 0 || memory.record_left > 0) return missing(payload, memory, notes);
  if (records.type() == kAlert) return server_alert(payload, memory, notes);
  if (records.type() != kChangeCipherSpec || !memory.session.retried()) return missing(payload, memory, notes);
  // Middlebox compatibility (RFC 8446 Appendix D.4): one octet between HelloRetryRequest and ServerHello.
  constexpr std::uint32_t kRecord = kRecordHeader + 1;
  if (payload.bytes.size() < kRecord) return without_message(Status::short_of_bytes, payload, memory, notes);
  return {Verdict::keep_going, kRecord};
}

/// Reads a hello into the session. True when that was done; else `failed` says what came of it. True of the type
/// octet that was read and is not the wanted hello's, waiting for the rest is useless. Type 0: not read yet.
bool read_hello(Records& records, const Payload& payload, Memory& memory, Notes& notes, Result& failed) noexcept {
  std::array<std::uint8_t, kMaxMessage> scratch;  // the server name that is noted may lie in it
  std::uint8_t type = 0;
  Bytes body;
  const Status status = records.message(type, body, scratch.data());
  if (status == Status::other_record && payload.from == Side::server) {
    failed = server_other_record(payload, records, memory, notes);
    return false;
  }
  const bool wanted = memory.session.wish(payload.from, type, notes) == Wish::whole;
  if (status != Status::ok || !wanted) {
    failed = without_message(wanted || type == 0 ? status : Status::ok, payload, memory, notes);
    return false;
  }
  if (memory.session.message(payload.from, type, body, notes)) return true;
  failed = malformed(payload, memory, notes);
  return false;
}

Result sslv2_client(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (payload.bytes.size() < sslv2_length(payload.bytes))
    return without_message(Status::short_of_bytes, payload, memory, notes);
  ClientHello hello;
  if (!read_sslv2_client_hello(payload.bytes, hello)) return malformed(payload, memory, notes);
  memory.session.client_hello(hello, notes);
  return all_read(payload, memory.session);
}

Result client(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.session.stage(Side::client) != Stage::start) return more(payload, memory, notes);
  const Bytes bytes = payload.bytes;
  if (bytes.size() > 2 && (bytes[0] & 0x80) != 0 && bytes[2] == kClientHello)
    return sslv2_client(payload, memory, notes);
  Records records(bytes, 0);
  Result failed;
  return read_hello(records, payload, memory, notes, failed) ? all_read(payload, memory.session) : failed;
}

/// Ends the flight, of which the rest cannot be read.
Result lose_flight(Ending why, const Payload& payload, Memory& memory, Notes& notes) noexcept {
  memory.session.lose_flight(why, notes);
  return all_read(payload, memory.session);
}

/// Part of the flight is still missing: all before `here` is done with.
Result flight_short(const Payload& payload, std::size_t here, Memory& memory, Notes& notes) noexcept {
  if (payload.wire > payload.bytes.size()) {
    const Result done = lose_flight(Ending::truncated, payload, memory, notes);
    return done.verdict == Verdict::concluded ? done : Result{Verdict::truncated, done.consumed};
  }
  return {here == payload.bytes.size() ? Verdict::keep_going : Verdict::need_more, static_cast<std::uint32_t>(here)};
}

/// Gives the session a message of the flight whole.
Result flight_message(Records& records, std::size_t here, const Payload& payload, Memory& memory,
                      Notes& notes) noexcept {
  std::array<std::uint8_t, kMaxMessage> scratch;
  std::uint8_t type = 0;
  Bytes body;
  const Status status = records.message(type, body, scratch.data());
  if (status == Status::short_of_bytes) return flight_short(payload, here, memory, notes);
  if (status != Status::ok || !memory.session.message(Side::server, type, body, notes))
    return lose_flight(Ending::malformed, payload, memory, notes);
  return all_read(payload, memory.session);
}

/// The end of the flight in the clear.
Result end_flight(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  memory.session.owe(Owed::nothing);
  memory.session.take(Side::server, Event::encryption, notes);
  return all_read(payload, memory.session);
}

/// Shows the message that comes next to whoever wants it, if it is due. False when more of it must come before.
bool show(const Records& records, std::uint8_t type, std::uint32_t length, const Payload& payload, Memory& memory,
          Notes& notes) noexcept {
  Session& session = memory.session;
  const Owed owed = type == kCertificate ? Owed::chain : type == kCertificateStatus ? Owed::staple : Owed::nothing;
  bool whole = false;
  if (owed != Owed::nothing && owed == session.owes() && shows(type, notes) &&
      !show_message(records, type, length, payload.wire > payload.bytes.size(), notes, whole)) {
    // That it came is known, whether or not the rest of it does.
    if (owed == Owed::chain) session.take(Side::server, Event::certificate, notes);
    return false;
  }
  if (type != kSupplementalData) session.owe(whole && owed == Owed::chain ? Owed::staple : Owed::nothing);
  return true;
}

/// Passes over the messages between ServerHello and ServerKeyExchange, keeping none of them.
Result server_flight(const Payload& payload, std::size_t start, Memory& memory, Notes& notes) noexcept {
  Records records(payload.bytes.subspan(start), memory.record_left);
  // Each message takes at least four octets, so the bytes bound this.
  while (true) {
    Status status = records.skip(memory.message_left);
    std::uint8_t type = 0;
    std::uint32_t length = 0;
    if (status == Status::ok) status = records.header(type, length);
    const std::size_t here = start + records.position();
    memory.record_left = records.record_left();
    if (status == Status::short_of_bytes) return flight_short(payload, here, memory, notes);
    const bool encrypts = status == Status::other_record && records.type() == kChangeCipherSpec;
    if (encrypts) return end_flight(payload, memory, notes);
    if (status != Status::ok)
      return lose_flight(status == Status::malformed ? Ending::malformed : Ending::gap, payload, memory, notes);
    if (!show(records, type, length, payload, memory, notes)) return flight_short(payload, here, memory, notes);
    switch (memory.session.wish(Side::server, type, notes)) {
      case Wish::none:
        return all_read(payload, memory.session);
      case Wish::whole:
        return flight_message(records, here, payload, memory, notes);
      case Wish::pass:
        memory.message_left = length + kMessageHeader;
    }
  }
}

Result sslv2_server(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  const std::size_t length = sslv2_length(payload.bytes);
  if (payload.bytes.size() < length) return without_message(Status::short_of_bytes, payload, memory, notes);
  Sslv2Answer answer;
  if (!read_sslv2_answer(payload.bytes.first(length), answer)) return malformed(payload, memory, notes);
  if (answer.refused) {
    memory.session.take(Side::server, Event::refusal, notes);
  } else {
    memory.session.sslv2_hello(answer.resumed, notes);
  }
  return all_read(payload, memory.session);
}

bool is_sslv2_answer(const Payload& payload, const Memory& memory) noexcept {
  const Bytes bytes = payload.bytes;
  return payload.from_start && memory.record_left == 0 && bytes.size() > 2 && (bytes[0] & 0x80) != 0 &&
         (bytes[2] == 0 || bytes[2] == 4);
}

Result server(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.session.stage(Side::server) == Stage::flight) return server_flight(payload, 0, memory, notes);
  if (memory.session.stage(Side::server) != Stage::start) return more(payload, memory, notes);
  if (is_sslv2_answer(payload, memory)) return sslv2_server(payload, memory, notes);
  Records records(payload.bytes, memory.record_left);
  Result failed;
  if (!read_hello(records, payload, memory, notes, failed)) return failed;
  if (memory.session.stage(Side::server) == Stage::done) return all_read(payload, memory.session);
  memory.record_left = records.record_left();
  if (memory.session.stage(Side::server) == Stage::flight)
    return server_flight(payload, records.position(), memory, notes);
  return {Verdict::keep_going, static_cast<std::uint32_t>(records.position())};
}

}  // namespace

Result Dissector::dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  constexpr std::uint16_t kDotPort = 853;
  Session& session = memory.session;
  if (!session.begun()) session.begin(payload.server_port == kDotPort, payload.carrier);
  session.offered(payload.from_start || payload.begun);
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  if (session.noted()) return all_read(payload, memory.session);
  return payload.from == Side::client ? client(payload, memory, notes) : server(payload, memory, notes);
}

void Dissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  if (!memory.session.begun()) memory.session.begin(false, Carrier::transport);
  memory.session.finish(ending, notes);
}

}  // namespace uptake::tls
