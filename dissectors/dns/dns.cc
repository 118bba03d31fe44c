#include "dissectors/dns/dns.h"

#include <algorithm>

#include "dissectors/dns/message.h"
#include "dissectors/dns/name.h"

namespace uptake::dns {
namespace {

constexpr std::uint16_t kPort = 53;
constexpr std::size_t kPrefixBytes = 2;
constexpr std::uint32_t kMessagesPerCall = 8;
constexpr std::uint8_t kMaxMalformed = 8;  ///< messages in a row after which the framing of a stream is not believed

static_assert(kMessagesPerCall * kPerMessage <= Notes::kObservationsPerCall);
static_assert(kMessagesPerCall <= Notes::kSubjectsPerCall);
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

Claim claim_stream(const Payload& payload) noexcept {
  Cursor at(payload.bytes);
  const std::uint16_t length = at.u16();
  if (at.failed()) return Claim::need_more;
  if (length < kHeaderBytes) return Claim::no;
  const Bytes front = at.bytes(kHeaderBytes);
  if (front.empty()) return Claim::need_more;
  const Header header = read_header(front);
  if (!header.opcode_assigned() || header.questions() > 1 || !header.fits(length)) return Claim::no;
  return yes(header);
}

/// Reads a message of a stream. True when it could be read.
bool read_in_stream(Bytes bytes, bool cut, const Payload& payload, Notes& notes) noexcept {
  notes.next_message();
  return read_message(bytes, {.tcp = true, .cut = cut}, payload, notes).verdict == Verdict::keep_going;
}

/// The rest of a stream side is no whole message: wait, unless the snaplen cut it.
Result read_rest(const Payload& payload, std::uint32_t consumed, Dissector::Memory& memory, Notes& notes) noexcept {
  Bytes rest = payload.bytes.subspan(consumed);
  if (payload.bytes.size() >= payload.wire) {
    if (!rest.empty()) memory.stream |= unfinished(payload.from);
    return {Verdict::need_more, consumed};
  }
  rest = rest.subspan(std::min(kPrefixBytes, rest.size()));
  (void)read_in_stream(rest, true, payload, notes);
  return {Verdict::truncated, static_cast<std::uint32_t>(payload.bytes.size())};
}

/// { length(2) message } (RFC 7766 §8). Apart, so that a datagram does not pay for its registers.
[[gnu::noinline]] Result read_stream(const Payload& payload, Dissector::Memory& memory, Notes& notes) noexcept {
  std::uint8_t& malformed = memory.malformed[payload.from == Side::client ? 0 : 1];
  memory.stream |= kStream;
  memory.stream &= static_cast<std::uint8_t>(~unfinished(payload.from));
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
