#include "policy/correlate/mail/join.h"

#include <algorithm>
#include <array>

#include "dissectors/dns/facts.h"
#include "dissectors/dns/record.h"
#include "dissectors/packet_time.h"
#include "dissectors/smtp/facts.h"

namespace uptake::mail {
namespace {

enum Read : std::size_t { kQuestion, kEnd };

/// How long an answer is held against others: administrators change servers, and a day has seen most senders.
constexpr std::uint64_t kRememberNs = 24 * 3600 * kSecondNs;
/// How long before a delivery its sender asks. Of what it asked before that it may know the answer still.
constexpr std::uint64_t kAskedNs = 300 * kSecondNs;

}  // namespace

std::span<const Wanted> Join::reads() noexcept {
  static constexpr std::array<Wanted, 2> kReads{{{"dns", dns::kMailPolicyShown}, {"smtp", smtp::kEnd}}};
  return kReads;
}

void Join::file(std::size_t which, const Filed& filed, Findings& findings) noexcept {
  if (which == kQuestion) return file_question(filed);
  file_answer(filed, findings);
  file_delivery(filed, findings);
}

/// A sender asks by itself, or by a resolver on the same host.
void Join::file_question(const Filed& filed) noexcept {
  const std::uint64_t now = filed.about.packet_ns;
  Sender& sender = senders_.put({digests_.server(filed.about.subject.client, 0, 0), 0, 0}, now, now + kAskedNs);
  const bool tlsa = dns::ResponseBits::unpack(filed.value).qtype == dns::kTypeTlsa;
  (tlsa ? sender.tlsa_until_ns : sender.mta_sts_until_ns) = now + kAskedNs;
}

void Join::file_answer(const Filed& filed, Findings& findings) noexcept {
  const smtp::SessionBits session = smtp::SessionBits::unpack(filed.value);
  if (session.starttls == smtp::Offer::unseen) return;
  const std::uint64_t now = filed.about.packet_ns;
  const Subject& subject = filed.about.subject;
  Server& server =
      servers_.put({digests_.server(subject.server, subject.server_port, 0), 0, 0}, now, now + kRememberNs);
  const AnswerBits bits{.service = session.service,
                        .starttls = session.starttls,
                        .offered_before = server.offered_until_ns > now,
                        .missed_before = server.missed_until_ns > now,
                        .known_before = std::max(server.offered_until_ns, server.missed_until_ns) > now};
  findings.note(kAnswer, bits.pack(), filed.about);
  (session.starttls == smtp::Offer::offered ? server.offered_until_ns : server.missed_until_ns) = now + kRememberNs;
}

void Join::file_delivery(const Filed& filed, Findings& findings) noexcept {
  const smtp::SessionBits session = smtp::SessionBits::unpack(filed.value);
  if (session.service != smtp::Service::relay || !session.client_seen || session.hands_over_nothing()) return;
  const std::uint64_t now = filed.about.packet_ns;
  const Sender* const sender = senders_.find({digests_.server(filed.about.subject.client, 0, 0), 0, 0}, now);
  DeliveryBits bits{
      .in_tls = session.request == smtp::Request::begun, .heard = session.is_heard(), .why = session.why};
  if (sender != nullptr) {
    bits.asked_tlsa = sender->tlsa_until_ns > now;
    bits.asked_mta_sts = sender->mta_sts_until_ns > now;
  }
  findings.note(kDelivery, bits.pack(), filed.about);
}

}  // namespace uptake::mail
