#include "dissectors/tls/tls.h"

#include <array>

#include "dissectors/tls/handshake_reader.h"
#include "dissectors/tls/hello.h"
#include "dissectors/tls/resolvers.h"
#include "dissectors/tls/server_key_exchange.h"
#include "dissectors/tls/sslv2.h"
#include "dissectors/tls/suites.h"

namespace uptake::tls {
namespace {

using Memory = Dissector::Memory;
using Step = Dissector::Step;
using Status = HandshakeReader::Status;

/// Payloads of one side that may pass while the hello of the other is waited for: early data, and a hello in pieces.
constexpr std::uint8_t kPatience = 64;
constexpr std::uint8_t kUnknownVersion = 15;
constexpr std::uint8_t kDraftVersion = 14;
constexpr std::uint8_t kSsl2 = 13;

std::uint32_t all_of(const Payload& payload) noexcept { return static_cast<std::uint32_t>(payload.bytes.size()); }
Result go_on(const Payload& payload) noexcept { return {Verdict::keep_going, all_of(payload)}; }
Result concluded(const Payload& payload) noexcept { return {Verdict::concluded, all_of(payload)}; }

bool is_13(const SessionBits& session) noexcept {
  return session.version_minor == 4 || session.version_minor == kDraftVersion;
}

void note_session(Memory& memory, Sight sight, Notes& notes) noexcept {
  if (memory.noted) return;
  memory.noted = true;
  if (sight == Sight::no_hello && memory.met && !memory.begun) sight = Sight::midstream;
  SessionBits session = SessionBits::unpack(memory.session);
  session.sight = sight;
  session.client_hello = memory.client == Step::done;
  session.full = memory.full;
  if (session.client_hello && !session.client_ems) session.ems = false;
  if (is_13(session) && memory.alpn_offered) session.alpn = Alpn::unobservable;
  notes.note(kSession, session.pack());
  if (session.client_hello || sight == Sight::midstream) return;
  OfferBits unseen;
  unseen.sight = memory.client_why != Sight::complete ? memory.client_why : Sight::no_hello;
  notes.note(kOffer, unseen.pack());
}

/// What a connection without a readable ServerHello comes to.
Sight unanswered(const Memory& memory) noexcept {
  if (memory.why != Sight::complete) return memory.why;
  return memory.client == Step::done ? Sight::no_server_hello : Sight::no_hello;
}

/// The direction offered will show no readable hello. The session is noted when the other has shown all or nothing.
Result give_up(const Payload& payload, Verdict verdict, Sight why, Memory& memory, Notes& notes) noexcept {
  const bool is_client = payload.from == Side::client;
  (is_client ? memory.client : memory.server) = Step::lost;
  if (memory.why == Sight::complete) memory.why = why;
  if (is_client) memory.client_why = why;
  const Step other = is_client ? memory.server : memory.client;
  if (other == Step::start || other == Step::flight) return {verdict, all_of(payload)};
  note_session(memory, memory.server == Step::done ? Sight::complete : unanswered(memory), notes);
  return {verdict == Verdict::settled ? Verdict::concluded : verdict, all_of(payload)};
}

/// No hello where one should be. Of a stream picked up midstream, said at once: such flows are many and long.
Result no_hello(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  const Step other = payload.from == Side::client ? memory.server : memory.client;
  if (payload.from_start || other != Step::start)
    return give_up(payload, Verdict::settled, Sight::complete, memory, notes);
  note_session(memory, unanswered(memory), notes);
  return concluded(payload);
}

/// A hello that contradicts itself. Midstream, an encrypted record looks like one now and then.
Result malformed(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (!payload.from_start) return no_hello(payload, memory, notes);
  return give_up(payload, Verdict::malformed, Sight::malformed, memory, notes);
}

/// A message need not be whole to be another than the hello that is looked for: an encrypted one would be waited for
/// in vain. 0 is also the type of what was not read yet.
bool is_other(std::uint8_t type, std::uint8_t wanted) noexcept { return type != 0 && type != wanted; }

/// What the HandshakeReader did not bring: a hello.
Result without_message(Status status, const Payload& payload, Memory& memory, Notes& notes) noexcept {
  switch (status) {
    case Status::short_of_bytes:
      if (payload.wire <= payload.bytes.size()) return {Verdict::need_more, 0};
      return give_up(payload, Verdict::truncated, Sight::truncated, memory, notes);
    case Status::too_long:
      return give_up(payload, Verdict::settled, Sight::limit, memory, notes);
    case Status::malformed:
      return malformed(payload, memory, notes);
    case Status::ok:
    case Status::other_record:
    case Status::no_record:
      break;
  }
  return no_hello(payload, memory, notes);
}

/// The server has said all that is wanted: the session is noted at once when the client's hello is known, or will not
/// be. Without it some more payloads are waited for, as the two directions may be out of step.
Result server_done(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  memory.server = Step::done;
  if (memory.client == Step::start && ++memory.server_waits <= kPatience) return go_on(payload);
  note_session(memory, Sight::complete, notes);
  return concluded(payload);
}

/// Behind the ClientHello: what follows is of no interest, until the server has answered.
Result client_done(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.server == Step::done) note_session(memory, Sight::complete, notes);
  if (memory.server == Step::lost) note_session(memory, unanswered(memory), notes);
  return memory.noted ? concluded(payload) : go_on(payload);
}

Result client_waiting(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  const bool waits = memory.server == Step::start || memory.server == Step::flight;
  if (waits && ++memory.client_waits > kPatience)
    note_session(memory, memory.server == Step::flight ? Sight::complete : unanswered(memory), notes);
  return client_done(payload, memory, notes);
}

/// The ServerHello came first: only now can its session_id be held against the client's.
bool proves_resumed(const SessionBits& session, const Memory& memory) noexcept {
  return session.version_minor < 4 && !memory.full && memory.server_id != 0 && memory.server_id == memory.client_id &&
         session.group_sight != GroupSight::known && session.group_sight != GroupSight::custom_dh;
}

void learn_offer(const ClientHello& hello, Memory& memory, Notes& notes) noexcept {
  memory.client = Step::done;
  memory.client_id = mix(hello.session_id);
  memory.alpn_offered = hello.offer.alpn;
  SessionBits session = SessionBits::unpack(memory.session);
  session.client_ems = hello.offer.ems;
  session.client_renegotiation = hello.offer.secure_renegotiation;
  session.pq_offered = hello.offer.pq_offered;
  session.pq_share = hello.offer.pq_share;
  session.offered_1_3 = hello.offers_1_3;
  if (hello.offers_dot) session.dot = true;
  session.doh = !session.dot && is_public_resolver(hello.server_name);
  if (proves_resumed(session, memory)) {
    session.resumed = true;
    session.group_sight = GroupSight::none;
  }
  memory.session = session.pack();
  if (!hello.server_name.empty()) note_server_name(hello.server_name, notes);
  notes.note(kOffer, hello.offer.pack());
}

Result client(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.client != Step::start) return client_waiting(payload, memory, notes);
  std::array<std::uint8_t, kMaxMessage> scratch;  // the name in `hello` may lie in it
  ClientHello hello;
  const Bytes bytes = payload.bytes;
  if (bytes.size() > 2 && (bytes[0] & 0x80) != 0 && bytes[2] == kClientHello) {
    if (bytes.size() < sslv2_length(bytes)) return without_message(Status::short_of_bytes, payload, memory, notes);
    if (!read_sslv2_client_hello(bytes, hello)) return malformed(payload, memory, notes);
  } else {
    std::uint8_t type = 0;
    Bytes body;
    HandshakeReader reader(bytes, 0);
    const Status status = reader.message(type, body, scratch.data());
    if (status != Status::ok || type != kClientHello)
      return without_message(is_other(type, kClientHello) ? Status::ok : status, payload, memory, notes);
    if (!read_client_hello(body, hello)) return malformed(payload, memory, notes);
  }
  learn_offer(hello, memory, notes);
  return client_done(payload, memory, notes);
}

std::uint8_t minor_of(std::uint16_t version) noexcept {
  if (version >= 0x0300 && version <= 0x0304) return static_cast<std::uint8_t>(version & 0xff);
  return is_draft(version) ? kDraftVersion : kUnknownVersion;
}

/// True when a ServerKeyExchange, or a sign that there is none, is still to come.
bool learn_server(const ServerHello& hello, Memory& memory) noexcept {
  SessionBits session = SessionBits::unpack(memory.session);
  session.version_minor = minor_of(hello.version);
  session.suite = hello.suite;
  session.ems = hello.ems;
  session.secure_renegotiation = hello.secure_renegotiation;
  session.compression = hello.compression;
  session.alpn = hello.alpn;
  if (hello.alpn == Alpn::dot) session.dot = true;
  bool more = false;
  if (session.version_minor < 4) {
    memory.server_id = mix(hello.session_id);
    session.resumed = memory.client == Step::done && memory.server_id != 0 && memory.server_id == memory.client_id;
    const bool ephemeral = !session.resumed && key_exchange(hello.suite) != KeyExchange::none;
    session.group_sight = ephemeral ? GroupSight::unobservable : GroupSight::none;
    more = !session.resumed;
  } else if (is_13(session)) {
    session.resumed = hello.psk;
    session.group = hello.group;
    session.group_sight = hello.group != 0 ? GroupSight::known : GroupSight::none;
  }
  memory.session = session.pack();
  return more;
}

/// The end of the clear flight. Without a Certificate before it, a session resumed by ticket (RFC 5077 section 3.1).
void flight_ended(Memory& memory) noexcept {
  SessionBits session = SessionBits::unpack(memory.session);
  if (memory.full) return;
  session.resumed = true;
  session.group_sight = GroupSight::none;
  memory.session = session.pack();
}

/// The server's flight ended without a ServerKeyExchange: a suite that is not known has none.
void none_was_sent(Memory& memory) noexcept {
  SessionBits session = SessionBits::unpack(memory.session);
  if (key_exchange(session.suite) != KeyExchange::unknown) return;
  session.group_sight = GroupSight::none;
  memory.session = session.pack();
}

void learn_key_exchange(Bytes body, Memory& memory) noexcept {
  SessionBits session = SessionBits::unpack(memory.session);
  const ServerKeyExchange exchange =
      read_server_key_exchange(body, key_exchange(session.suite), session.version_minor == 3);
  session.group_sight = exchange.sight;
  session.group = exchange.group;
  session.signature_hash = exchange.signature_hash;
  memory.session = session.pack();
}

/// Part of the flight is still missing: all before `here` is done with.
Result flight_short(const Payload& payload, std::size_t here, Memory& memory, Notes& notes) noexcept {
  if (payload.wire > payload.bytes.size()) {
    const Result done = server_done(payload, memory, notes);
    return done.verdict == Verdict::concluded ? done : Result{Verdict::truncated, done.consumed};
  }
  return {here == payload.bytes.size() ? Verdict::keep_going : Verdict::need_more, static_cast<std::uint32_t>(here)};
}

/// Passes over the messages between ServerHello and ServerKeyExchange, keeping none of them.
Result server_flight(const Payload& payload, std::size_t start, Memory& memory, Notes& notes) noexcept {
  const bool wants_group = SessionBits::unpack(memory.session).group_sight == GroupSight::unobservable;
  HandshakeReader reader(payload.bytes.subspan(start), memory.record_left);
  // Each message takes at least four octets, so the bytes bound this.
  while (true) {
    Status status = reader.skip(memory.message_left);
    std::uint8_t type = 0;
    std::uint32_t length = 0;
    if (status == Status::ok) status = reader.header(type, length);
    const std::size_t here = start + reader.position();
    memory.record_left = reader.record_left();
    if (status == Status::short_of_bytes) return flight_short(payload, here, memory, notes);
    const bool encrypts = status == Status::other_record && reader.type() == kChangeCipherSpec;
    if (encrypts || (status == Status::ok && type == kNewSessionTicket)) flight_ended(memory);
    if (status == Status::ok && (type == kServerKeyExchange || type == kServerHelloDone)) memory.full = true;
    if (status == Status::ok && type == kServerHelloDone) none_was_sent(memory);
    if (status != Status::ok || type == kNewSessionTicket || type == kServerHelloDone)
      return server_done(payload, memory, notes);
    if (type == kCertificate) memory.full = true;
    if (type == kCertificate && !wants_group) return server_done(payload, memory, notes);
    if (type == kServerKeyExchange) {
      std::array<std::uint8_t, kMaxMessage> scratch;
      Bytes body;
      status = reader.message(type, body, scratch.data());
      if (status == Status::short_of_bytes) return flight_short(payload, here, memory, notes);
      if (status == Status::ok && wants_group) learn_key_exchange(body, memory);
      return server_done(payload, memory, notes);
    }
    memory.message_left = length + 4;
  }
}

// struct { AlertLevel level; AlertDescription description; }  RFC 8446 section 6
Result server_alert(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  constexpr std::uint8_t kWarning = 1;
  constexpr std::uint8_t kCloseNotify = 0;
  Cursor cursor(payload.bytes);
  cursor.skip(3);
  Cursor alert = cursor.prefixed16();
  if (cursor.failed()) return without_message(Status::short_of_bytes, payload, memory, notes);
  // Longer ones are encrypted: the middle of a conversation.
  if (alert.left() != 2) return no_hello(payload, memory, notes);
  const bool warns = alert.u8() == kWarning;
  if (warns && alert.u8() == kCloseNotify && memory.why == Sight::complete) memory.why = Sight::refused;
  if (warns) return {Verdict::keep_going, all_of(payload) - static_cast<std::uint32_t>(cursor.left())};
  memory.server = Step::lost;
  note_session(memory, Sight::refused, notes);
  return concluded(payload);
}

/// A first record that is no handshake: a refusal, or the middle of a conversation.
Result server_other_record(const Payload& payload, const HandshakeReader& reader, Memory& memory,
                           Notes& notes) noexcept {
  // Other records within a message are not allowed (RFC 8446 section 5.1).
  if (reader.position() > 0 || memory.record_left > 0) return no_hello(payload, memory, notes);
  if (reader.type() == kAlert) return server_alert(payload, memory, notes);
  if (reader.type() != kChangeCipherSpec || !SessionBits::unpack(memory.session).hello_retry)
    return no_hello(payload, memory, notes);
  // Middlebox compatibility (RFC 8446 Appendix D.4): one octet between HelloRetryRequest and ServerHello.
  constexpr std::uint32_t kRecord = kRecordHeader + 1;
  if (payload.bytes.size() < kRecord) return without_message(Status::short_of_bytes, payload, memory, notes);
  return {Verdict::keep_going, kRecord};
}

/// SSL 2.0 has no flight: its SERVER-HELLO holds the certificate, and the client chooses the cipher.
Result sslv2_server(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (payload.bytes.size() < sslv2_length(payload.bytes))
    return without_message(Status::short_of_bytes, payload, memory, notes);
  Sslv2Answer answer;
  if (!read_sslv2_answer(payload.bytes.first(sslv2_length(payload.bytes)), answer))
    return malformed(payload, memory, notes);
  if (answer.refused) {
    memory.server = Step::lost;
    note_session(memory, Sight::refused, notes);
    return concluded(payload);
  }
  SessionBits session = SessionBits::unpack(memory.session);
  session.version_minor = kSsl2;
  session.group_sight = GroupSight::none;
  session.resumed = answer.resumed;
  memory.session = session.pack();
  memory.full = !answer.resumed;
  return server_done(payload, memory, notes);
}

bool is_sslv2_answer(const Payload& payload, const Memory& memory) noexcept {
  const Bytes bytes = payload.bytes;
  return payload.from_start && memory.record_left == 0 && bytes.size() > 2 && (bytes[0] & 0x80) != 0 &&
         (bytes[2] == 0 || bytes[2] == 4);
}

Result server(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.noted) return concluded(payload);
  if (memory.server == Step::flight) return server_flight(payload, 0, memory, notes);
  if (memory.server == Step::done) return server_done(payload, memory, notes);
  if (is_sslv2_answer(payload, memory)) return sslv2_server(payload, memory, notes);
  std::array<std::uint8_t, kMaxMessage> scratch;
  std::uint8_t type = 0;
  Bytes body;
  HandshakeReader reader(payload.bytes, memory.record_left);
  const Status status = reader.message(type, body, scratch.data());
  if (status == Status::other_record) return server_other_record(payload, reader, memory, notes);
  if (status != Status::ok || (type != kServerHello && type != kDraftRetry))
    return without_message(is_other(type, kServerHello) && type != kDraftRetry ? Status::ok : status, payload, memory,
                           notes);
  ServerHello hello;
  if (type == kServerHello && !read_server_hello(body, hello)) return malformed(payload, memory, notes);
  if (type == kDraftRetry || hello.is_retry) {
    SessionBits session = SessionBits::unpack(memory.session);
    // A second retry is forbidden (RFC 8446 section 4.1.4), and would keep a flow waiting without end.
    if (session.hello_retry) return malformed(payload, memory, notes);
    session.hello_retry = true;
    memory.session = session.pack();
    memory.record_left = reader.record_left();
    return {Verdict::keep_going, static_cast<std::uint32_t>(reader.position())};
  }
  if (!learn_server(hello, memory)) return server_done(payload, memory, notes);
  memory.server = Step::flight;
  memory.record_left = reader.record_left();
  return server_flight(payload, reader.position(), memory, notes);
}

/// What an ending says of a hello that did not come; complete: nothing.
Sight sight_of(Ending ending) noexcept {
  switch (ending) {
    case Ending::closed:
      break;
    case Ending::gap:
      return Sight::gap;
    case Ending::truncated:
      return Sight::truncated;
    case Ending::malformed:
      return Sight::malformed;
    case Ending::limit:
      return Sight::limit;
  }
  return Sight::complete;
}

void begin(Memory& memory, bool dot) noexcept {
  SessionBits session;
  session.version_minor = kUnknownVersion;
  session.dot = dot;
  memory.session = session.pack();
}

}  // namespace

Result Dissector::dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  constexpr std::uint16_t kDotPort = 853;
  // With the version unknown the bits are never all zero.
  if (memory.session == 0) begin(memory, payload.server_port == kDotPort);
  memory.met = true;
  memory.begun = memory.begun || payload.from_start || payload.begun;
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  return payload.from == Side::client ? client(payload, memory, notes) : server(payload, memory, notes);
}

void Dissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  if (memory.session == 0) begin(memory, false);
  const Sight end = sight_of(ending);
  if (memory.client_why == Sight::complete) memory.client_why = end;
  if (memory.server == Step::done || memory.server == Step::flight)
    return note_session(memory, Sight::complete, notes);
  note_session(memory, end != Sight::complete ? end : unanswered(memory), notes);
}

}  // namespace uptake::tls
