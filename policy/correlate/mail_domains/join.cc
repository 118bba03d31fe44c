#include "policy/correlate/mail_domains/join.h"

#include <array>

#include "dissectors/smtp/facts.h"

namespace uptake::mail_domains {
namespace {

enum Read : std::size_t { kJudged, kEnd };

About about_domain(const About& about, std::uint64_t domain) noexcept {
  About whose = about;
  whose.subject.name = {};
  whose.subject.name_digest = domain;
  return whose;
}

}  // namespace

std::span<const Wanted> Join::reads() noexcept {
  static constexpr std::array<Wanted, 2> kReads{{{"dnssec", dnssec::kJudged}, {"smtp", smtp::kEnd}}};
  return kReads;
}

Join::Join(const Digests& digests, const Bounds& bounds)
    : digests_(digests),
      message_(std::make_unique<dnssec::Message>()),
      published_(digests, bounds.published),
      waiting_(bounds.waiting, kWaitNs) {}

void Join::file(std::size_t which, const Filed& filed, Findings& findings) noexcept {
  which == kJudged ? file_judged(filed, findings) : file_delivery(filed, findings);
}

void Join::file_judged(const Filed& filed, Findings& findings) noexcept {
  const dnssec::Message* const message = dnssec::message_of(filed, *message_);
  if (message == nullptr) return;
  const std::optional<Published::Said> said =
      published_.learn(*message, dnssec::Bits::unpack(filed.value), filed.about);
  if (said)
    findings.note(kExchange, static_cast<std::uint64_t>(said->exchange), about_domain(filed.about, said->domain));
}

/// Those that wait for longest are answered early when there is no room.
void Join::file_delivery(const Filed& filed, Findings& findings) noexcept {
  const smtp::SessionBits session = smtp::SessionBits::unpack(filed.value);
  if (session.service != smtp::Service::relay || session.implicit || !session.client_seen) return;
  if (session.hands_over_nothing()) return;
  DeliveryBits bits{.practice = session.is_heard() ? Practice::clear : Practice::unseen, .why = session.why};
  if (session.request == smtp::Request::begun) bits.practice = Practice::encrypted;
  if (waiting_.full()) {
    answer_first(findings);
    ++hurried_;
  }
  waiting_.push({filed.about.kept(digests_), bits});
}

void Join::answer_first(Findings& findings) noexcept {
  const Waiting waiting = waiting_.pop();
  const unsigned count = published_.each_domain(
      waiting.about.subject.server, waiting.about.packet_ns, [&](std::uint64_t domain, const Promises& promises) {
        DeliveryBits bits = waiting.bits;
        bits.mta_sts = promises.mta_sts;
        bits.tls_rpt = promises.tls_rpt;
        bits.dane = promises.dane;
        findings.note(kDelivery, bits.pack(), about_domain(waiting.about, domain));
      });
  findings.note(kPlaced, count > 0 ? 1 : 0, waiting.about);
}

void Join::advance(std::uint64_t packet_ns, Findings& findings) noexcept {
  while (waiting_.is_due(packet_ns)) answer_first(findings);
}

void Join::finish(Findings& findings) noexcept {
  while (!waiting_.empty()) answer_first(findings);
}

}  // namespace uptake::mail_domains
