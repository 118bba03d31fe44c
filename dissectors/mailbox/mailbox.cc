#include "dissectors/mailbox/mailbox.h"

#include "dissectors/mailbox/session.h"

namespace uptake::mailbox {
namespace {

constexpr std::uint16_t kImaps = 993, kPop3s = 995;

bool is_at(const Payload& payload, std::uint16_t port) noexcept {
  return payload.server_port == port || payload.client_port == port;
}

}  // namespace

Claim Dissector::claims(const Payload& payload) noexcept {
  const bool there = is_at(payload, kImaps) || is_at(payload, kPop3s);
  if (!payload.stream || payload.claimed || !payload.from_start || !there || payload.bytes.empty()) return Claim::no;
  return starttls::claim_hello(payload.bytes);
}

Result Dissector::dissect(const Payload& payload, Memory&, Notes& notes) noexcept {
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  Session session;
  session.begin(is_at(payload, kPop3s) ? Protocol::pop3 : Protocol::imap);
  session.offered(payload.from, payload.begun);
  session.implicit(notes);
  return {Verdict::hand_over, 0};
}

}  // namespace uptake::mailbox
