#include "policy/correlate/certificates/join.h"

#include <algorithm>

#include "dissectors/packet_time.h"
#include "dissectors/tls/certificates.h"
#include "dissectors/tls/facts.h"
#include "policy/correlate/certificates/leaf.h"
#include "policy/correlate/certificates/sight.h"

namespace uptake::certificates {
namespace {

/// How long a connection may take from its Certificate to its end as a session.
constexpr std::uint64_t kPendingNs = 600 * kSecondNs;
/// How long a verdict is remembered since it was last asked for.
constexpr std::uint64_t kKnownNs = 24 * 3600 * kSecondNs;
/// A staple has a time of its own: it is judged again soon.
constexpr std::uint64_t kStapleNs = 60 * kSecondNs;

/// What becomes of a CertificateStatus, or of whatever stood there, that could not be read.
constexpr Staple lost_staple(Ending why) noexcept {
  if (why == Ending::limit) return Staple::not_judged;
  if (why == Ending::truncated) return Staple::truncated;
  return why == Ending::malformed ? Staple::bad : Staple::gap;
}

constexpr std::int64_t seconds_of(const Filed& filed) noexcept {
  return static_cast<std::int64_t>(filed.about.packet_ns / kSecondNs);
}

}  // namespace

std::span<const Wanted> Join::reads() noexcept {
  static constexpr std::array<Wanted, tls::kKindCount> kReads{{{"tls", tls::kChain},
                                                               {"tls", tls::kChainLost},
                                                               {"tls", tls::kStaple},
                                                               {"tls", tls::kStapleLost},
                                                               {"tls", tls::kEnd}}};
  return kReads;
}

Join::Join(const Digests& digests, const JoinFiles& files, const Bounds& bounds)
    : digests_(digests),
      verifier_(files.trust_anchors),
      pending_(bounds.pending),
      known_(bounds.known),
      names_(bounds.names),
      staples_(bounds.staples) {}

void Join::file(std::size_t which, const Filed& filed, Findings& findings) noexcept {
  switch (which) {
    case tls::kChain:
      return file_chain(filed, findings);
    case tls::kChainLost:
      pending(filed.about).bits = Bits{.sight = sight_of(static_cast<Ending>(filed.value))}.pack();
      return;
    case tls::kStaple:
    case tls::kStapleLost:
      return file_staple(filed, which == tls::kStapleLost);
    default:
      return file_end(filed, findings);
  }
}

JoinKey Join::flow_of(const About& about) const noexcept {
  const Subject& subject = about.subject;
  return {digests_.server(subject.client, subject.client_port, 0),
          digests_.server(subject.server, subject.server_port, 0), 0};
}

Join::Pending& Join::pending(const About& about) noexcept {
  return pending_.put(flow_of(about), about.packet_ns, about.packet_ns + kPendingNs);
}

/// What the chain comes to at this time.
Bits Join::judge(std::uint64_t digest, const Filed& filed, std::optional<Leaf>& leaf, Findings& findings) noexcept {
  const std::uint64_t now = filed.about.packet_ns;
  const std::int64_t seconds = seconds_of(filed);
  const JoinKey key{digest, filed.bytes.size(), 0};
  const Known* const found = known_.find(key, now);
  const bool is_new = found == nullptr;
  Known& known = known_.put(key, now, now + kKnownNs);
  if (!is_new && known.from <= seconds && seconds < known.until) return Bits::unpack(known.bits);
  leaf.emplace(verifier_.leaf_of(filed.bytes));
  const std::optional<Judged> judged = verifier_.judge(filed.bytes, *leaf, seconds);
  if (!judged) {
    known = {.bits = Bits{.sight = Sight::malformed}.pack(), .from = 0, .until = seconds + 24 * 3600};
    return Bits::unpack(known.bits);
  }
  known = {.bits = judged->bits.pack(), .from = judged->from, .until = judged->until};
  if (is_new) findings.note(kCertificate, known.bits, filed.about);
  return judged->bits;
}

/// Whether it is for the name that the client asked for; once for each of both.
NameMatch Join::match(std::uint64_t digest, const Filed& filed, std::optional<Leaf>& leaf) noexcept {
  const std::uint64_t name = filed.about.name_digest(digests_);
  if (name == 0) return NameMatch::not_asked;
  const std::uint64_t now = filed.about.packet_ns;
  const JoinKey key{digest, name, 0};
  if (const std::uint8_t* const found = names_.find(key, now); found != nullptr)
    return static_cast<NameMatch>(*found);
  if (filed.about.subject.name.empty()) return NameMatch::unknown;
  if (!leaf) leaf.emplace(verifier_.leaf_of(filed.bytes));
  const bool matches = leaf->ok() && is_for(leaf->get(), filed.about.subject.name);
  const NameMatch match = matches ? NameMatch::match : NameMatch::mismatch;
  names_.put(key, now, now + kKnownNs) = static_cast<std::uint8_t>(match);
  return match;
}

void Join::file_chain(const Filed& filed, Findings& findings) noexcept {
  std::optional<Leaf> leaf;
  const std::uint64_t digest = digests_.octets(filed.bytes);
  Bits bits = judge(digest, filed, leaf, findings);
  if (bits.sight == Sight::seen) bits.name = match(digest, filed, leaf);
  Pending& pending = this->pending(filed.about);
  pending = {.bits = bits.pack(), .chain = digest};
  held_.hold(digest, filed.bytes);
}

void Join::file_staple(const Filed& filed, bool lost) noexcept {
  const std::uint64_t now = filed.about.packet_ns;
  Pending* const pending = pending_.find(flow_of(filed.about), now);
  if (pending == nullptr || pending->chain == 0) return;
  const JoinKey key{digests_.octets(filed.bytes), pending->chain, 0};
  Staple staple = Staple::not_judged;
  if (lost) {
    staple = lost_staple(static_cast<Ending>(filed.value));
  } else if (const std::uint8_t* const found = staples_.find(key, now); found != nullptr) {
    staple = static_cast<Staple>(*found);
  } else if (const Bytes chain = held_.find(pending->chain); !chain.empty()) {
    staple = verifier_.judge_staple(chain, filed.bytes, seconds_of(filed));
    staples_.put(key, now, now + kStapleNs) = static_cast<std::uint8_t>(staple);
  }
  Bits bits = Bits::unpack(pending->bits);
  bits.staple = staple;
  pending->bits = bits.pack();
}

/// The match of a connection whose chain came before the client's hello was read, or without one.
NameMatch Join::match_late(std::uint64_t digest, const Filed& end) noexcept {
  if (!tls::SessionBits::unpack(end.value).client_hello) return NameMatch::unknown;
  if (end.about.name_digest(digests_) == 0) return NameMatch::not_asked;
  Filed chain = end;
  chain.bytes = held_.find(digest);
  if (chain.bytes.empty()) return NameMatch::unknown;
  std::optional<Leaf> read;
  return match(digest, chain, read);
}

void Join::file_end(const Filed& filed, Findings& findings) noexcept {
  const std::uint64_t now = filed.about.packet_ns;
  Bits bits{.sight = sight_of(tls::SessionBits::unpack(filed.value))};
  // Four of five connections: no chain can be pending, and the table is not in the cache.
  if (bits.sight == Sight::tls13 || bits.sight == Sight::quic)
    return findings.note(kConnection, bits.pack(), filed.about);
  const JoinKey flow = flow_of(filed.about);
  const Pending* const pending = pending_.find(flow, now);
  if (pending != nullptr) {
    bits = Bits::unpack(pending->bits);
    if (bits.sight == Sight::seen && bits.name == NameMatch::not_asked) bits.name = match_late(pending->chain, filed);
  }
  findings.note(kConnection, bits.pack(), filed.about);
  if (pending != nullptr) pending_.put(flow, now, now);
}

}  // namespace uptake::certificates
