#include "policy/correlate/dane/join.h"

#include <algorithm>
#include <array>

#include "dissectors/packet_time.h"
#include "dissectors/smtp/facts.h"
#include "dissectors/tls/certificates.h"
#include "dissectors/tls/facts.h"
#include "policy/correlate/certificates/sight.h"
#include "policy/correlate/dnssec/facts.h"

namespace uptake::dane {
namespace {

using certificates::Sight;

enum Read : std::size_t { kResponse, kClear, kChain, kChainLost, kTlsEnd };

/// How long a connection may take from its Certificate to its end as a session.
constexpr std::uint64_t kPendingNs = 600 * kSecondNs;
/// How long a chain that matched speaks for those of the same server that are hidden.
constexpr std::uint64_t kShownNs = 24 * 3600 * kSecondNs;

constexpr std::uint16_t kRelayPort = 25;
constexpr std::uint16_t kOtherRelayPort = 2525;
constexpr bool is_mail_port(std::uint16_t port) noexcept {
  return port == kRelayPort || port == 465 || port == 587 || port == kOtherRelayPort;
}
constexpr bool is_relay_port(std::uint16_t port) noexcept { return port == kRelayPort || port == kOtherRelayPort; }

/// How a connection that stayed in clear text came to that.
Way way_of(const smtp::SessionBits& s) noexcept {
  using smtp::Request;
  if (s.request == Request::refused || s.request == Request::refused_for_now) return Way::refused;
  if (s.is_heard() && s.request == Request::accepted) return Way::unused;
  if (s.is_heard() && s.starttls == smtp::Offer::offered && s.request == Request::none) return Way::unused;
  if (!s.client_seen || !s.server_seen) return Way::one_sided;
  if (s.starttls == smtp::Offer::absent) return Way::not_offered;
  if (s.starttls == smtp::Offer::masked) return Way::masked;
  if (s.client_lost || s.server_lost || !s.started || s.request == Request::unanswered) return Way::lost;
  // A server without extensions takes HELO instead (RFC 5321 section 3.2).
  if (s.ehlo_refused && s.greeting == smtp::Greeting::helo) return Way::not_offered;
  return Way::unused;
}

/// Neither its start nor a greeting was seen.
bool is_midstream(const smtp::SessionBits& s) noexcept {
  return !s.started && s.greeting == smtp::Greeting::unseen && s.request == smtp::Request::none;
}

/// The protocol hides the chain, or sends none.
bool is_hidden(Sight sight) noexcept { return sight == Sight::tls13 || sight == Sight::resumed; }

JoinKey flow_of(const Digests& digests, const Subject& subject) noexcept {
  return {digests.server(subject.client, subject.client_port, 0),
          digests.server(subject.server, subject.server_port, 0), 0};
}

}  // namespace

std::span<const Wanted> Join::reads() noexcept {
  static constexpr std::array<Wanted, 5> kReads{{{"dnssec", dnssec::kJudged},
                                                 {"smtp", smtp::kEnd},
                                                 {"tls", tls::kChain},
                                                 {"tls", tls::kChainLost},
                                                 {"tls", tls::kEnd}}};
  return kReads;
}

Join::Join(const Digests& digests, const JoinFiles& files, const Bounds& bounds)
    : digests_(digests),
      publications_(digests, files.trust_anchors, bounds.publications),
      pending_(bounds.flows),
      chains_(bounds.chain_octets),
      shown_(bounds.shown),
      waiting_(bounds.waiting, kWaitNs) {}

void Join::file(std::size_t which, const Filed& filed, Findings& findings) noexcept {
  switch (which) {
    case kResponse:
      return publications_.learn(filed);
    case kClear:
      return file_clear(filed, findings);
    case kChain:
      return file_chain(filed, Sight::seen);
    case kChainLost:
      return file_chain(filed, certificates::sight_of(static_cast<Ending>(filed.value)));
    default:
      return file_end(filed, findings);
  }
}

/// Of SMTP in clear text to its end. Where TLS begins, that says the rest.
void Join::file_clear(const Filed& filed, Findings& findings) noexcept {
  const smtp::SessionBits session = smtp::SessionBits::unpack(filed.value);
  if (session.implicit || session.request == smtp::Request::begun || is_midstream(session)) return;
  Waiting waiting{.about = filed.about.kept(digests_), .bits = {}};
  waiting.bits.way = way_of(session);
  waiting.bits.sight = Sight::none;
  waiting.bits.mail = true;
  waiting.bits.relay = is_relay_port(filed.about.subject.server_port);
  wait(waiting, findings);
}

void Join::file_chain(const Filed& filed, Sight sight) noexcept {
  const std::uint16_t port = filed.about.subject.server_port;
  if (!is_mail_port(port) && !publications_.was_asked(port)) return;
  const std::uint64_t now = filed.about.packet_ns;
  Pending& pending = pending_.put(flow_of(digests_, filed.about.subject), now, now + kPendingNs);
  pending = {.sight = sight};
  if (sight == Sight::seen && !chains_.keep(filed.bytes, pending.chain)) pending.sight = Sight::limit;
}

void Join::file_end(const Filed& filed, Findings& findings) noexcept {
  const Subject& subject = filed.about.subject;
  const tls::SessionBits session = tls::SessionBits::unpack(filed.value);
  const bool mail = session.carrier == Carrier::smtp || is_mail_port(subject.server_port);
  if ((!mail && !publications_.was_asked(subject.server_port)) || session.carrier == Carrier::quic) return;
  Waiting waiting{.about = filed.about.kept(digests_), .bits = {}};
  waiting.bits.mail = mail;
  waiting.bits.relay = session.carrier == Carrier::smtp && is_relay_port(subject.server_port);
  waiting.bits.sight = certificates::sight_of(session);
  if (session.client_hello)
    waiting.bits.server_name = waiting.about.subject.name_digest != 0 ? ServerName::present : ServerName::absent;
  const std::uint64_t now = filed.about.packet_ns;
  const JoinKey flow = flow_of(digests_, subject);
  if (const Pending* const pending = is_hidden(waiting.bits.sight) ? nullptr : pending_.find(flow, now);
      pending != nullptr) {
    waiting.bits.sight = pending->sight;
    waiting.chain = pending->chain;
    pending_.put(flow, now, now);
  }
  if (waiting.bits.sight == Sight::midstream) return;
  wait(waiting, findings);
}

/// Those that wait for longest are answered early when there is no room.
void Join::wait(const Waiting& waiting, Findings& findings) noexcept {
  if (waiting_.full()) answer_first(true, findings);
  waiting_.push(waiting);
}

void Join::answer_first(bool hurried, Findings& findings) noexcept {
  const Waiting& waiting = waiting_.pop();
  const bool has_chain = waiting.chain.size != 0 && chains_.has(waiting.chain);
  Found found = publications_.find(
      {.about = waiting.about, .bits = waiting.bits, .chain = has_chain ? chains_.of(waiting.chain) : Bytes{}});
  if (hurried) {
    ++hurried_;
    // Its answer may have come too late.
    if (found.published == Published::unseen || found.published == Published::not_judged)
      found.published = Published::limit;
  }
  if (found.published == Published::unseen && !waiting.bits.mail) return;
  Bits bits = waiting.bits;
  bits.published = found.published;
  bits.asked = found.asked;
  bits.pair = found.pair;
  bits.match = found.matched.match;
  bits.usage = static_cast<std::uint8_t>(found.matched.usage);
  if (found.published == Published::usable) infer(waiting, found, bits);
  About about = waiting.about;
  if (found.host != 0) about.subject.name_digest = found.host;
  about.subject.name = found.name;
  findings.note(kConnection, bits.pack(), about);
}

/// What the last chain of the same server says of one that is hidden.
void Join::infer(const Waiting& waiting, const Found& found, Bits& bits) noexcept {
  if (bits.way != Way::begun) return;
  const Subject& subject = waiting.about.subject;
  const std::uint64_t now = waiting.about.packet_ns;
  const JoinKey server{digests_.server(subject.server, subject.server_port, found.host), 0, 0};
  if (bits.sight == Sight::seen) {
    shown_.put(server, now, now + kShownNs) = bits.match == Match::valid ? found.set : 0;
  } else if (is_hidden(bits.sight)) {
    const std::uint64_t* const shown = shown_.find(server, now);
    bits.inferred = shown != nullptr && *shown == found.set && found.set != 0;
  }
}

void Join::advance(std::uint64_t packet_ns, Findings& findings) noexcept {
  while (waiting_.is_due(packet_ns)) answer_first(false, findings);
}

void Join::finish(Findings& findings) noexcept {
  while (!waiting_.empty()) answer_first(false, findings);
}

}  // namespace uptake::dane
