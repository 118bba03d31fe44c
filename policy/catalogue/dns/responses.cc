#include <array>

#include "dissectors/dns/facts.h"
#include "policy/catalogue/dns/judges.h"
#include "policy/catalogue/dns/measures.h"
#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/dns/words.h"
#include "policy/catalogue/ipv6/standards.h"
#include "policy/catalogue/judge.h"

namespace uptake {
namespace {

using dns::ResponseBits;

constexpr std::string_view kNothingHidden =
    "Nothing in the responses that were read; encrypted DNS is not among them.";
constexpr std::string_view kCutHidden = "Responses that the server (TC) or the capture cut short (truncated).";
constexpr std::string_view kQueryHidden =
    "Responses whose query was not seen (no_query) or did not ask (not_asked), and those cut short (truncated).";

constexpr std::string_view kTypeHidden =
    "Responses to questions for other types (not_asked), to which none is added, and those cut short (truncated).";
constexpr std::string_view kDoHidden =
    "Responses whose query was not seen (no_query) or asked without DO for another type (not_asked), and those cut "
    "short (truncated).";

// --- judges ---

template <std::uint8_t kRcode>
Judgement rcode_is(const ResponseBits& r) noexcept {
  return Judgement::pass_if(r.rcode == kRcode);
}
Judgement rcode_is_other(const ResponseBits& r) noexcept { return Judgement::pass_if(r.rcode > 5); }

/// Whether the question is for this type, or for every type.
constexpr bool asks_for(const ResponseBits& r, std::uint16_t type) {
  constexpr std::uint16_t kAny = 255;
  return r.qtype == type || r.qtype == kAny;
}

/// When a server adds a record of some type to a response.
enum class Comes : std::uint8_t { unasked, asked, with_do };

/// Where nobody asked for them, their absence says nothing. In a cut response presence counts and absence is unknown.
template <dns::Seen kSeen, std::uint16_t kType, Comes kComes>
Judgement carries(const ResponseBits& r) noexcept {
  if (kComes != Comes::unasked) {
    if (dns::question_is_cut(r)) return Judgement::unobservable(Reason::truncated);
    if (!asks_for(r, kType)) {
      if (kComes == Comes::asked) return Judgement::unobservable(Reason::not_asked);
      if (r.other_class) return Judgement::not_applicable();
      const Judgement asked = dns::asked_for_signatures(r);
      if (asked.outcome != Judgement::Outcome::pass) return asked;
    }
  }
  if (r.tc) return Judgement::unobservable(Reason::truncated);
  if (r.has(kSeen)) return Judgement::pass();
  return r.cut ? Judgement::unobservable(Reason::truncated) : Judgement::fail();
}

// OPT stands in the additional section, behind everything that a cut takes; a TC response still carries it.
Judgement has_edns(const ResponseBits& r) noexcept {
  if (r.edns || r.edns_other) return Judgement::pass();
  return r.cut ? Judgement::unobservable(Reason::truncated) : Judgement::fail();
}
/// What stands in an OPT of version 0.
Judgement in_options(const ResponseBits& r, bool there) noexcept {
  if (r.edns && there) return Judgement::pass();
  if (r.cut) return Judgement::unobservable(Reason::truncated);
  return r.edns ? Judgement::fail() : Judgement::not_applicable();
}
/// Only who sent a cookie gets one (RFC 7873 §5.2).
Judgement has_server_cookie(const ResponseBits& r) noexcept {
  if (dns::question_is_cut(r) || r.query_cut) return Judgement::unobservable(Reason::truncated);
  if (!r.query_seen) return Judgement::unobservable(dns::kNoQuery);
  if (!r.query_cookie) return Judgement::unobservable(Reason::not_asked);
  return in_options(r, r.cookie);
}
Judgement has_ede(const ResponseBits& r) noexcept { return in_options(r, r.ede); }
/// Without EDNS there is no room for an explanation.
Judgement failure_explained(const ResponseBits& r) noexcept {
  constexpr std::uint8_t kServFail = 2;
  return r.rcode == kServFail ? in_options(r, r.ede) : Judgement::not_applicable();
}
Judgement is_whole(const ResponseBits& r) noexcept {
  return r.tcp ? Judgement::not_applicable() : Judgement::pass_if(!r.tc);
}
Judgement is_tcp(const ResponseBits& r) noexcept { return Judgement::pass_if(r.tcp); }

/// Whether an answer shows if it is signed: pass means that it can be signed and that its query asked for signatures.
Judgement could_show_signatures(const ResponseBits& r) noexcept {
  if (dns::cannot_be_signed(r) || r.rcode != dns::kNoError) return Judgement::not_applicable();
  if (!r.answered && !r.answers_cut && !r.tc) return Judgement::not_applicable();
  const Judgement asked = dns::asked_for_signatures(r);
  if (asked.outcome != Judgement::Outcome::pass) return asked;
  return r.tc ? Judgement::unobservable(Reason::truncated) : Judgement::pass();
}
Judgement answer_is_signed(const ResponseBits& r) noexcept {
  const Judgement visible = could_show_signatures(r);
  if (visible.outcome != Judgement::Outcome::pass || r.answer_signed) return visible;
  return r.answers_cut ? dns::missing(r) : Judgement::fail();
}
/// Only a resolver sets AD, and not of its own zones (RFC 4035 §3.1.6), for a query with AD or DO (RFC 6840 §5.7,
/// §5.8). Only answers with a signature count, which takes DO, because others cannot be validated. A query with CD,
/// which the response repeats, is left out: a resolver may answer it with what it has not checked (RFC 4035 §3.2.2).
Judgement is_validated(const ResponseBits& r) noexcept {
  if (!r.ra || r.aa) return Judgement::not_applicable();
  const Judgement is_signed = answer_is_signed(r);
  if (is_fail(is_signed)) return Judgement::not_applicable();
  if (is_signed.outcome != Judgement::Outcome::pass) return is_signed;
  return r.cd ? Judgement::unobservable(Reason::not_asked) : Judgement::pass_if(r.ad);
}
Judgement denial_is_proved(const ResponseBits& r) noexcept {
  if (dns::cannot_be_signed(r)) return Judgement::not_applicable();
  if (r.rcode != dns::kNoError && r.rcode != dns::kNxDomain) return Judgement::not_applicable();
  const bool answer_unknown = r.answers_cut && r.rcode != dns::kNxDomain;
  if (r.answered || (!dns::is_final(r) && !answer_unknown)) return Judgement::not_applicable();
  const Judgement asked = dns::asked_for_signatures(r);
  if (asked.outcome != Judgement::Outcome::pass) return asked;
  if (r.tc) return Judgement::unobservable(Reason::truncated);
  if (answer_unknown) return dns::missing(r);
  if (r.has(dns::kSeenNsec) || r.has(dns::kSeenNsec3)) return Judgement::pass();
  return r.cut ? Judgement::unobservable(Reason::truncated) : Judgement::fail();
}
/// Of the messages themselves, continuations included.
Judgement begins(std::uint64_t v, const Profile&) noexcept {
  const ResponseBits r = ResponseBits::unpack(v);
  return r.opcode == 0 ? Judgement::pass_if(!dns::continues_transfer(r)) : Judgement::ignored();
}

// --- rows ---

constexpr Measure response(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                           std::string_view passes, std::string_view hidden) {
  return {id, &standard, Unit::responses, "dns", dns::kResponse, judge, question, passes, hidden};
}
template <dns::Seen kSeen, std::uint16_t kType, Comes kComes>
constexpr Measure seen(std::string_view id, const Standard& standard, std::string_view question) {
  constexpr std::string_view kPasses = "One stands in the answer, authority or additional section.";
  return response(id, standard, dns::of_response<carries<kSeen, kType, kComes>>, question, kPasses,
                  kComes == Comes::unasked ? kCutHidden
                  : kComes == Comes::asked ? kTypeHidden
                                           : kDoHidden)
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
             "How many responses say that the name does not exist?",
             "RCODE NXDOMAIN; compact denial (RFC 9824) says so under NOERROR.", kNothingHidden)
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

    Measure{"dns.response.first", &kDnsTcp, Unit::responses, "dns", dns::kResponse, begins,
            "How many response messages begin a response?",
            "All but the further messages of a zone transfer (RFC 5936 §2.2.1), which count in no other row.",
            kNothingHidden},
    response("dns.response.tcp", kDnsTcp, dns::of_response<is_tcp>, "How many responses come over TCP?",
             "The response came over TCP.", kNothingHidden)
        .neutral(),
    response("dns.response.whole", kDnsTcp, dns::of_response<is_whole>, "How many responses over UDP are whole?",
             "The TC bit is not set.", kNothingHidden)
        .leaves_out("Responses over TCP."),
    response("dns.response.edns", kEdns, dns::of_response<has_edns>, "How many responses use EDNS?",
             "An OPT record is present; only a query with EDNS gets one.",
             "Responses that the capture cut before it (truncated)."),
    response("dns.response.cookie", kCookies, dns::of_response<has_server_cookie>,
             "How many EDNS responses to a cookie carry a server cookie?", "Option 10 with a server part.",
             "Responses whose query was not seen (no_query) or had no cookie (not_asked), and those cut short "
             "(truncated)."),
    response("dns.response.ede", kExtendedErrors, dns::of_response<has_ede>,
             "How many EDNS responses explain themselves?", "An Extended DNS Error is present.",
             "Responses that the capture cut short (truncated).")
        .leaves_out("Responses without EDNS."),
    response("dns.response.ede.servfail", kExtendedErrors, dns::of_response<failure_explained>,
             "How many server failures with EDNS are explained?", "A SERVFAIL with an Extended DNS Error.",
             "Responses that the capture cut short (truncated).")
        .leaves_out("Responses without EDNS, and those that are no SERVFAIL."),

    response(
        "dnssec.validated", kDnssec, dns::of_response<is_validated>,
        "How many signed answers of resolvers were validated?",
        "The AD bit, in a NOERROR that holds an RRSIG of the type asked for, to a query with DO. Answers that are "
        "not signed are not judged.",
        "Responses whose query was not seen (no_query), did not ask for signatures, or with CD wanted no validation "
        "(not_asked), and those cut short (truncated).")
        .leaves_out("Answers that are not signed, denials and errors, and what a server says that is no resolver "
                    "(RA), or says "
                    "of its own zones (AA).")
        .beware("A resolver says AD to whom it wants to; the user behind a forwarder may never see it.")
        .first_screen("signed answers validated", 2),
    response("dnssec.signed", kDnssec, dns::of_response<answer_is_signed>,
             "How many answers are signed, among those that were asked for signatures?",
             "An RRSIG that covers the type asked for, in the answer to a query with DO.", kQueryHidden)
        .leaves_out("Denials, errors, and questions that cannot be signed (RRSIG, other classes).")
        .beware("Those who ask with DO are mostly resolvers: their questions, not all of the names in use."),
    response("dnssec.denial", kDnssec, dns::of_response<denial_is_proved>,
             "How many denials are proved, among those that were asked for proof?",
             "NSEC or NSEC3, compact denial (RFC 9824) included, in a NOERROR or NXDOMAIN without the records asked "
             "for, to a "
             "query with DO. Neither referrals nor aliases alone are denials.",
             kQueryHidden)
        .leaves_out(
            "Answers with the records asked for, referrals, aliases alone, errors, and what cannot be signed."),
    Measure{"dnssec.signed", &kDnssec, Unit::names, "dns", dns::kResponse, dns::of_name<answer_is_signed>,
            "How many names have signed answers?", "A name of which every answer to a query with DO was signed.",
            kQueryHidden}
        .first_screen("names signed with DNSSEC", 1),

    seen<dns::kSeenA, 1, Comes::unasked>("dns.carries.a", kDns, "How many responses carry an A record?"),
    seen<dns::kSeenAaaa, 28, Comes::unasked>("dns.carries.aaaa", kIpv6, "How many responses carry an AAAA record?"),
    seen<dns::kSeenRrsig, 46, Comes::with_do>("dns.carries.rrsig", kDnssec, "How many responses carry an RRSIG?"),
    seen<dns::kSeenDnskey, 48, Comes::asked>("dns.carries.dnskey", kDnssec, "How many responses carry a DNSKEY?"),
    seen<dns::kSeenDs, 43, Comes::with_do>("dns.carries.ds", kDnssec, "How many responses carry a DS?"),
    seen<dns::kSeenNsec, 47, Comes::with_do>("dns.carries.nsec", kDnssec, "How many responses carry an NSEC?"),
    seen<dns::kSeenNsec3, 50, Comes::with_do>("dns.carries.nsec3", kNsec3, "How many responses carry an NSEC3?"),
    seen<dns::kSeenTlsa, 52, Comes::asked>("dns.carries.tlsa", kDane, "How many responses carry a TLSA record?"),
    seen<dns::kSeenCaa, 257, Comes::asked>("dns.carries.caa", kCaa, "How many responses carry a CAA record?"),
    seen<dns::kSeenSvcb, 64, Comes::asked>("dns.carries.svcb", kServiceBinding,
                                           "How many responses carry an SVCB record?"),
    seen<dns::kSeenHttps, 65, Comes::asked>("dns.carries.https", kServiceBinding,
                                            "How many responses carry an HTTPS record?"),
    seen<dns::kSeenTxt, 16, Comes::asked>("dns.carries.txt", kDns, "How many responses carry a TXT record?"),
};

}  // namespace

std::span<const Measure> dns_response_measures() noexcept { return kRows; }

}  // namespace uptake
