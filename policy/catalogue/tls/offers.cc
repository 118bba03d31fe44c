#include <array>

#include "dissectors/tls/facts.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/tls/judges.h"
#include "policy/catalogue/tls/measures.h"
#include "policy/catalogue/tls/standards.h"

namespace uptake {
namespace {

using tls::OfferBits;

constexpr std::uint16_t kCodeOfTls12 = 0x0303;
constexpr std::uint16_t kCodeOfTls13 = 0x0304;

bool is_seen(const OfferBits& o) { return o.sight == tls::Sight::complete; }
Judgement not_seen(const OfferBits& o) { return Judgement::unobservable(tls::reason_of_offer(o.sight)); }

template <bool (*kPasses)(const OfferBits&)>
Judgement offers(std::uint64_t v, const Profile&) noexcept {
  const OfferBits o = OfferBits::unpack(v);
  return is_seen(o) ? Judgement::pass_if(kPasses(o)) : not_seen(o);
}

bool is_13(const OfferBits& o) { return o.best_version >= kCodeOfTls13; }
bool has_sni(const OfferBits& o) { return o.sni; }
bool has_alpn(const OfferBits& o) { return o.alpn; }
bool has_ems(const OfferBits& o) { return o.ems; }
bool has_secure_renegotiation(const OfferBits& o) { return o.secure_renegotiation; }
bool no_compression(const OfferBits& o) { return !o.compression; }
bool has_pq(const OfferBits& o) { return o.pq_offered; }
bool has_no_kyber(const OfferBits& o) { return !o.kyber_draft; }
bool has_ech(const OfferBits& o) { return o.ech; }
bool is_first_attempt(const OfferBits& o) { return !o.fallback_scsv; }
bool wants_staple(const OfferBits& o) { return o.status_request; }
bool has_cert_compression(const OfferBits& o) { return o.cert_compression; }
bool offers_resumption(const OfferBits& o) { return o.psk; }

/// Only supported_versions states a lower bound; without it a client may accept anything.
Judgement no_old_version(std::uint64_t v, const Profile&) noexcept {
  const OfferBits o = OfferBits::unpack(v);
  if (!is_seen(o)) return not_seen(o);
  if (o.worst_version == 0) return Judgement::not_applicable();
  return Judgement::pass_if(o.worst_version >= kCodeOfTls12);
}
Judgement prefers_h2(std::uint64_t v, const Profile&) noexcept {
  const OfferBits o = OfferBits::unpack(v);
  if (!is_seen(o)) return not_seen(o);
  if (!o.alpn) return Judgement::not_applicable();
  return Judgement::pass_if(o.first_alpn == tls::Alpn::h2);
}
Judgement sends_pq_share(std::uint64_t v, const Profile&) noexcept {
  const OfferBits o = OfferBits::unpack(v);
  if (!is_seen(o)) return not_seen(o);
  if (!o.pq_offered) return Judgement::not_applicable();
  if (o.maybe_second) return Judgement::unobservable(tls::kNoClientHello);
  return Judgement::pass_if(o.pq_share);
}
Judgement sends_no_early_data(std::uint64_t v, const Profile&) noexcept {
  const OfferBits o = OfferBits::unpack(v);
  if (!is_seen(o)) return not_seen(o);
  return o.maybe_second ? Judgement::unobservable(tls::kNoClientHello) : Judgement::pass_if(!o.early_data);
}

using namespace standards;

constexpr std::string_view kHidden =
    "Connections whose ClientHello was not seen whole; encrypted inner ClientHellos. Those picked up midstream are "
    "left out (tls.start), and so is QUIC whose Initials do not open (quic.hello).";
constexpr std::string_view kFirstHidden =
    "Connections whose ClientHello was not seen whole, or may be the second one, behind a HelloRetryRequest, for "
    "their start was not seen; encrypted inner ClientHellos. Those picked up midstream are left out (tls.start), and "
    "so is QUIC whose Initials do not open (quic.hello).";

constexpr Measure offer(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                        std::string_view passes, std::string_view hidden = kHidden) {
  return Measure{id, &standard, Unit::connections, "tls", tls::kOffer, judge, question, passes, hidden}.leaves_out(
      "Connections picked up midstream, and clients that the question does not name.");
}

constexpr std::array kRows = {
    offer("tls.offer.1_3", kTls, offers<is_13>, "How many clients offer TLS 1.3?",
          "supported_versions lists it or a draft of it.")
        .first_screen("clients offering TLS 1.3", 2),
    offer("tls.offer.no_old_version", kTlsDeprecated, no_old_version,
          "How many clients that list their versions accept nothing below TLS 1.2?",
          "The lowest of supported_versions is TLS 1.2 or 1.3."),
    offer("tls.offer.sni", kSni, offers<has_sni>, "How many clients name the server they want?",
          "server_name is present."),
    offer("tls.offer.alpn", kAlpn, offers<has_alpn>, "How many clients offer application protocols?",
          "ALPN is present."),
    offer("tls.offer.alpn.h2", kAlpn, prefers_h2, "How many clients that offer protocols prefer HTTP/2?",
          "h2 comes first."),
    offer("tls.offer.ems", kEms, offers<has_ems>, "How many clients offer the extended master secret?",
          "Extension 23 is present."),
    offer("tls.offer.renegotiation.secure", kRenegotiation, offers<has_secure_renegotiation>,
          "How many clients ask for secure renegotiation?", "renegotiation_info, or its signalling suite."),
    offer("tls.offer.compression.absent", kCompression, offers<no_compression>,
          "How many clients offer no TLS compression?", "Null is the only method."),
    offer("tls.pq.offered", kPostQuantum, offers<has_pq>, "How many clients offer a post-quantum key exchange?",
          "supported_groups lists an ML-KEM group, hybrid or pure."),
    offer("tls.pq.share", kPostQuantum, sends_pq_share,
          "How many clients that offer a post-quantum key exchange send its share at once?",
          "key_share carries an ML-KEM group; otherwise a retry costs a round trip.", kFirstHidden),
    offer("tls.pq.no_draft", kPostQuantum, offers<has_no_kyber>,
          "How many clients have left the Kyber drafts behind?",
          "None of 0x6399, 0x639a, 0xfe30 and 0xfe31 is listed."),
    offer("tls.offer.ech", kEch, offers<has_ech>, "How many clients send the Encrypted ClientHello extension?",
          "The extension is present. It may be GREASE, made to look the same: an upper bound of its use."),
    offer("tls.offer.early_data.absent", kTls, sends_no_early_data, "How many clients send no early data?",
          "early_data is absent; what the server does with it is encrypted.", kFirstHidden),
    offer("tls.offer.resumption", kTls, offers<offers_resumption>, "How many clients try to resume?",
          "A pre-shared key or a session ticket."),
    offer("tls.offer.no_fallback", kFallback, offers<is_first_attempt>,
          "How many clients connect without having fallen back?", "The fallback signalling suite is absent."),
    offer("tls.offer.staple", kStapling, offers<wants_staple>, "How many clients ask for a stapled OCSP response?",
          "status_request is present."),
    offer("tls.offer.cert_compression", kCertCompression, offers<has_cert_compression>,
          "How many clients accept compressed certificates?", "compress_certificate is present."),
};

}  // namespace

std::span<const Measure> tls_offer_measures() noexcept { return kRows; }

}  // namespace uptake
