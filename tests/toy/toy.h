#pragma once

// A protocol that nobody speaks, to prove that one is a folder and a line, and to test the packet path without a real
// one: each side sends "TOY", a length octet and as many octets; the first of them is its version.

#include <array>
#include <span>
#include <vector>

#include "dissectors/dissector.h"
#include "policy/catalogue/catalogue.h"
#include "policy/events/events.h"

namespace uptake::toy {

enum Fact : std::uint16_t { kGreeting, kTalk, kFactCount };

inline constexpr std::array<FactRow, kFactCount> kFacts{{
    {"greeting", "version | side << 8"},
    {"talk", "client's version | server's << 8 | Ending << 16 when one of them is missing"},
}};

struct Dissector {
  static constexpr std::string_view kName = "toy";
  struct Memory {
    std::uint8_t version[2] = {};
    std::uint8_t greeted[2] = {};
  };
  static std::span<const FactRow> facts() noexcept { return kFacts; }

  static Claim claims(const Payload& payload) noexcept {
    constexpr std::array<std::uint8_t, 3> kMagic{'T', 'O', 'Y'};
    for (std::size_t i = 0; i < kMagic.size(); ++i) {
      if (i == payload.bytes.size()) return Claim::need_more;
      if (payload.bytes[i] != kMagic[i]) return Claim::no;
    }
    return Claim::yes;
  }

  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
    Cursor cursor(payload.bytes);
    cursor.skip(3);
    Cursor body = cursor.prefixed8();
    if (body.failed()) return {Verdict::need_more, 0};
    const std::uint8_t version = body.u8();
    if (body.failed()) return {Verdict::malformed, 0};
    const auto side = static_cast<unsigned>(payload.from);
    memory.version[side] = version;
    memory.greeted[side] = 1;
    notes.note(kGreeting, version | side << 8);
    if (memory.greeted[1 - side] != 0) notes.note(kTalk, memory.version[0] | std::uint64_t{memory.version[1]} << 8);
    return {Verdict::settled, static_cast<std::uint32_t>(payload.bytes.size() - cursor.left())};
  }

  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept {
    if (memory.greeted[0] != 0 && memory.greeted[1] != 0) return;
    notes.note(kTalk, memory.version[0] | std::uint64_t{memory.version[1]} << 8 | (std::uint64_t{1} << 24) |
                          static_cast<std::uint64_t>(ending) << 16);
  }
};

inline constexpr Standard kStandard{"toy", "Toy", "no RFC"};

inline constexpr Reason kSilent = own_reason(0);
inline constexpr ReasonRow kReasonRows[] = {{kSilent, "silent", "a side did not greet"}};

inline Judgement is_new(std::uint64_t value, const Profile&) noexcept {
  if ((value >> 24 & 1) != 0)
    return Judgement::unobservable(static_cast<Ending>(value >> 16 & 0xff) == Ending::gap ? Reason::gap : kSilent);
  return Judgement::pass_if((value & 0xff) >= 2 && (value >> 8 & 0xff) >= 2);
}

inline constexpr std::array<Measure, 3> kMeasures{{
    {"toy.new", &kStandard, Unit::connections, "toy", kTalk, is_new, "Which talks are new?", "both are 2 or more",
     "-"},
    {"toy.new", &kStandard, Unit::bytes, "toy", kTalk, is_new, "Which bytes are new?", "both are 2 or more", "-"},
    {"toy.new", &kStandard, Unit::servers, "toy", kTalk, is_new, "Which servers are new?", "both are 2 or more", "-"},
}};
inline constexpr std::array<Area, 1> kAreas{{{"toy", kMeasures, nullptr, Vocabulary({}, kReasonRows)}}};

inline void describe(std::uint64_t value, EventFields& fields) { fields.number("versions", value & 0xffff); }

/// The rows of uptake and one more: all that a protocol takes.
[[nodiscard]] inline std::vector<Row> dissectors_with_toy() {
  std::vector<Row> rows = dissectors();
  rows.push_back(row_of<Dissector>());
  return rows;
}

}  // namespace uptake::toy
