#include "dissectors/bgp/bgp.h"

#include <algorithm>
#include <array>

#include "dissectors/bgp/notification.h"
#include "dissectors/bgp/open.h"

namespace uptake::bgp {
namespace {

constexpr std::uint16_t kPort = 179;
constexpr std::size_t kMarker = 16;
constexpr std::size_t kHeader = 19;

/// Type: of a message (RFC 4271 section 4.1, RFC 2918 section 3).
enum class Type : std::uint8_t { open = 1, update, notification, keepalive, route_refresh };

/// Header: of one message.
struct Header {
  Type type{};
  std::uint16_t length = 0;  ///< header included

  /// The least that a message of this type has, and the most: RFC 4271 section 4, RFC 8654 section 4.
  [[nodiscard]] bool is_sound() const noexcept {
    constexpr std::array<std::uint8_t, 6> kLeast = {0, 29, 23, 21, 19, 23};
    const auto number = static_cast<std::size_t>(type);
    if (number == 0 || number >= kLeast.size() || length < kLeast[number]) return false;
    return type == Type::keepalive ? length == kHeader : type != Type::open || length <= 4096;
  }
};

std::size_t marked(Bytes bytes) noexcept {
  const std::size_t most = std::min(bytes.size(), kMarker);
  std::size_t count = 0;
  while (count < most && bytes[count] == 0xff) ++count;
  return count;
}

// 16 octets 0xff; uint16 length; uint8 type  RFC 4271 section 4.1
Header header_of(Bytes bytes) noexcept {
  Cursor at(bytes.subspan(kMarker));
  Header header;
  header.length = at.u16();
  header.type = static_cast<Type>(at.u8());
  return header;
}

/// Whether a message begins here, as far as can be told.
Claim begins(Bytes bytes) noexcept {
  if (marked(bytes) < std::min(bytes.size(), kMarker)) return Claim::no;
  if (bytes.size() < kHeader) return Claim::need_more;
  return header_of(bytes).is_sound() ? Claim::yes : Claim::no;
}

bool is_port(const Payload& payload) noexcept { return payload.client_port == kPort || payload.server_port == kPort; }

// TCP options: uint8 kind; uint8 length; value; kinds 0 and 1 are alone  RFC 9293 section 3.1
bool has_option(Bytes options, std::uint8_t wanted) noexcept {
  Cursor at(options);
  while (!at.empty()) {
    const std::uint8_t kind = at.u8();
    if (kind == 0) return false;
    if (kind == 1) continue;
    if (kind == wanted) return true;
    const std::uint8_t length = at.u8();
    if (length < 2) return false;
    at.skip(length - 2U);
  }
  return false;
}

/// What the segments of a speaker tell of how they are protected: once, by the first of its messages that ends in the
/// segment at hand.
void look_at_segment(const Payload& payload, Speaker& speaker) noexcept {
  constexpr std::uint8_t kMd5Option = 19;  // RFC 2385
  constexpr std::uint8_t kAoOption = 29;   // RFC 5925
  if (payload.hop_limit == 0) return;
  speaker.set(Speaker::kMd5, has_option(payload.tcp_options, kMd5Option));
  speaker.set(Speaker::kAo, has_option(payload.tcp_options, kAoOption));
  speaker.set(Speaker::kMostTtl, payload.hop_limit == 255);
  speaker.set(Speaker::kSeen);
}

/// As many messages of a session whose other end is not seen, after which it is noted as it is.
constexpr std::uint8_t kWaits = 32;
/// The same as packet time, of a session that began before the capture: an end that is silent for longer than any
/// usual hold time (90 s: RFC 4271 section 10; 180 s by other vendors) is not in the capture. In Payload::ticks.
constexpr std::uint32_t kSilence = static_cast<std::uint32_t>(240'000'000'000ULL >> 24);

/// Whether no more of what kSession tells is to be waited for.
bool is_known(const Payload& payload, const Dialogue& dialogue) noexcept {
  if (dialogue.opens()) return true;
  if (payload.begun) return dialogue.messages >= kWaits;
  return dialogue.both_seen() || payload.ticks - dialogue.first_ticks >= kSilence;
}

void note_session(Dialogue& dialogue, Ending ending, Notes& notes) noexcept {
  if (dialogue.noted) return;
  dialogue.noted = true;
  notes.note(kSession, dialogue.bits(ending).pack());
}

void read_update_message(const Payload& payload, Bytes body, Dialogue& dialogue, Notes& notes) noexcept {
  Update update;
  Speaker& speaker = dialogue.speakers[static_cast<std::size_t>(payload.from)];
  if (!read_update(body, dialogue.reading(payload.from), update)) {
    notes.note(kUnreadable, static_cast<std::uint64_t>(Ending::malformed));
    return;
  }
  speaker.set(Speaker::kUpdates);
  if (speaker.as_octets == Octets::unknown) speaker.as_octets = update.bits.as_octets;
  const std::uint64_t value = update.bits.pack();
  notes.note(kUpdate, value);
  if (notes.wants(kUpdateShown))
    notes.exhibit(kUpdateShown, value | std::uint64_t{payload.waited} << kWaitedShift, body);
}

void read_notification_message(const Payload& payload, Bytes body, Dialogue& dialogue, Notes& notes) noexcept {
  Speaker& speaker = dialogue.speakers[static_cast<std::size_t>(payload.from)];
  const Speaker& other = dialogue.speakers[1 - static_cast<std::size_t>(payload.from)];
  Notification read = read_notification(body);
  read.bits.from_server = payload.from == Side::server;
  if (read.bits.from_server && !other.is(Speaker::kNotified)) dialogue.server_notified_first = true;
  speaker.set(Speaker::kNotified);
  speaker.code = read.bits.code;
  speaker.subcode = read.bits.subcode;
  if (read.bits.communication == Communication::said && notes.wants_name(kNotification)) {
    notes.name(read.words);
    speaker.set(Speaker::kTold);
  }
  notes.note(kNotification, read.bits.pack());
}

void read_message(const Payload& payload, Header header, Bytes body, Dialogue& dialogue, Notes& notes) noexcept {
  Speaker& speaker = dialogue.speakers[static_cast<std::size_t>(payload.from)];
  if (!speaker.is(Speaker::kSeen)) look_at_segment(payload, speaker);
  dialogue.v6 = payload.family == Family::v6;
  if (dialogue.messages == 0) dialogue.first_ticks = payload.ticks;
  if (dialogue.messages < 0xff) ++dialogue.messages;
  switch (header.type) {
    case Type::open:
      // A second one in a session that is under way is none of it.
      if (!speaker.is(Speaker::kOpen) && !read_open(body, speaker))
        notes.note(kUnreadable, static_cast<std::uint64_t>(Ending::malformed));
      break;
    case Type::update:
      read_update_message(payload, body, dialogue, notes);
      break;
    case Type::notification:
      read_notification_message(payload, body, dialogue, notes);
      break;
    case Type::keepalive:
      speaker.set(Speaker::kKeepalive);
      // Without its OPEN in front it came later than that, when the session was established.
      if (!payload.begun && !speaker.is(Speaker::kOpen)) speaker.set(Speaker::kUpdates);
      break;
    case Type::route_refresh:
      speaker.set(Speaker::kUpdates);
      break;
  }
  if (!dialogue.noted && dialogue.established() && is_known(payload, dialogue))
    note_session(dialogue, Ending::closed, notes);
}

/// What a session has lost at its end: messages whose ends did not come, or a hole behind which nothing was read.
void note_unread_end(const Dialogue& dialogue, Ending ending, Notes& notes) noexcept {
  const Speaker& client = dialogue.speakers[0];
  const Speaker& server = dialogue.speakers[1];
  const bool told = client.is(Speaker::kBroke) || server.is(Speaker::kBroke);
  const bool hole = !told && (ending == Ending::gap || ending == Ending::truncated);
  const int halves = client.is(Speaker::kHalf) + server.is(Speaker::kHalf);
  const int places = halves == 0 && hole ? 1 : halves;
  for (int i = 0; i < places; ++i) notes.note(kUnreadable, static_cast<std::uint64_t>(ending));
}

/// Messages of one call: what they note must fit (Notes::kObservationsPerCall, ExhibitRoom::kBytesPerCall).
constexpr unsigned kMessagesPerCall = 64;
constexpr std::size_t kShownPerCall = std::size_t{ExhibitRoom::kBytesPerCall} / 4;

}  // namespace

Claim Dissector::claims(const Payload& payload) noexcept {
  return payload.stream && !payload.bytes.empty() ? begins(payload.bytes) : Claim::no;
}

std::uint32_t Dissector::search(const Payload& payload) noexcept {
  const Bytes bytes = payload.bytes;
  const auto nowhere = static_cast<std::uint32_t>(bytes.size());
  if (!payload.stream || !is_port(payload)) return nowhere;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t run = marked(bytes.subspan(at));
    if (run == kMarker || at + run == bytes.size()) {
      if (begins(bytes.subspan(at)) != Claim::no) return static_cast<std::uint32_t>(at);
      ++at;
      continue;
    }
    at += run + 1;
  }
  return nowhere;
}

bool Dissector::presumes(const Payload& payload) noexcept { return payload.stream && is_port(payload); }

Result Dissector::dissect(Call& call, Memory& memory) noexcept {
  const Payload& payload = call.payload;
  Speaker& speaker = memory.speakers[static_cast<std::size_t>(payload.from)];
  if (payload.lost != Ending::closed) {
    if (!speaker.is(Speaker::kBroke)) call.notes.note(kUnreadable, static_cast<std::uint64_t>(payload.lost));
    if (memory.lost == Ending::closed) memory.lost = payload.lost;
    speaker.set(Speaker::kBroke, false);
  }
  speaker.set(Speaker::kHalf, false);
  std::size_t done = 0;
  std::size_t shown = 0;
  for (unsigned count = 0; count < kMessagesPerCall && shown < kShownPerCall; ++count) {
    const Bytes rest = payload.bytes.subspan(done);
    if (rest.empty()) break;
    const Claim claim = begins(rest);
    if (claim == Claim::no) {
      call.notes.note(kUnreadable, static_cast<std::uint64_t>(Ending::malformed));
      speaker.set(Speaker::kBroke);
      return {Verdict::malformed, static_cast<std::uint32_t>(done)};
    }
    const Header header = claim == Claim::yes ? header_of(rest) : Header{};
    if (claim == Claim::need_more || header.length > rest.size()) {
      const bool cut = payload.wire > payload.bytes.size();
      speaker.set(Speaker::kHalf);
      return {cut ? Verdict::truncated : Verdict::need_more, static_cast<std::uint32_t>(done)};
    }
    read_message(payload, header, rest.subspan(kHeader, header.length - kHeader), memory, call.notes);
    done += header.length;
    shown += ExhibitRoom::taken_by(header.length);
  }
  return {Verdict::keep_going, static_cast<std::uint32_t>(done)};
}

void Dissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  note_session(memory, ending, notes);
  note_unread_end(memory, ending, notes);
  if (!notes.wants(kSessionShown)) return;
  const auto* const octets = reinterpret_cast<const std::uint8_t*>(&memory);
  notes.exhibit(kSessionShown, memory.bits(ending).pack(), {octets, sizeof memory});
}

}  // namespace uptake::bgp
