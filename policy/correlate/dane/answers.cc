#include "policy/correlate/dane/answers.h"

#include <algorithm>

#include "policy/correlate/dane/response.h"
#include "policy/correlate/dane/tlsa.h"

namespace uptake::dane {
namespace {

/// How long an answer serves that has no time of its own: it is bogus, not judged, or without an SOA.
constexpr std::uint32_t kShortTtl = 60;

/// Owner: what a TLSA record's name says: _25._tcp.mx.example.org (RFC 6698 §3).
struct Owner {
  std::uint16_t port = 0;  ///< 0: it is none of TCP
  dnssec::Name host;
};

Owner owner_of(dnssec::Name name) noexcept {
  constexpr std::uint32_t kMostPort = 0xffff;
  name.to_lower();
  const Bytes wire = name.wire();
  Cursor at(wire);
  const Bytes port = at.bytes(at.u8());
  const Bytes transport = at.bytes(at.u8());
  constexpr std::array<std::uint8_t, 4> kTcp = {'_', 't', 'c', 'p'};
  if (at.failed() || port.size() < 2 || port[0] != '_' || !std::ranges::equal(transport, kTcp)) return {};
  std::uint32_t number = 0;
  for (const std::uint8_t digit : port.subspan(1)) {
    if (digit < '0' || digit > '9' || number > kMostPort) return {};
    number = number * 10 + (digit - std::uint32_t{'0'});
  }
  if (number > kMostPort) return {};
  return {static_cast<std::uint16_t>(number), name.last(name.labels() - 2)};
}

/// What is proved counts more than what is not, and what was judged more than what was not.
unsigned rank_of(Published published) noexcept {
  switch (published) {
    case Published::usable:
    case Published::unusable:
    case Published::absent:
    case Published::limit:
      return 3;
    case Published::insecure:
      return 2;
    case Published::bogus:
      return 1;
    default:
      return 0;
  }
}

/// Of a response without records of that type.
Published denied(const dnssec::Bits& judged) noexcept {
  if (judged.kind == dnssec::Kind::error || judged.kind == dnssec::Kind::referral) return Published::not_judged;
  return Published::absent;
}

}  // namespace

void Known::take(const Answer& answer) noexcept {
  const unsigned rank = rank_of(answer.published);
  const unsigned known_rank = rank_of(last.published);
  if (last.published == Published::unseen || rank > known_rank) {
    last = answer;
    return;
  }
  if (rank < known_rank && last.until_ns > answer.from_ns) return;
  if (last.says_as(answer)) {
    const Answer earlier = last;
    if (answer.last_ns >= earlier.last_ns) last = answer;
    last.last_ns = std::max(answer.last_ns, earlier.last_ns);
    last.until_ns = std::max(answer.until_ns, earlier.until_ns);
    last.from_ns = std::max(std::min(answer.from_ns, earlier.from_ns), before.last_ns);
    return;
  }
  if (answer.from_ns >= last.last_ns) {
    lose(before);
    before = last;
    last = answer;
    return;
  }
  if (answer.from_ns < before.from_ns) return lose(answer);
  lose(before);
  before = answer;
  if (answer.from_ns < last.from_ns) return;
  // It came between two that say the same, of which the first is forgotten.
  lose(last);
  last.from_ns = last.last_ns;
}

const Answer* Known::at(std::uint64_t packet_ns, bool& lost) const noexcept {
  const bool has_before = before.published != Published::unseen;
  const Answer& first = has_before ? before : last;
  lost = packet_ns < first.from_ns && packet_ns < lost_ns;
  const Answer& serves = last.from_ns <= packet_ns ? last : first;
  return lost || serves.until_ns <= packet_ns ? nullptr : &serves;
}

void Answers::take_records(const dnssec::Message& message, const dnssec::Rrset& rrset, Bytes host,
                           Answer& answer) noexcept {
  std::ranges::copy(host, scratch_.begin());
  std::size_t size = host.size();
  unsigned usable = 0;
  bool fits = true;
  message.each_record(rrset, [&](Bytes rdata) {
    fits = fits && scratch_.size() - size >= rdata.size() + 2;
    if (!fits) return;
    scratch_[size++] = static_cast<std::uint8_t>(rdata.size() >> 8);
    scratch_[size++] = static_cast<std::uint8_t>(rdata.size());
    std::ranges::copy(rdata, scratch_.begin() + static_cast<std::ptrdiff_t>(size));
    size += rdata.size();
    answer.set += digests_.octets(rdata);
    const Tlsa record = Tlsa::read(rdata);
    usable += record.is_usable(true) ? 1U : 0U;
    answer.usable_elsewhere = answer.usable_elsewhere || record.is_usable(false);
  });
  answer.published = usable > 0 ? Published::usable : Published::unusable;
  answer.pair = usable > 1;
  if (fits && octets_.keep(Bytes{scratch_.data(), size}, answer.octets))
    answer.name_size = static_cast<std::uint16_t>(host.size());
  else
    answer.published = Published::limit;
}

void Answers::learn(const dnssec::Message& message, const dnssec::Bits& judged, std::uint64_t packet_ns) noexcept {
  const Owner owner = owner_of(message.qname());
  if (owner.port == 0 || owner.host.is_root()) return;
  ports_.set(owner.port);
  std::array<std::uint8_t, dnssec::Name::kMostText> text;
  const Bytes host{text.data(), owner.host.text(text.data())};
  const JoinKey key{digests_.name(host), owner.port, 0};
  const Followed found = follow(message);
  Answer answer{.from_ns = packet_ns, .last_ns = packet_ns};
  std::uint32_t ttl = found.rrset != nullptr ? found.ttl : std::min(found.ttl, denial_ttl(message));
  switch (judged.verdict) {
    case dnssec::Security::secure:
      answer.published = denied(judged);
      if (found.rrset != nullptr) take_records(message, *found.rrset, host, answer);
      break;
    case dnssec::Security::insecure:
      answer.published = found.rrset != nullptr ? Published::insecure : denied(judged);
      break;
    case dnssec::Security::bogus:
      answer.published = Published::bogus;
      break;
    case dnssec::Security::not_judged:
      answer.published = Published::not_judged;
      break;
  }
  if (ttl == 0 || rank_of(answer.published) < 2) ttl = kShortTtl;
  answer.until_ns = packet_ns + std::min(ttl, kLongestTtl) * kSecondNs;
  Known known;
  known.asked_ns = known.asked_since_ns = packet_ns;
  if (const Known* const found_known = table_.find(key, packet_ns); found_known != nullptr) {
    // A verdict may come later than one on a later response.
    const bool follows = packet_ns <= found_known->asked_ns + kAskedNs;
    known = *found_known;
    known.asked_ns = std::max(packet_ns, known.asked_ns);
    known.asked_since_ns = follows ? std::min(packet_ns, known.asked_since_ns) : packet_ns;
  }
  known.take(answer);
  Answer& last = known.last;
  if (last.octets.size == 0 && octets_.keep(host, last.octets))
    last.name_size = static_cast<std::uint16_t>(host.size());
  const std::uint64_t until = std::max({last.until_ns, known.before.until_ns, known.asked_ns + kAskedNs}) + kLateNs;
  table_.put(key, packet_ns, until) = known;
}

const Known* Answers::find(std::uint64_t host, std::uint16_t port, std::uint64_t packet_ns) noexcept {
  return table_.find({host, port, 0}, packet_ns);
}

}  // namespace uptake::dane
