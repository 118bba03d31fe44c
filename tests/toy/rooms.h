#pragma once

// Protocols that nobody speaks, one for each way in which dissectors work together.

#include <array>
#include <span>
#include <vector>

#include "dissectors/registry.h"

namespace uptake::toy {

inline constexpr std::array<FactRow, 1> kOneFact{
    {{"said", "first octet | Carrier << 8 | Side << 16 | role known << 17"}}};
enum : std::uint16_t { kSaid };

[[nodiscard]] constexpr std::uint64_t said(std::uint8_t octet, Carrier carrier, Side from, bool role_known) noexcept {
  return octet | static_cast<std::uint64_t>(carrier) << 8 | static_cast<std::uint64_t>(from) << 16 |
         std::uint64_t{role_known} << 17;
}

/// Guest: messages of one length octet and as many octets behind it, the first of which is '@'; on each side it wants
/// two. It is claimed by that '@' alone, so that others may hand over to it at its first octet.
struct Guest {
  static constexpr std::string_view kName = "guest";
  struct Memory {
    std::array<std::uint8_t, 2> seen{};
  };
  static std::span<const FactRow> facts() noexcept { return kOneFact; }
  static Claim claims(const Payload& payload) noexcept {
    if (payload.bytes.size() < 2) return Claim::need_more;
    return payload.bytes[1] == '@' ? Claim::yes : Claim::no;
  }
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
    Cursor cursor(payload.bytes);
    Cursor body = cursor.prefixed8();
    if (body.failed()) return {Verdict::need_more, 0};
    body.skip(1);
    notes.note(kSaid, said(body.u8(), payload.carrier, payload.from, payload.role_known));
    const auto consumed = static_cast<std::uint32_t>(payload.bytes.size() - cursor.left());
    const bool enough = ++memory.seen[static_cast<std::size_t>(payload.from)] == 2;
    return {enough ? Verdict::settled : Verdict::keep_going, consumed};
  }
  static void finish(Memory& memory, Ending, Notes& notes) noexcept {
    notes.note(kSaid, 0xf0U | memory.seen[0] | std::uint64_t{memory.seen[1]} << 2);
  }
};

/// Usher: says "HELLO " and a line on each side, then a Guest goes on, as TLS does behind STARTTLS. Behind a hole it
/// knows the Guest by its '@'.
struct Usher {
  static constexpr std::string_view kName = "usher";
  static constexpr Habits kHabits{.hands_over_to = "guest", .carrier = Carrier::smtp, .resumes = true};
  struct Memory {
    bool asked = false;
  };
  /// Counts what it is made for.
  struct Workspace {
    std::uint64_t calls = 0;
  };
  static std::span<const FactRow> facts() noexcept { return kOneFact; }
  static Claim claims(const Payload& payload) noexcept {
    constexpr std::string_view kBegin = "HELLO ";
    if (payload.claimed) return is_guest(payload.bytes) ? Claim::yes : Claim::no;
    if (starts_with(payload.bytes, kBegin)) return Claim::from_client;
    const std::size_t size = payload.bytes.size();
    return size < kBegin.size() && starts_with(payload.bytes, kBegin.substr(0, size)) ? Claim::need_more : Claim::no;
  }
  static Result dissect(Call& call, Memory& memory) noexcept {
    ++static_cast<Workspace*>(call.workspace)->calls;
    const Bytes bytes = call.payload.bytes;
    if (call.payload.lost != Ending::closed && is_guest(bytes)) return {Verdict::hand_over, 0};
    std::uint32_t end = 0;
    while (end < bytes.size() && bytes[end] != '\n') ++end;
    if (end == bytes.size()) return {Verdict::need_more, 0};
    if (call.payload.from == Side::client) {
      memory.asked = true;
      return {Verdict::keep_going, end + 1};
    }
    if (!memory.asked) return {Verdict::malformed, 0};
    call.notes.note(kSaid, static_cast<Workspace*>(call.workspace)->calls);
    return {Verdict::hand_over, end + 1};
  }
  static void finish(Memory&, Ending, Notes& notes) noexcept { notes.note(kSaid, 0xffff); }

 private:
  static bool is_guest(Bytes bytes) noexcept { return bytes.size() > 1 && bytes[1] == '@'; }
};

/// Parcel: datagrams that begin with "PARCEL" and hold pieces of a Guest's stream: { OFFSET(2) LENGTH(2) octets }.
struct Parcel {
  static constexpr std::string_view kName = "parcel";
  static constexpr Habits kHabits{.hands_over_to = "guest", .carrier = Carrier::quic, .remembers_datagrams = true};
  struct Memory {
    std::uint32_t datagrams = 0;
  };
  static std::span<const FactRow> facts() noexcept { return kOneFact; }
  static Claim claims(const Payload& payload) noexcept {
    return !payload.stream && starts_with(payload.bytes, "PARCEL") ? Claim::yes : Claim::no;
  }
  static Result dissect(Call& call, Memory& memory) noexcept {
    ++memory.datagrams;
    Cursor cursor(call.payload.bytes);
    cursor.skip(6);
    while (cursor.left() > 0) {
      const std::uint32_t offset = cursor.u16();
      const Bytes piece = cursor.bytes(cursor.u16());
      if (cursor.failed()) return {Verdict::malformed, 0};
      call.carried.add(offset, piece);
    }
    return {Verdict::keep_going, static_cast<std::uint32_t>(call.payload.bytes.size())};
  }
  static void finish(Memory& memory, Ending, Notes& notes) noexcept { notes.note(kSaid, memory.datagrams); }
};

/// Everlasting: messages of "EVER", LENGTH(2) and as many octets, for as long as the connection lives.
struct Everlasting {
  static constexpr std::string_view kName = "everlasting";
  static constexpr Habits kHabits{.lasting = true, .most_held = 64 * 1024 - 1};
  struct Memory {
    std::uint32_t messages = 0;
  };
  static std::span<const FactRow> facts() noexcept { return kOneFact; }
  static Claim claims(const Payload& payload) noexcept {
    if (payload.bytes.size() < 4) return payload.stream ? Claim::need_more : Claim::no;
    return payload.stream && starts_with(payload.bytes, "EVER") ? Claim::yes : Claim::no;
  }
  static std::uint32_t search(const Payload& payload) noexcept {
    const Bytes bytes = payload.bytes;
    for (std::size_t at = 0; at + 4 <= bytes.size(); ++at)
      if (starts_with(bytes.subspan(at), "EVER")) return static_cast<std::uint32_t>(at);
    return static_cast<std::uint32_t>(bytes.size());
  }
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
    Cursor cursor(payload.bytes);
    cursor.skip(4);
    const Bytes body = cursor.bytes(cursor.u16());
    if (cursor.failed()) return {Verdict::need_more, 0};
    ++memory.messages;
    notes.note(kSaid, body.size() | std::uint64_t{payload.lost != Ending::closed} << 16);
    return {Verdict::keep_going, static_cast<std::uint32_t>(payload.bytes.size() - cursor.left())};
  }
  static void finish(Memory& memory, Ending, Notes& notes) noexcept {
    notes.note(kSaid, std::uint64_t{1} << 32 | memory.messages);
  }
};

/// The rows of uptake and those of the rooms.
[[nodiscard]] inline std::vector<Row> dissectors_with_rooms() {
  std::vector<Row> rows = dissectors();
  rows.push_back(row_of<Usher>());
  rows.push_back(row_of<Parcel>());
  rows.push_back(row_of<Everlasting>());
  rows.push_back(row_of<Guest>());
  return rows;
}

}  // namespace uptake::toy
