#include "policy/correlate/resolvers/join.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dissectors/cursor.h"
#include "dissectors/dns/record.h"
#include "dissectors/packet_time.h"
#include "policy/correlate/dnssec/extended_errors.h"

namespace uptake::resolvers {
namespace {

constexpr std::uint64_t kHourNs = 3600 * kSecondNs;
/// A resolver may keep a failure for so long (RFC 9520 §3.2), without asking again.
constexpr std::uint64_t kBogusNs = 300 * kSecondNs;

/// ID(2) flags(2), of which the last four bits are the RCODE (RFC 1035 §4.1.1).
bool is_servfail(Bytes message) noexcept {
  constexpr unsigned kServFail = 2;
  Cursor at(message);
  at.skip(2);
  return (at.u16() & 15U) == kServFail && at.ok();
}

Known known_for(std::uint64_t ns) noexcept {
  if (ns >= 24 * kHourNs) return Known::day;
  if (ns >= 12 * kHourNs) return Known::twelve_hours;
  return ns >= 2 * kHourNs ? Known::two_hours : Known::minutes;
}

Direction opposite(Direction direction) noexcept {
  if (direction == Direction::unknown) return direction;
  return direction == Direction::from_customer ? Direction::toward_customer : Direction::from_customer;
}

void note(Shows shows, const About& about, Findings& findings) noexcept {
  findings.note(kAnswer, static_cast<std::uint64_t>(shows), about);
  About resolver = about;
  std::swap(resolver.subject.client, resolver.subject.server);
  std::swap(resolver.subject.client_port, resolver.subject.server_port);
  resolver.subject.direction = opposite(about.subject.direction);
  findings.note(kResolver, static_cast<std::uint64_t>(shows), resolver);
}

}  // namespace

std::span<const Wanted> Join::reads() noexcept {
  static constexpr std::array<Wanted, 1> kReads{{{"dnssec", dnssec::kJudged}}};
  return kReads;
}

void Join::file(std::size_t, const Filed& filed, Findings& findings) noexcept {
  const dnssec::Bits judged = dnssec::Bits::unpack(filed.value);
  note_known(filed, judged, findings);
  // What answers no query shows nothing of the resolver.
  if (judged.unasked) return;
  const std::uint64_t now = filed.about.packet_ns;
  const bool stub = judged.side == DnsSide::stub;
  const bool bogus = judged.verdict == dnssec::Security::bogus;
  if (!bogus && !stub) return;
  const JoinKey question{filed.about.name_digest(digests_), judged.qtype, 0};
  if (bogus) {
    std::uint64_t& since = bogus_.put(question, now, now + kBogusNs);
    since = since == 0 ? now : std::min(since, now);
  }
  // Who sets CD wants no validation (RFC 4035 §3.2.2).
  if (!stub || judged.cd) return;
  if (judged.kind == dnssec::Kind::error) return file_failure(filed, question, findings);
  file_answer(filed, judged, findings);
}

void Join::note_known(const Filed& filed, const dnssec::Bits& judged, Findings& findings) noexcept {
  const std::uint64_t now = filed.about.packet_ns;
  const bool shows_keys = judged.qtype == dns::kTypeDnskey && judged.verdict == dnssec::Security::secure;
  const bool is_earlier = keys_since_ns_ == 0 || now < keys_since_ns_;
  if (shows_keys && is_earlier) keys_since_ns_ = now;
  const bool known = keys_since_ns_ != 0 && keys_since_ns_ <= now;
  const Known how_long = known ? known_for(now - keys_since_ns_) : Known::nothing;
  findings.note(kKnown, static_cast<std::uint64_t>(how_long), filed.about);
}

void Join::file_answer(const Filed& filed, const dnssec::Bits& judged, Findings& findings) noexcept {
  // What it says of its own zones it does not validate.
  if (judged.authoritative) return;
  if (judged.verdict == dnssec::Security::bogus && judged.optional) return;
  if (judged.verdict == dnssec::Security::bogus) return note(Shows::handed_out, filed.about, findings);
  if (judged.verdict != dnssec::Security::secure) return;
  if (judged.ad) return note(Shows::called_validated, filed.about, findings);
  if (judged.asked_ad && !judged.optional) note(Shows::left_unsaid, filed.about, findings);
}

/// Those that wait for longest are given up when there is no room.
void Join::file_failure(const Filed& filed, const JoinKey& question, Findings& findings) noexcept {
  if (!is_servfail(filed.bytes)) return;
  if (dnssec::has_extended_error(filed.bytes, dnssec::says_bogus))
    return note(Shows::explained, filed.about, findings);
  if (waiting_.full()) {
    waiting_.pop();
    ++hurried_;
  }
  waiting_.push({filed.about.kept(digests_), question});
}

void Join::answer_first(Findings& findings) noexcept {
  const Waiting& waiting = waiting_.pop();
  const std::uint64_t now = waiting.about.packet_ns;
  const std::uint64_t* const bogus = bogus_.find(waiting.question, now);
  if (bogus != nullptr && *bogus <= now) note(Shows::refused, waiting.about, findings);
}

void Join::advance(std::uint64_t packet_ns, Findings& findings) noexcept {
  while (waiting_.is_due(packet_ns)) answer_first(findings);
}

void Join::finish(Findings& findings) noexcept {
  while (!waiting_.empty()) answer_first(findings);
}

}  // namespace uptake::resolvers
