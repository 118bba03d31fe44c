#include <array>

#include "dissectors/tls/facts.h"
#include "policy/catalogue/quic/measures.h"
#include "policy/catalogue/quic/standards.h"
#include "policy/measure.h"

namespace uptake {
namespace {

/// Of what begins with TLS, without a protocol in front of it: what is on the web, mostly. Behind STARTTLS it is
/// mail.
Judgement travels_in_quic(std::uint64_t v, const Profile&) noexcept {
  const tls::SessionBits s = tls::SessionBits::unpack(v);
  if (s.sight == tls::Sight::midstream) return Judgement::ignored();
  const bool alone = s.carrier == Carrier::transport || s.carrier == Carrier::quic;
  if (!alone || s.dot) return Judgement::not_applicable();
  return Judgement::pass_if(s.carrier == Carrier::quic);
}

constexpr Measure share(const Unit& unit, std::string_view question) {
  return Measure{.id = "quic.share",
                 .standard = &standards::kHttp3,
                 .unit = unit,
                 .dissector = "tls",
                 .fact = tls::kSession,
                 .judge = travels_in_quic,
                 .question = question,
                 .passes = "The handshake travels in QUIC, which HTTP/3 is on the web; the rest is TLS over TCP.",
                 .hidden =
                     "Nothing of those whose start was seen. Connections that were picked up midstream are left "
                     "out on both sides, and so are QUIC connections of a version that is not known."}
      .fails_if("TLS over TCP, from the first octet.")
      .leaves_out("DNS over TLS, and TLS behind STARTTLS.")
      .neutral()
      .beware("Not all of it is the web: ports are not looked at. Browsers try both and keep the faster one.");
}

constexpr std::array kRows = {
    share(Unit::connections, "How many connections of the web are HTTP/3 in QUIC, and not TLS over TCP?"),
    share(Unit::bytes, "How many bytes of the web travel in QUIC, and not in TLS over TCP?"),
};

}  // namespace

std::span<const Measure> quic_share_measures() noexcept { return kRows; }

}  // namespace uptake
