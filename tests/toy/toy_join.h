#pragma once

// A join that nobody needs, to prove that one is a class and a line, and to test the way of Exhibits: was the client
// of a toy talk told the server's address before? A talk that ends without an answer waits: the address may be told
// late.

#include <array>
#include <cstring>
#include <span>
#include <vector>

#include "dissectors/dns/dns.h"
#include "policy/correlate/correlators.h"
#include "policy/correlate/join_table.h"
#include "tests/toy/toy.h"

namespace uptake::toy {

inline constexpr std::array<ExhibitRow, 1> kResponses{{{"response", "-", "the message"}}};
inline constexpr std::array<ExhibitRow, 2> kTalks{{{"greeting", "side", "-"}, {"end", "Ending", "-"}}};

/// ShowingDns: shows every response over UDP as it is.
struct ShowingDns : dns::Dissector {
  static std::span<const ExhibitRow> exhibits() noexcept { return kResponses; }
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
    const Result result = dns::Dissector::dissect(payload, memory, notes);
    const bool response = payload.bytes.size() > 2 && (payload.bytes[2] & 0x80) != 0;
    if (response && !payload.stream && notes.wants(0)) notes.exhibit(0, 0, payload.bytes);
    return result;
  }
};

/// ShowingToy: shows each greeting, and each talk that lacks one when it ends. Version 0xff greets in abundance.
struct ShowingToy : Dissector {
  static std::span<const ExhibitRow> exhibits() noexcept { return kTalks; }
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
    const Result result = Dissector::dissect(payload, memory, notes);
    if (result.verdict != Verdict::settled) return result;
    const auto side = static_cast<unsigned>(payload.from);
    const unsigned times = memory.version[side] == 0xff ? 2 * ExhibitRoom::kExhibits : 1;
    for (unsigned i = 0; i < times; ++i) notes.exhibit(0, side, {});
    return result;
  }
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept {
    Dissector::finish(memory, ending, notes);
    if (memory.greeted[0] == 0 || memory.greeted[1] == 0) notes.exhibit(1, static_cast<std::uint64_t>(ending), {});
  }
};

enum JoinFact : std::uint16_t { kTold, kToldLate };
inline constexpr std::array<FactRow, 2> kJoinFacts{{
    {"told", "1: the client of this greeting was told the server's address"},
    {"told_late", "1: so was the client of a talk without an answer, before or soon after it ended"},
}};

/// Join: remembers for a minute which client was told which IPv4 address: the last octets of a response.
template <std::size_t kPlaces>
class Join {
 public:
  static constexpr std::string_view kName = "toy_join";
  static constexpr std::uint64_t kWaitNs = 2'000'000'000;
  static constexpr std::uint64_t kRememberNs = 60'000'000'000;
  static std::span<const FactRow> facts() noexcept { return kJoinFacts; }
  static std::span<const Wanted> reads() noexcept {
    static constexpr std::array<Wanted, 3> kReads{{{"dns", 0}, {"toy", 0}, {"toy", 1}}};
    return kReads;
  }

  explicit Join(const Digests& digests) : digests_(digests), told_(kPlaces) { waiting_.reserve(kMostWaiting); }

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept {
    const About& about = filed.about;
    if (which == 0 && filed.bytes.size() >= 4) {
      Address address;
      std::memcpy(address.octets.data(), filed.bytes.data() + filed.bytes.size() - 4, 4);
      told_.put({digest(about.subject.client), digest(address)}, about.packet_ns, about.packet_ns + kRememberNs) = 1;
    }
    if (which == 1) {
      findings.note(kTold, was_told(about), about);
      findings.show(kTold, was_told(about), filed.bytes, about, nullptr);
    }
    if (which != 2) return;
    if (waiting_.size() == kMostWaiting) answer(findings);
    waiting_.push_back(about.kept(digests_));
  }
  void advance(std::uint64_t packet_ns, Findings& findings) noexcept {
    while (first_ < waiting_.size() && waiting_[first_].packet_ns + kWaitNs <= packet_ns) answer(findings);
  }
  void finish(Findings& findings) noexcept {
    while (first_ < waiting_.size()) answer(findings);
  }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return told_.forgotten(); }

 private:
  static constexpr std::size_t kMostWaiting = 4096;

  [[nodiscard]] std::uint64_t digest(const Address& address) const noexcept {
    return digests_.prefix(address, PrefixMask(address.family, address.family == Family::v4 ? 32 : 128));
  }
  [[nodiscard]] std::uint64_t was_told(const About& about) noexcept {
    const JoinKey key{digest(about.subject.client), digest(about.subject.server)};
    return told_.find(key, about.packet_ns) != nullptr ? 1 : 0;
  }
  void answer(Findings& findings) noexcept {
    const About& about = waiting_[first_++];
    findings.note(kToldLate, was_told(about), about);
    findings.show(kToldLate, was_told(about), {}, about, nullptr);
    if (first_ != waiting_.size() && first_ != kMostWaiting) return;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }

  const Digests& digests_;
  JoinTable<std::uint8_t> told_;
  std::vector<About> waiting_;  ///< in order; those before `first_` are answered
  std::size_t first_ = 0;
};

/// Echo: notes what the join above it shows.
struct Echo {
  static constexpr std::string_view kName = "toy_echo";
  static constexpr std::uint64_t kWaitNs = 2'000'000'000;
  static std::span<const FactRow> facts() noexcept { return kJoinFacts; }
  static std::span<const Wanted> reads() noexcept {
    static constexpr std::array<Wanted, 2> kReads{{{"toy_join", kTold}, {"toy_join", kToldLate}}};
    return kReads;
  }
  explicit Echo(const Digests&) {}
  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept {
    findings.note(static_cast<std::uint16_t>(which), filed.value, filed.about);
  }
  void advance(std::uint64_t, Findings&) noexcept {}
  void finish(Findings&) noexcept {}
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return 0; }
};

inline Judgement is_told(std::uint64_t value, const Profile&) noexcept { return Judgement::pass_if(value == 1); }

inline constexpr std::array<Measure, 3> kJoinMeasures{{
    {"toy.told", &kStandard, Unit::connections, "toy_join", kTold, is_told, "Which greetings followed an answer?",
     "the client was told the address", "-"},
    {"toy.told", &kStandard, Unit::servers, "toy_join", kTold, is_told, "Which servers were asked for?",
     "the client was told the address", "-"},
    {"toy.told_late", &kStandard, Unit::connections, "toy_join", kToldLate, is_told, "Which talks were in vain?",
     "the client was told the address", "-"},
}};
inline constexpr std::array<Area, 2> kJoinAreas{{{"toy", kMeasures, nullptr}, {"toy", kJoinMeasures, nullptr}}};
inline constexpr std::array<Measure, 2> kEchoMeasures{{
    {"toy.echo", &kStandard, Unit::connections, "toy_echo", kTold, is_told, "Which greetings were shown?",
     "the client was told the address", "-"},
    {"toy.echo_late", &kStandard, Unit::connections, "toy_echo", kToldLate, is_told, "Which talks were shown?",
     "the client was told the address", "-"},
}};
inline constexpr std::array<Area, 3> kEchoAreas{
    {{"toy", kMeasures, nullptr}, {"toy", kJoinMeasures, nullptr}, {"toy", kEchoMeasures, nullptr}}};

/// The rows of uptake with both that show something.
[[nodiscard]] inline std::vector<Row> showing_dissectors() {
  std::vector<Row> rows = dissectors();
  for (Row& row : rows)
    if (row.name == ShowingDns::kName) row = row_of<ShowingDns>();
  rows.push_back(row_of<ShowingToy>());
  return rows;
}

}  // namespace uptake::toy
