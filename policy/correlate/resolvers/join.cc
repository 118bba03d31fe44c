#include "policy/correlate/resolvers/join.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dissectors/cursor.h"
#include "dissectors/dns/record.h"
#include "dissectors/packet_time.h"
#include "policy/correlate/dnssec/message.h"

namespace uptake::resolvers {
namespace {

constexpr std::uint64_t kHourNs = 3600 * kSecondNs;
/// A resolver may keep a failure for so long (RFC 9520 §3.2), without asking again.
constexpr std::uint64_t kBogusNs = 300 * kSecondNs;

/// What stands in a message beside its records: RCODE, and whether it says that it does not validate.
struct Failure {
  bool servfail = false;
  bool explained = false;
};

/// { CODE(2) LENGTH(2) DATA } of an OPT, of which an Extended DNS Error begins with its INFO-CODE(2) (RFC 8914 §2).
bool says_bogus(Cursor options) noexcept {
  constexpr std::uint16_t kExtendedError = 15;
  constexpr std::uint16_t kFirst = 6;  // DNSSEC Bogus
  constexpr std::uint16_t kLast = 12;  // NSEC Missing
  bool says = false;
  while (!options.empty()) {
    const std::uint16_t code = options.u16();
    Cursor value = options.prefixed16();
    if (code != kExtendedError) continue;
    const std::uint16_t info_code = value.u16();
    says = says || (value.ok() && info_code >= kFirst && info_code <= kLast);
  }
  return says && options.ok();
}

/// ID(2) flags(2) QDCOUNT(2) ANCOUNT(2) NSCOUNT(2) ARCOUNT(2) (RFC 1035 §4.1.1), then questions and records.
Failure failure_of(Bytes message) noexcept {
  constexpr unsigned kServFail = 2;
  Failure failure;
  Cursor at(message);
  at.skip(2);
  failure.servfail = (at.u16() & 15U) == kServFail;
  unsigned questions = at.u16();
  unsigned records = at.u16();
  records += at.u16();
  records += at.u16();
  if (!failure.servfail || at.failed()) return failure;
  dnssec::Name name;
  for (; questions != 0 && dnssec::read_name(message, at, name) && at.ok(); --questions) at.skip(4);
  for (; records != 0 && dnssec::read_name(message, at, name) && at.ok(); --records) {
    const std::uint16_t type = at.u16();
    at.skip(6);
    const Cursor rdata = at.prefixed16();
    if (at.ok() && rdata.ok() && type == dns::kTypeOpt) failure.explained = failure.explained || says_bogus(rdata);
  }
  return failure;
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
  if (judged.verdict == dnssec::Security::bogus) return note(Shows::handed_out, filed.about, findings);
  if (judged.verdict != dnssec::Security::secure) return;
  if (judged.ad) return note(Shows::called_validated, filed.about, findings);
  if (judged.asked_ad) note(Shows::left_unsaid, filed.about, findings);
}

/// Those that wait for longest are given up when there is no room.
void Join::file_failure(const Filed& filed, const JoinKey& question, Findings& findings) noexcept {
  const Failure failure = failure_of(filed.bytes);
  if (failure.explained) return note(Shows::explained, filed.about, findings);
  if (!failure.servfail) return;
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
