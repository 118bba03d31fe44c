#include "dissectors/quic/connection.h"

#include <algorithm>

namespace uptake::quic {
namespace {

constexpr std::uint16_t kDnsOverQuic = 853;  // RFC 9250 section 4.1.1
constexpr std::uint8_t kMostInitials = 7;    // that a ConnectionBits can tell
constexpr std::uint64_t kMostOctets = (1U << 15) - 1;

}  // namespace

void ShortId::take(Bytes id) noexcept {
  size = static_cast<std::uint8_t>(std::min(id.size(), octets.size()));
  std::copy_n(id.begin(), size, octets.begin());
}

void Connection::count_hello(std::span<const CryptoFrames::Frame> frames) noexcept {
  if (frames.empty() || offer_heard) return;
  const auto bounded = [](std::uint64_t octets) { return static_cast<std::uint16_t>(std::min(octets, kMostOctets)); };
  for (const CryptoFrames::Frame& frame : frames) {
    const std::uint64_t end = frame.offset + std::uint64_t{frame.bytes.size()};
    shuffled = shuffled || frame.offset != hello_next;
    hello_next = bounded(end);
    hello_octets = bounded(std::uint64_t{hello_octets} + frame.bytes.size());
    hello_end = std::max(hello_end, bounded(end));
  }
  hello_initials = std::min<std::uint8_t>(kMostInitials, static_cast<std::uint8_t>(hello_initials + 1));
}

// Packet numbers of a space begin at 0 (RFC 9000 section 12.3): where none is missing, no CRYPTO frame is.
void Connection::take_server_initial(std::uint32_t number, bool has_crypto, bool closes) noexcept {
  const bool is_next = number == server_next;
  if (is_next && server_next < 0xff) ++server_next;
  server_crypto = server_crypto || has_crypto;
  // A server that has agreed may close as well, later.
  const bool refuses = closes && is_next && !server_crypto && !went_on;
  if (refuses)
    hide_answer(Answer::refused);
  else if (answer == Answer::unseen)
    answer = Answer::partial;
}

ConnectionBits Connection::bits(std::uint16_t port) const noexcept {
  ConnectionBits bits;
  bits.offered = offered;
  bits.negotiated = negotiated;
  bits.hello = offer_read ? Hello::read : hello == Hello::read ? opened ? Hello::partial : Hello::sealed : hello;
  bits.version_negotiation = negotiation;
  bits.retry = retry;
  bits.zero_rtt = zero_rtt;
  bits.went_on = went_on;
  bits.doq = port == kDnsOverQuic;
  bits.ech = ech;
  bits.pq_offered = pq_offered;
  bits.alpn = alpn;
  bits.suite = suite;
  bits.group = group;
  bits.hello_octets = hello_end;
  bits.hello_initials = hello_initials;
  bits.hello_shuffled = shuffled;
  bits.answer = answer;
  return bits;
}

}  // namespace uptake::quic
