#include "dissectors/dns/dns.h"

#include <algorithm>

#include "dissectors/dns/message.h"
#include "dissectors/dns/name.h"

namespace uptake::dns {
namespace {

constexpr std::uint16_t kPort = 53;
constexpr std::size_t kPrefixBytes = 2;
constexpr std::uint32_t kMessagesPerCall = 7;
constexpr std::uint8_t kMaxMalformed = 8;  ///< messages in a row after which the framing of a stream is not believed

static_assert(kMessagesPerCall * kPerMessage + 1 <= Notes::kObservationsPerCall);
static_assert(kMessagesPerCall + 1 <= Notes::kSubjectsPerCall);
static_assert(kMessagesPerCall * kMaxText <= Notes::kNameBytesPerCall);

constexpr std::uint8_t kStream = 4;
constexpr std::uint8_t unfinished(Side side) noexcept { return side == Side::client ? 1 : 2; }

Claim yes(const Header& header) noexcept { return header.response() ? Claim::from_server : Claim::from_client; }

/// The first question is a name and a class that is in use (IANA: IN, CH, HS, NONE, ANY).
bool has_question(Bytes message) noexcept {
  Cursor at(message.subspan(kHeaderBytes));
  if (!skip_name(at, message.data())) return false;
  at.skip(2);
  const std::uint16_t qclass = at.u16();
  return at.ok() && (qclass == 1 || qclass == 3 || qclass == 4 || qclass == 254 || qclass == 255);
}

/// A flow is asked once: a first message whose counts lie must not hide the good ones behind it.
Claim claim_datagram(const Payload& payload) noexcept {
  if (payload.wire < kHeaderBytes) return Claim::no;
  const bool cut = payload.bytes.size() < payload.wire;
  if (payload.bytes.size() < kHeaderBytes) return cut ? Claim::yes : Claim::no;
  const Header header = read_header(payload.bytes);
  if (!header.opcode_assigned()) return Claim::no;
  if (header.questions() > 1 && !header.fits(payload.wire) && !has_question(payload.bytes)) return Claim::no;
  return yes(header);
}

/// { length(2) header } that may be a message's: its counts fit its length, and what is asked for has a question.
bool may_begin(Bytes bytes) noexcept {
  Cursor at(bytes);
  const std::uint16_t length = at.u16();
  const Bytes front = at.bytes(kHeaderBytes);
  if (front.empty() || length < kHeaderBytes) return false;
  const Header header = read_header(front);
  const bool empty = header.questions() == 0 && !header.response() && header.opcode() == 0;
  return header.opcode_assigned() && header.questions() <= 1 && !empty && header.fits(length);
}

Claim claim_stream(const Payload& payload) noexcept {
  Cursor at(payload.bytes);
  const std::uint16_t length = at.u16();
  if (at.failed()) return payload.bytes.size() < payload.wire && payload.from_start ? Claim::yes : Claim::need_more;
  if (length < kHeaderBytes) return Claim::no;
  const Bytes front = at.bytes(kHeaderBytes);
  // What the snaplen cut will not come: the port and the side tell.
  const bool cut = payload.bytes.size() < payload.wire;
  if (front.empty()) return cut && payload.from_start ? Claim::yes : Claim::need_more;
  return may_begin(payload.bytes) ? yes(read_header(front)) : Claim::no;
}

/// A message begins beyond doubt: its question is sound, or a second one follows or nothing does.
bool begins(Bytes bytes) noexcept {
  if (!may_begin(bytes)) return false;
  const std::size_t end = kPrefixBytes + be16(bytes.data());
  const Bytes message = bytes.subspan(kPrefixBytes, std::min(end, bytes.size()) - kPrefixBytes);
  if (read_header(message).questions() == 1 && !has_question(message)) return false;
  const Header header = read_header(message);
  if (header.opcode() == 1 || header.opcode() == 2) return false;  // IQUERY and STATUS, which nobody sends
  const bool sure = header.questions() == 1;
  if (bytes.size() > end)
    return (sure && bytes.size() < end + kPrefixBytes + kHeaderBytes) || may_begin(bytes.subspan(end));
  return bytes.size() == end || read_header(message).questions() == 1;
}

/// Reads a message of a stream. True when it could be read.
bool read_in_stream(Bytes bytes, bool cut, const Payload& payload, Notes& notes) noexcept {
  notes.next_message();
  return read_message(bytes, {.tcp = true, .cut = cut}, payload, notes).verdict == Verdict::keep_going;
}

/// Reads the rest of a stream side, which is no whole message. Waits for the missing octets, unless the snaplen cut
/// them or the message is longer than what is ever held: then it reads the start and passes over the message's
/// length.
Result read_rest(const Payload& payload, std::uint32_t consumed, Dissector::Memory& memory, Notes& notes) noexcept {
  constexpr std::size_t kLongest = 16 * 1024;  // held of a stream
  constexpr std::size_t kEnough = 1024;        // of a longer message
  const Bytes rest = payload.bytes.subspan(consumed);
  const bool cut = payload.bytes.size() < payload.wire;
  const bool framed = rest.size() >= kPrefixBytes;
  const std::uint32_t length = framed ? be16(rest.data()) : 0U;
  if (!cut && (kPrefixBytes + length <= kLongest || rest.size() < kEnough)) {
    if (!rest.empty()) memory.stream |= unfinished(payload.from);
    return {Verdict::need_more, consumed};
  }
  // Always kEnough octets of a long message, so that the result does not depend on how it was cut into segments.
  const Bytes start = cut ? rest : rest.first(kEnough);
  (void)read_in_stream(start.subspan(std::min(kPrefixBytes, start.size())), true, payload, notes);
  const auto end = static_cast<std::uint32_t>(consumed + (framed ? kPrefixBytes + length : rest.size()));
  return {cut ? Verdict::truncated : Verdict::keep_going, end};
}

/// { length(2) message } (RFC 7766 §8). Not inlined, so that datagrams do not save registers that only streams need.
[[gnu::noinline]] Result read_stream(const Payload& payload, Dissector::Memory& memory, Notes& notes) noexcept {
  std::uint8_t& malformed = memory.malformed[payload.from == Side::client ? 0 : 1];
  memory.stream |= kStream;
  memory.stream &= static_cast<std::uint8_t>(~unfinished(payload.from));
  if (payload.lost != Ending::closed) [[unlikely]] {
    note_unreadable(payload.lost, notes);
    malformed = 0;
  }
  Cursor at(payload.bytes);
  std::uint32_t consumed = 0;
  for (std::uint32_t messages = 0; messages < kMessagesPerCall; ++messages) {
    const Cursor message = at.prefixed16();
    if (at.failed() || message.failed()) return read_rest(payload, consumed, memory, notes);
    consumed = static_cast<std::uint32_t>(payload.bytes.size() - at.left());
    const bool read = read_in_stream(message.rest(), false, payload, notes);
    malformed = read ? std::uint8_t{0} : static_cast<std::uint8_t>(malformed + 1);
    if (malformed >= kMaxMalformed) return {Verdict::malformed, consumed};
    if (at.empty()) break;
  }
  return {Verdict::keep_going, consumed};
}

}  // namespace

bool Dissector::presumes(const Payload& payload) noexcept {
  return payload.server_port == kPort || payload.client_port == kPort;
}

Claim Dissector::claims(const Payload& payload) noexcept {
  if (!presumes(payload)) return Claim::no;
  return payload.stream ? claim_stream(payload) : claim_datagram(payload);
}

/// Finds the first message in the middle of a stream: one whose length fits, as does the length behind it, if any.
std::uint32_t Dissector::search(const Payload& payload) noexcept {
  const auto size = static_cast<std::uint32_t>(payload.bytes.size());
  if (!payload.stream || !presumes(payload)) return size;
  for (std::uint32_t at = 0; at + kPrefixBytes + kHeaderBytes <= size; ++at)
    if (begins(payload.bytes.subspan(at))) return at;
  return size;
}

Result Dissector::dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  if (payload.stream) [[unlikely]]
    return read_stream(payload, memory, notes);
  // The notes have just begun with this datagram, so it needs no next_message().
  return read_message(payload.bytes, {.cut = payload.bytes.size() < payload.wire}, payload, notes);
}

/// A gap or a cut hides messages even where none was begun.
void Dissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  if ((memory.stream & kStream) == 0) return;
  const bool pending = (memory.stream & (unfinished(Side::client) | unfinished(Side::server))) != 0;
  const bool lost = ending == Ending::gap || ending == Ending::truncated;
  memory = {};
  if (pending || lost) note_unreadable(ending, notes);
}

}  // namespace uptake::dns
