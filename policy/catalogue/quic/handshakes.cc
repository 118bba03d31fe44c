#include <array>

#include "policy/catalogue/quic/judges.h"
#include "policy/catalogue/quic/measures.h"
#include "policy/catalogue/quic/standards.h"

namespace uptake {
namespace {

using quic::connection;
using quic::ConnectionBits;
using quic::Hello;

Judgement hello_read(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.hello == Hello::read) return Judgement::pass();
  return c.hello == Hello::malformed ? Judgement::fail() : Judgement::unobservable(quic::reason_of(c.hello));
}

Judgement is_accepted(std::uint64_t v, const Profile&) noexcept { return quic::agreement(ConnectionBits::unpack(v)); }

Judgement needs_no_retry(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.retry) return Judgement::fail();
  const bool answered = c.negotiated != quic::Version::none || c.version_negotiation;
  return answered ? Judgement::pass() : Judgement::unobservable(quic::reason_of_answer(c));
}

bool has_zero_rtt(const ConnectionBits& c) { return c.zero_rtt; }

using namespace standards;

constexpr std::string_view kNoAnswerHidden = "Connections whose server was not seen to answer.";

constexpr std::array kRows = {
    connection(Unit::connections, "quic.hello", kQuic, hello_read,
               "How many QUIC connections show a ClientHello that can be read?",
               "The Initials of the client open with the keys that its version demands, and the ClientHello in their "
               "CRYPTO frames is whole; one that contradicts its own lengths fails.",
               quic::kHelloHidden),
    connection(
        Unit::connections, "quic.accepted", kQuic, is_accepted, "How many QUIC connections does a server accept?",
        "The server goes on in the client's version or in a compatible one: its ServerHello was read, or a "
        "Handshake packet was seen.",
        "Connections whose server was not seen to answer, or of which only Initials were seen that cannot be read: "
        "they may go on or close.")
        .fails_if(
            "The server asks for another version and the client does not begin again here, or the server closes "
            "the connection in its first Initials. A close in front of which a ServerHello may be missing is none."),
    connection(
        Unit::connections, "quic.retry.absent", kQuic, needs_no_retry,
        "How many QUIC connections begin without a Retry?",
        "The server answered at once; a Retry makes the client prove its address first (RFC 9000 section 8.1.2).",
        kNoAnswerHidden)
        .neutral(),
    connection(
        Unit::connections, "quic.0rtt", kQuic, quic::among_all<has_zero_rtt>,
        "In how many QUIC connections does the client send 0-RTT packets?",
        "A 0-RTT packet of the client was seen before the server's hello. Whether the server takes what is in it "
        "is encrypted.",
        "Nothing: packets of this type stand in the clear.")
        .neutral(),
};

}  // namespace

std::span<const Measure> quic_handshake_measures() noexcept { return kRows; }

}  // namespace uptake
