#include <array>

#include "dissectors/dns/facts.h"
#include "policy/catalogue/areas.h"
#include "policy/catalogue/dns_judges.h"
#include "policy/catalogue/standards.h"

namespace uptake {
namespace {

using dns::ResponseBits;

constexpr std::string_view kNothingHidden =
    "Nothing in the responses that were read; encrypted DNS is not among them.";
constexpr std::string_view kCutHidden = "Responses that the server (TC) or the capture cut short (truncated).";
constexpr std::string_view kQueryHidden =
    "Responses whose query was not seen (no_query) or did not ask (not_asked), and those cut short (truncated).";

// --- judges ---

template <std::uint8_t kRcode>
Judgement rcode_is(const ResponseBits& r) noexcept {
  return Judgement::pass_if(r.rcode == kRcode);
}
Judgement rcode_is_other(const ResponseBits& r) noexcept { return Judgement::pass_if(r.rcode > 5); }

template <dns::Seen kSeen>
Judgement carries(const ResponseBits& r) noexcept {
  // Whatever was found before the cut: absence is unknown, and counting presence alone would raise the share.
  if (dns::is_cut(r)) return Judgement::unobservable(Reason::truncated);
  return Judgement::pass_if(r.has(kSeen));
}

Judgement has_edns(const ResponseBits& r) noexcept {
  // OPT stands in the additional section, behind everything that a cut takes; a TC response still carries it.
  if (r.cut) return Judgement::unobservable(Reason::truncated);
  return Judgement::pass_if(r.edns);
}
Judgement has_server_cookie(const ResponseBits& r) noexcept {
  if (r.cut) return Judgement::unobservable(Reason::truncated);
  if (!r.edns) return Judgement::not_applicable();
  return Judgement::pass_if(r.cookie);
}
Judgement has_ede(const ResponseBits& r) noexcept {
  if (r.cut) return Judgement::unobservable(Reason::truncated);
  if (!r.edns) return Judgement::not_applicable();
  return Judgement::pass_if(r.ede);
}
Judgement failure_explained(const ResponseBits& r) noexcept {
  constexpr std::uint8_t kServFail = 2;
  if (r.rcode != kServFail) return Judgement::not_applicable();
  if (r.cut) return Judgement::unobservable(Reason::truncated);
  return Judgement::pass_if(r.ede);
}
Judgement is_whole(const ResponseBits& r) noexcept {
  return r.tcp ? Judgement::not_applicable() : Judgement::pass_if(!r.tc);
}
Judgement is_tcp(const ResponseBits& r) noexcept { return Judgement::pass_if(r.tcp); }

/// AD is for whoever asked with AD or DO, and from a resolver only (RFC 6840 §5.7, §5.8). To a query with CD, which
/// the response repeats, a resolver may hand on what it has not checked (RFC 4035 §3.2.2): nothing follows from its
/// AD.
Judgement is_validated(const ResponseBits& r) noexcept {
  if (!r.ra) return Judgement::not_applicable();
  if (r.rcode != dns::kNoError && r.rcode != dns::kNxDomain) return Judgement::not_applicable();
  if (!r.query_seen) return Judgement::unobservable(Reason::no_query);
  if (r.cd || (!r.query_ad && !r.query_dnssec_ok)) return Judgement::unobservable(Reason::not_asked);
  return Judgement::pass_if(r.ad);
}

/// Whether a response can show signatures at all: pass means that it can.
Judgement could_show_signatures(const ResponseBits& r) noexcept {
  if (!r.query_seen) return Judgement::unobservable(Reason::no_query);
  if (!r.query_dnssec_ok) return Judgement::unobservable(Reason::not_asked);
  if (dns::is_cut(r)) return Judgement::unobservable(Reason::truncated);
  return Judgement::pass();
}
Judgement answer_is_signed(const ResponseBits& r) noexcept {
  if (r.rcode != dns::kNoError) return Judgement::not_applicable();
  if (!r.answered && !dns::is_cut(r)) return Judgement::not_applicable();
  const Judgement visible = could_show_signatures(r);
  if (visible.outcome != Judgement::Outcome::pass) return visible;
  return Judgement::pass_if(r.answer_signed);
}
Judgement denial_is_proved(const ResponseBits& r) noexcept {
  if (r.rcode != dns::kNoError && r.rcode != dns::kNxDomain) return Judgement::not_applicable();
  if (r.answered || !dns::is_final(r)) return Judgement::not_applicable();
  const Judgement visible = could_show_signatures(r);
  if (visible.outcome != Judgement::Outcome::pass) return visible;
  return Judgement::pass_if(r.has(dns::kSeenNsec) || r.has(dns::kSeenNsec3));
}

// --- rows ---

using Judge = Judgement (*)(std::uint64_t, const Profile&) noexcept;

constexpr Measure response(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                           std::string_view passes, std::string_view hidden) {
  return {id, &standard, Unit::responses, "dns", dns::kResponse, judge, question, passes, hidden};
}
template <dns::Seen kSeen>
constexpr Measure seen(std::string_view id, const Standard& standard, std::string_view question) {
  return response(id, standard, dns::of_response<carries<kSeen>>, question,
                  "One stands in the answer, authority or additional section.", kCutHidden)
      .neutral();
}

using namespace standards;

constexpr std::array kRows = {
    response("dns.rcode.noerror", kDns, dns::of_response<rcode_is<0>>, "How many responses succeed?",
             "RCODE NOERROR.", kNothingHidden)
        .neutral(),
    response("dns.rcode.formerr", kDns, dns::of_response<rcode_is<1>>, "How many responses report a malformed query?",
             "RCODE FORMERR.", kNothingHidden)
        .neutral(),
    response("dns.rcode.servfail", kDns, dns::of_response<rcode_is<2>>, "How many responses report a server failure?",
             "RCODE SERVFAIL; DNSSEC that does not validate is one cause of many.", kNothingHidden)
        .neutral(),
    response("dns.rcode.nxdomain", kDns, dns::of_response<rcode_is<3>>,
             "How many responses say that the name does not exist?", "RCODE NXDOMAIN.", kNothingHidden)
        .neutral(),
    response("dns.rcode.notimp", kDns, dns::of_response<rcode_is<4>>,
             "How many responses report an unknown kind of query?", "RCODE NOTIMP.", kNothingHidden)
        .neutral(),
    response("dns.rcode.refused", kDns, dns::of_response<rcode_is<5>>, "How many responses refuse?", "RCODE REFUSED.",
             kNothingHidden)
        .neutral(),
    response("dns.rcode.other", kDns, dns::of_response<rcode_is_other>, "How many responses have any other RCODE?",
             "An RCODE above 5, extended ones included.", kNothingHidden)
        .neutral(),

    response("dns.response.tcp", kDnsTcp, dns::of_response<is_tcp>, "How many responses come over TCP?",
             "The response came over TCP.", kNothingHidden)
        .neutral(),
    response("dns.response.whole", kDnsTcp, dns::of_response<is_whole>, "How many responses over UDP are whole?",
             "The TC bit is not set.", kNothingHidden),
    response("dns.response.edns", kEdns, dns::of_response<has_edns>, "How many responses use EDNS?",
             "An OPT record is present.", "Responses that the capture cut short (truncated)."),
    response("dns.response.cookie", kCookies, dns::of_response<has_server_cookie>,
             "How many EDNS responses carry a server cookie?", "Option 10 with a server part.",
             "Responses that the capture cut short (truncated)."),
    response("dns.response.ede", kExtendedErrors, dns::of_response<has_ede>,
             "How many EDNS responses explain themselves?", "An Extended DNS Error is present.",
             "Responses that the capture cut short (truncated)."),
    response("dns.response.ede.servfail", kExtendedErrors, dns::of_response<failure_explained>,
             "How many server failures are explained?", "A SERVFAIL with an Extended DNS Error.",
             "Responses that the capture cut short (truncated)."),

    response(
        "dnssec.validated", kDnssec, dns::of_response<is_validated>,
        "How many answers of resolvers were validated, among those that asked to be told?",
        "The AD bit, in a NOERROR or NXDOMAIN to a query with AD or DO. Names that are not signed cannot pass.",
        "Responses whose query was not seen (no_query), did not ask, or with CD wanted no validation (not_asked).")
        .first_screen("answers DNSSEC-validated", 2),
    response("dnssec.signed", kDnssec, dns::of_response<answer_is_signed>,
             "How many answers are signed, among those that were asked for signatures?",
             "An RRSIG that covers the type asked for, in the answer to a query with DO.", kQueryHidden),
    response(
        "dnssec.denial", kDnssec, dns::of_response<denial_is_proved>,
        "How many denials are proved, among those that were asked for proof?",
        "NSEC or NSEC3 in a NOERROR or NXDOMAIN without the records asked for, to a query with DO. Referrals are no "
        "denials.",
        kQueryHidden),
    Measure{"dnssec.signed", &kDnssec, Unit::names, "dns", dns::kResponse, dns::of_name<answer_is_signed>,
            "How many names have signed answers?", "A name of which every answer to a query with DO was signed.",
            kQueryHidden}
        .first_screen("names signed with DNSSEC", 1),

    seen<dns::kSeenA>("dns.carries.a", kDns, "How many responses carry an A record?"),
    seen<dns::kSeenAaaa>("dns.carries.aaaa", kIpv6, "How many responses carry an AAAA record?"),
    seen<dns::kSeenRrsig>("dns.carries.rrsig", kDnssec, "How many responses carry an RRSIG?"),
    seen<dns::kSeenDnskey>("dns.carries.dnskey", kDnssec, "How many responses carry a DNSKEY?"),
    seen<dns::kSeenDs>("dns.carries.ds", kDnssec, "How many responses carry a DS?"),
    seen<dns::kSeenNsec>("dns.carries.nsec", kDnssec, "How many responses carry an NSEC?"),
    seen<dns::kSeenNsec3>("dns.carries.nsec3", kNsec3, "How many responses carry an NSEC3?"),
    seen<dns::kSeenTlsa>("dns.carries.tlsa", kDane, "How many responses carry a TLSA record?"),
    seen<dns::kSeenCaa>("dns.carries.caa", kCaa, "How many responses carry a CAA record?"),
    seen<dns::kSeenSvcb>("dns.carries.svcb", kServiceBinding, "How many responses carry an SVCB record?"),
    seen<dns::kSeenHttps>("dns.carries.https", kServiceBinding, "How many responses carry an HTTPS record?"),
    seen<dns::kSeenTxt>("dns.carries.txt", kDns, "How many responses carry a TXT record?"),
};

}  // namespace

std::span<const Measure> dns_response_measures() noexcept { return kRows; }

}  // namespace uptake
