#include <array>

#include "dissectors/tls/groups.h"
#include "policy/catalogue/quic/judges.h"
#include "policy/catalogue/quic/measures.h"
#include "policy/catalogue/quic/standards.h"
#include "policy/catalogue/tls/standards.h"

namespace uptake {
namespace {

using quic::Answer;
using quic::connection;
using quic::ConnectionBits;
using quic::Hello;

bool offers_h3(const ConnectionBits& c) { return c.alpn == tls::Alpn::h3; }
bool offers_ech(const ConnectionBits& c) { return c.ech; }
bool offers_pq(const ConnectionBits& c) { return c.pq_offered; }
bool is_doq(const ConnectionBits& c) { return c.doq; }

/// Of the connections that offer HTTP/3. The server's choice is encrypted: that it goes on is all that can be seen.
Judgement h3_answered(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.hello != Hello::read) return Judgement::unobservable(quic::reason_of(c.hello));
  return offers_h3(c) ? quic::agreement(c) : Judgement::not_applicable();
}

Judgement agrees_on_pq(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.answer == Answer::read)
    return c.group != 0 ? Judgement::pass_if(tls::is_post_quantum(c.group)) : Judgement::fail();
  if (is_fail(quic::agreement(c))) return Judgement::not_applicable();
  return Judgement::unobservable(quic::reason_of_answer(c));
}

using namespace standards;

constexpr std::string_view kH3Passes = "The first protocol that the ClientHello offers (ALPN) is h3.";
constexpr std::string_view kDoqPasses = "The server's UDP port is 853.";
constexpr std::string_view kDoqHidden =
    "Nothing of port 853; DNS over QUIC on other ports is not told from other protocols.";

constexpr std::array kRows = {
    connection(Unit::connections, "quic.h3.offered", kHttp3, quic::among_hellos<offers_h3>,
               "In how many QUIC connections does the client offer HTTP/3?", kH3Passes, quic::kHelloHidden)
        .neutral(),
    connection(Unit::bytes, "quic.h3.offered", kHttp3, quic::among_hellos<offers_h3>,
               "How many bytes of QUIC travel in connections whose client offers HTTP/3?", kH3Passes,
               quic::kHelloHidden)
        .neutral(),
    connection(Unit::connections, "quic.h3.answered", kHttp3, h3_answered,
               "How many offers of HTTP/3 does a server answer?",
               "The client offered h3, and the server went on with the connection; which protocol it chose is "
               "encrypted.",
               quic::kHelloHidden)
        .fails_if("The server asked for another version, or closed the connection in an Initial.")
        .leaves_out("Connections whose client offers another protocol first."),
    connection(Unit::connections, "dns.doq", kDoq, quic::among_all<is_doq>,
               "How many QUIC connections carry DNS over QUIC?", kDoqPasses, kDoqHidden)
        .neutral(),
    connection(Unit::bytes, "dns.doq", kDoq, quic::among_all<is_doq>, "How many bytes of QUIC are DNS over QUIC?",
               kDoqPasses, kDoqHidden)
        .neutral(),
    connection(Unit::connections, "quic.offer.ech", kEch, quic::among_hellos<offers_ech>,
               "In how many QUIC connections does the ClientHello carry the extension of Encrypted ClientHello?",
               "Extension 65037 is there; it may be GREASE, which is made to look alike, so this is an upper bound.",
               quic::kHelloHidden),
    connection(Unit::connections, "quic.offer.pq", kPostQuantum, quic::among_hellos<offers_pq>,
               "In how many QUIC connections does the client offer post-quantum key exchange?",
               "supported_groups lists a hybrid of ML-KEM.", quic::kHelloHidden),
    connection(Unit::connections, "quic.pq", kPostQuantum, agrees_on_pq,
               "How many QUIC connections agree on post-quantum key exchange?",
               "The group of the ServerHello is a hybrid of ML-KEM.",
               "Connections whose ServerHello was not seen or not read; the reason says why.")
        .leaves_out("Connections that the server did not accept."),
};

}  // namespace

std::span<const Measure> quic_offer_measures() noexcept { return kRows; }

}  // namespace uptake
