#include "dissectors/tls/tls.h"

#include <array>
#include <string_view>

#include "dissectors/tls/handshake_reader.h"
#include "dissectors/tls/hello.h"
#include "dissectors/tls/server_key_exchange.h"
#include "dissectors/tls/suites.h"

namespace uptake::tls {
namespace {

using Memory = Dissector::Memory;
using Step = Dissector::Step;
using Status = HandshakeReader::Status;

/// Payloads of one side that may pass while the hello of the other is waited for.
constexpr std::uint8_t kPatience = 8;
constexpr std::uint8_t kUnknownVersion = 15;
constexpr std::uint8_t kDraftVersion = 14;

Result settled(const Payload& payload) noexcept {
  return {Verdict::settled, static_cast<std::uint32_t>(payload.bytes.size())};
}
/// All is said of the flow.
Result concluded(const Payload& payload) noexcept {
  return {Verdict::concluded, static_cast<std::uint32_t>(payload.bytes.size())};
}
Result go_on(const Payload& payload) noexcept {
  return {Verdict::keep_going, static_cast<std::uint32_t>(payload.bytes.size())};
}

/// Ports on which TLS runs from the first octet: HTTPS, DoT, submissions, IMAPS, POP3S.
bool is_tls_port(std::uint16_t port) noexcept {
  return port == 443 || port == 853 || port == 465 || port == 993 || port == 995;
}

/// `text` at the start of the bytes, as far as either goes.
bool starts_like(Bytes bytes, std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size() && i < bytes.size(); ++i)
    if (bytes[i] != static_cast<std::uint8_t>(text[i])) return false;
  return true;
}

/// Plainly another protocol: a request or a greeting in letters.
bool is_text(Bytes bytes) noexcept {
  constexpr std::array<std::string_view, 8> kStarts{"GET ", "POST ", "HEAD ",    "HTTP/",
                                                    "SSH-", "220 ",  "CONNECT ", "EHLO "};
  for (const std::string_view start : kStarts)
    if (starts_like(bytes, start)) return true;
  return false;
}

void note_session(Memory& memory, Sight sight, Notes& notes) noexcept {
  if (memory.noted) return;
  memory.noted = true;
  SessionBits session = SessionBits::unpack(memory.session);
  session.sight = sight;
  session.client_hello = memory.client == Step::done;
  if (sight != Sight::complete) session.version_minor = kUnknownVersion;
  if (session.version_minor >= 4 && session.version_minor != kUnknownVersion && memory.alpn_offered)
    session.alpn = Alpn::unobservable;
  notes.note(kSession, session.pack());
}

/// The server has said all that is wanted: the session is noted at once when the client's hello is known, or will not
/// be. Without it some more payloads are waited for, as the two directions may be out of step.
Result server_done(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  memory.server = Step::done;
  if (memory.client == Step::start && ++memory.server_waits <= kPatience) return go_on(payload);
  note_session(memory, Sight::complete, notes);
  return concluded(payload);
}

void learn_offer(const ClientHello& hello, const Payload& payload, Memory& memory, Notes& notes) noexcept {
  memory.client = Step::done;
  memory.client_id = hello.session_id;
  memory.alpn_offered = hello.offer.alpn;
  SessionBits session = SessionBits::unpack(memory.session);
  session.pq_offered = hello.offer.pq_offered;
  session.pq_share = hello.offer.pq_share;
  session.offered_1_3 = hello.offers_1_3;
  if (hello.offers_dot || payload.server_port == 853) session.dot = true;
  // The ServerHello came first: only now can its session_id be held against the client's.
  if (memory.server != Step::start && session.version_minor < 4 && memory.server_id != 0 &&
      memory.server_id == memory.client_id && !memory.certificate) {
    session.resumed = true;
    session.group_sight = GroupSight::none;
  }
  memory.session = session.pack();
  if (!hello.server_name.empty()) note_server_name(hello.server_name, notes);
  notes.note(kOffer, hello.offer.pack());
}

Result client_behind_hello(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.server == Step::done || memory.noted) {
    note_session(memory, Sight::complete, notes);
    return concluded(payload);
  }
  const bool silent = memory.server == Step::start || memory.server == Step::lost;
  if (silent && ++memory.client_waits > kPatience) {
    note_session(memory, Sight::no_server_hello, notes);
    return concluded(payload);
  }
  return go_on(payload);
}

/// Neither side's hello will be seen: said at once, for such flows are long.
Result no_hello(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  (payload.from == Side::client ? memory.client : memory.server) = Step::lost;
  const Step other = payload.from == Side::client ? memory.server : memory.client;
  if (other == Step::start && payload.from_start) return settled(payload);
  if (other == Step::done && payload.from == Side::client) {
    note_session(memory, Sight::complete, notes);
    return concluded(payload);
  }
  note_session(memory, other == Step::done ? Sight::no_server_hello : Sight::no_hello, notes);
  return concluded(payload);
}

Result broken(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  (payload.from == Side::client ? memory.client : memory.server) = Step::lost;
  const bool server_known = memory.server == Step::done;
  if (memory.server == Step::lost || server_known)
    note_session(memory, server_known ? Sight::complete : Sight::malformed, notes);
  return {Verdict::malformed, 0};
}

Result client(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.client != Step::start) return client_behind_hello(payload, memory, notes);
  ClientHello hello;
  if (payload.bytes.size() > 2 && (payload.bytes[0] & 0x80) != 0 && payload.bytes[2] == 1) {
    const std::size_t length = static_cast<std::size_t>((payload.bytes[0] & 0x7f) << 8 | payload.bytes[1]) + 2;
    if (payload.bytes.size() < length) return {Verdict::need_more, 0};
    if (!read_sslv2_hello(payload.bytes, hello)) return broken(payload, memory, notes);
    learn_offer(hello, payload, memory, notes);
    return client_behind_hello(payload, memory, notes);
  }
  std::array<std::uint8_t, kMaxMessage> scratch;
  std::uint8_t type = 0;
  Bytes body;
  HandshakeReader reader(payload.bytes, 0);
  const Status status = reader.message(type, body, scratch.data());
  if (status == Status::short_of_bytes) return {Verdict::need_more, 0};
  if (status == Status::other_record || (status == Status::malformed && !payload.from_start))
    return no_hello(payload, memory, notes);
  if (status == Status::malformed) return broken(payload, memory, notes);
  if (type != kClientHello) return no_hello(payload, memory, notes);
  if (!read_client_hello(body, hello)) return broken(payload, memory, notes);
  learn_offer(hello, payload, memory, notes);
  return client_behind_hello(payload, memory, notes);
}

std::uint8_t minor_of(std::uint16_t version) noexcept {
  if (version >= 0x0300 && version <= 0x0304) return static_cast<std::uint8_t>(version & 0xff);
  if (version >> 8 == 0x7f || version >> 8 == 0xfb || version >> 8 == 0x7e) return kDraftVersion;
  return kUnknownVersion;
}

/// True when a ServerKeyExchange, or a sign that there is none, is still to come.
bool learn_server(const ServerHello& hello, const Payload& payload, Memory& memory) noexcept {
  SessionBits session = SessionBits::unpack(memory.session);
  session.version_minor = minor_of(hello.version);
  session.suite = hello.suite;
  session.ems = hello.ems;
  session.secure_renegotiation = hello.secure_renegotiation;
  session.compression = hello.compression;
  session.alpn = hello.alpn;
  if (payload.server_port == 853 || hello.alpn == Alpn::dot) session.dot = true;
  memory.server_id = hello.session_id;
  bool more = false;
  if (session.version_minor >= 4) {
    session.resumed = hello.psk;
    session.group = hello.group;
    session.group_sight = hello.group != 0 ? GroupSight::known : GroupSight::none;
  } else if (memory.client == Step::done && hello.session_id != 0 && hello.session_id == memory.client_id) {
    session.resumed = true;
    session.group_sight = GroupSight::none;
  } else {
    const bool ephemeral = key_exchange(hello.suite) != KeyExchange::none;
    session.group_sight = ephemeral ? GroupSight::unobservable : GroupSight::none;
    more = true;
  }
  memory.session = session.pack();
  return more;
}

/// The record behind the flight so far is no handshake: nothing more is sent in the clear.
void flight_ended(Memory& memory) noexcept {
  if (memory.certificate) return;
  // ChangeCipherSpec straight behind the ServerHello: a session resumed by ticket (RFC 5077 section 3.1).
  SessionBits session = SessionBits::unpack(memory.session);
  session.resumed = true;
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
    if (status == Status::short_of_bytes) {
      memory.record_left = reader.record_left();
      const auto consumed = static_cast<std::uint32_t>(here);
      return {here == payload.bytes.size() ? Verdict::keep_going : Verdict::need_more, consumed};
    }
    if (status != Status::ok) {
      if (status == Status::other_record && reader.type() == kChangeCipherSpec) flight_ended(memory);
      return server_done(payload, memory, notes);
    }
    if (type == kNewSessionTicket) flight_ended(memory);
    if (type == kNewSessionTicket || type == kServerHelloDone) return server_done(payload, memory, notes);
    if (type == kCertificate) memory.certificate = true;
    if (type == kCertificate && !wants_group) return server_done(payload, memory, notes);
    if (type == kServerKeyExchange) {
      std::array<std::uint8_t, kMaxMessage> scratch;
      Bytes body;
      memory.record_left = reader.record_left();
      status = reader.message(type, body, scratch.data());
      if (status == Status::short_of_bytes) return {Verdict::need_more, static_cast<std::uint32_t>(here)};
      if (status == Status::ok && wants_group) learn_key_exchange(body, memory);
      return server_done(payload, memory, notes);
    }
    memory.message_left = length + 4;
  }
}

/// A first record that is no handshake: a refusal, or the middle of a conversation.
Result server_other_record(const Payload& payload, std::uint8_t type, Memory& memory, Notes& notes) noexcept {
  if (type == kChangeCipherSpec && SessionBits::unpack(memory.session).hello_retry) {
    // Middlebox compatibility (RFC 8446 Appendix D.4): one octet between HelloRetryRequest and ServerHello.
    constexpr std::uint32_t kRecord = kRecordHeader + 1;
    if (payload.bytes.size() < kRecord) return {Verdict::need_more, 0};
    return {Verdict::keep_going, kRecord};
  }
  if (type != kAlert) return no_hello(payload, memory, notes);
  // struct { AlertLevel level; AlertDescription description; }  RFC 8446 section 6
  constexpr std::uint32_t kRecord = kRecordHeader + 2;
  if (payload.bytes.size() < kRecord) return {Verdict::need_more, 0};
  constexpr std::uint8_t kWarning = 1;
  const bool plain = payload.bytes[3] == 0 && payload.bytes[4] == 2;
  if (!plain) return no_hello(payload, memory, notes);
  if (payload.bytes[kRecordHeader] == kWarning) return {Verdict::keep_going, kRecord};
  memory.server = Step::lost;
  note_session(memory, Sight::refused, notes);
  return concluded(payload);
}

Result server(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.noted) return concluded(payload);
  if (memory.server == Step::flight) return server_flight(payload, 0, memory, notes);
  if (memory.server == Step::done) return server_done(payload, memory, notes);
  std::array<std::uint8_t, kMaxMessage> scratch;
  std::uint8_t type = 0;
  Bytes body;
  HandshakeReader reader(payload.bytes, 0);
  const Status status = reader.message(type, body, scratch.data());
  if (status == Status::short_of_bytes) return {Verdict::need_more, 0};
  if (status == Status::other_record) return server_other_record(payload, reader.type(), memory, notes);
  if (status == Status::malformed)
    return payload.from_start ? broken(payload, memory, notes) : no_hello(payload, memory, notes);
  if (type != kServerHello) return no_hello(payload, memory, notes);
  ServerHello hello;
  if (!read_server_hello(body, hello)) return broken(payload, memory, notes);
  if (hello.is_retry) {
    SessionBits session = SessionBits::unpack(memory.session);
    session.hello_retry = true;
    memory.session = session.pack();
    return {Verdict::keep_going, static_cast<std::uint32_t>(reader.position())};
  }
  if (!learn_server(hello, payload, memory)) return server_done(payload, memory, notes);
  memory.server = Step::flight;
  memory.record_left = reader.record_left();
  return server_flight(payload, reader.position(), memory, notes);
}

Sight sight_of(const Memory& memory, Ending ending) noexcept {
  if (memory.server == Step::done || memory.server == Step::flight) return Sight::complete;
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
  if (memory.client == Step::lost) return Sight::malformed;
  return memory.client == Step::done ? Sight::no_server_hello : Sight::no_hello;
}

}  // namespace

Claim Dissector::claims(const Payload& payload) noexcept {
  using Answer = Claim::Answer;
  const Bytes bytes = payload.bytes;
  Cursor cursor(bytes);
  const std::uint8_t type = cursor.u8();
  const std::uint8_t major = cursor.u8();
  const std::uint8_t minor = cursor.u8();
  const std::uint16_t length = cursor.u16();
  const std::uint8_t message = cursor.u8();
  if (!payload.stream || bytes.empty()) return {};
  const bool hello = type == kHandshake && (bytes.size() < 2 || major == 3) && (bytes.size() < 3 || minor <= 4);
  if (hello && cursor.failed()) return {Answer::need_more, false, Side::client};
  if (hello && length > 0 && length <= kMaxRecord && (message == kClientHello || message == kServerHello))
    return {Answer::yes, true, message == kClientHello ? Side::client : Side::server};
  // SSL 2.0 envelope: two octets of length with the high bit set, type 1, version.
  if (bytes.size() >= 5 && (type & 0x80) != 0 && minor == 1 && bytes[3] == 3 && bytes[4] <= 4 &&
      ((type & 0x7f) << 8 | major) >= 9)
    return {Answer::yes, true, Side::client};
  const bool record = bytes.size() >= kRecordHeader && type >= kChangeCipherSpec && type <= kApplicationData &&
                      major == 3 && minor <= 4 && length > 0 && length <= kMaxRecord;
  const bool known_port = is_tls_port(payload.server_port) || is_tls_port(payload.client_port);
  if (payload.from_start)
    return {record && type == kAlert && known_port ? Answer::yes : Answer::no, false, Side::client};
  if (record || (known_port && !is_text(bytes))) return {Answer::yes, false, Side::client};
  return {};
}

Result Dissector::dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (memory.session == 0) {
    SessionBits session;
    session.version_minor = kUnknownVersion;
    session.dot = payload.server_port == 853;
    memory.session = session.pack();
  }
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  return payload.from == Side::client ? client(payload, memory, notes) : server(payload, memory, notes);
}

void Dissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  if (memory.session == 0) {
    SessionBits session;
    session.version_minor = kUnknownVersion;
    memory.session = session.pack();
  }
  note_session(memory, sight_of(memory, ending), notes);
}

}  // namespace uptake::tls
