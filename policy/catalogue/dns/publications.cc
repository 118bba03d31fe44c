#include <array>

#include "dissectors/dns/facts.h"
#include "policy/catalogue/dns/judges.h"
#include "policy/catalogue/dns/measures.h"
#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/ipv6/standards.h"
#include "policy/catalogue/judge.h"

namespace uptake {
namespace {

using dns::ResponseBits;

constexpr std::uint16_t kAaaa = 28;
constexpr std::uint16_t kTxt = 16;

constexpr std::string_view kHidden =
    "Responses cut short by the server (TC) or by the capture (truncated) before what would decide, or with the "
    "record "
    "malformed. Names that nobody asked about do not count.";

/// Whether a question of class IN for kType is judged: pass means that it is.
template <std::uint16_t kType>
Judgement concerns(const ResponseBits& r) noexcept {
  if (dns::question_is_cut(r)) return Judgement::unobservable(Reason::truncated);
  return r.qtype == kType && !r.other_class ? Judgement::pass() : Judgement::not_applicable();
}

constexpr std::string_view kOutside =
    "Questions for other records, and answers that settle nothing: referrals, and errors as SERVFAIL and REFUSED.";

template <std::uint16_t kType>
Judgement published(const ResponseBits& r) noexcept {
  const Judgement concerned = concerns<kType>(r);
  return is_pass(concerned) ? dns::exists(r, r.answered) : concerned;
}

/// A synthesised AAAA says that the name has none of its own: the resolver made it from an A record.
Judgement has_real_aaaa(const ResponseBits& r) noexcept {
  const Judgement concerned = concerns<kAaaa>(r);
  if (concerned.outcome != Judgement::Outcome::pass) return concerned;
  if (!r.tc && r.answered && r.aaaa_synthesised) return Judgement::fail();
  return dns::exists(r, r.answered);
}
Judgement aaaa_is_not_synthesised(const ResponseBits& r) noexcept {
  const Judgement concerned = concerns<kAaaa>(r);
  if (concerned.outcome != Judgement::Outcome::pass) return concerned;
  if (r.tc) return Judgement::unobservable(Reason::truncated);
  if (r.answered) return Judgement::pass_if(!r.aaaa_synthesised);
  return r.answers_cut ? dns::missing(r) : Judgement::not_applicable();
}

/// A TXT question under `kLabel`, answered by a record that states its policy.
template <dns::Label kLabel>
Judgement policy_published(const ResponseBits& r) noexcept {
  const Judgement concerned = concerns<kTxt>(r);
  if (concerned.outcome != Judgement::Outcome::pass) return concerned;
  if (r.label != kLabel) return Judgement::not_applicable();
  return dns::exists(r, r.answered && r.policy != dns::Policy::none);
}
/// The same of one that is strict: whoever publishes none, or one that asks for nothing, is not. Of two records, as
/// may stand in what is missing, none is in force.
template <dns::Label kLabel>
Judgement policy_strict(const ResponseBits& r) noexcept {
  const Judgement published = policy_published<kLabel>(r);
  if (!is_pass(published)) return published;
  if (r.policy == dns::Policy::stated) return Judgement::fail();
  if (r.cut) return dns::missing(r);
  return r.policy == dns::Policy::strict ? Judgement::pass() : Judgement::unobservable(dns::kElsewhere);
}

constexpr Measure responses(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                            std::string_view passes) {
  return Measure{id, &standard, Unit::responses, "dns", dns::kResponse, judge, question, passes, kHidden}.leaves_out(
      kOutside);
}
constexpr Measure names(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                        std::string_view passes) {
  return {id, &standard, Unit::names, "dns", dns::kResponse, judge, question, passes, kHidden};
}

template <std::uint16_t kType>
constexpr Measure answered(std::string_view id, const Standard& standard, std::string_view question) {
  return responses(id, standard, dns::of_response<published<kType>>, question,
                   "The records asked for stand in the answer.");
}
template <std::uint16_t kType>
constexpr Measure named(std::string_view id, const Standard& standard, std::string_view question) {
  return names(id, standard, dns::of_name<published<kType>>, question,
               "Every final answer held the records asked for.");
}
template <dns::Label kLabel>
constexpr Measure policy(std::string_view id, const Standard& standard, std::string_view question,
                         std::string_view passes) {
  return responses(id, standard, dns::of_response<policy_published<kLabel>>, question, passes);
}
template <dns::Label kLabel>
constexpr Measure policy_named(std::string_view id, const Standard& standard, std::string_view question,
                               std::string_view passes) {
  return names(id, standard, dns::of_name<policy_published<kLabel>>, question, passes);
}

constexpr std::string_view kStrictHidden =
    "Responses cut short by the server (TC) or by the capture (truncated), those with the record malformed, and SPF "
    "that ends in a redirect to another name (elsewhere).";
template <dns::Label kLabel>
constexpr Measure strict(std::string_view id, const Standard& standard, std::string_view question,
                         std::string_view passes) {
  Measure row = responses(id, standard, dns::of_response<policy_strict<kLabel>>, question, passes);
  row.hidden = kStrictHidden;
  return row;
}
template <dns::Label kLabel>
constexpr Measure strict_named(std::string_view id, const Standard& standard, std::string_view question,
                               std::string_view passes) {
  Measure row = names(id, standard, dns::of_name<policy_strict<kLabel>>, question, passes);
  row.hidden = kStrictHidden;
  return row;
}

using dns::Label;
using namespace standards;

constexpr std::array kRows = {
    responses("dns.has.aaaa", kIpv6, dns::of_response<has_real_aaaa>,
              "How many questions for IPv6 addresses find one?",
              "An AAAA that is neither IPv4-mapped nor made by a NAT64 resolver."),
    names("dns.has.aaaa", kIpv6, dns::of_name<has_real_aaaa>, "How many names have an IPv6 address?",
          "A name of which every final answer held an AAAA of its own; a synthesised one does not count.")
        .first_screen("names with IPv6", 4)
        .beware("Names that somebody asked about here, each once: not a list of domains, nor weighed by use."),
    responses("dns.has.aaaa.own", kNat64, dns::of_response<aaaa_is_not_synthesised>,
              "How many answers with IPv6 addresses come from the name's owner?",
              "Not every AAAA is IPv4-mapped, in 64:ff9b::/96, 64:ff9b:1::/48 or a prefix given with --nat64."),
    answered<65>("dns.has.https", kServiceBinding, "How many questions for HTTPS records find one?"),
    named<65>("dns.has.https", kServiceBinding, "How many names have an HTTPS record?"),
    answered<64>("dns.has.svcb", kServiceBinding, "How many questions for SVCB records find one?"),
    answered<52>("dns.has.tlsa", kDane, "How many questions for TLSA records find one?"),
    named<52>("dns.has.tlsa", kDane, "How many names have a TLSA record?")
        .first_screen("names with DANE (TLSA)", 1)
        .beware("Mostly mail servers that sending servers asked about: without DNSSEC a record has no effect."),
    answered<257>("dns.has.caa", kCaa, "How many questions for CAA records find one?"),
    named<257>("dns.has.caa", kCaa, "How many names have a CAA record of their own?"),
    answered<43>("dns.has.ds", kDnssec, "How many questions for DS records find one?"),
    named<43>("dns.has.ds", kDnssec, "How many names are signed at their parent (DS)?"),
    answered<48>("dns.has.dnskey", kDnssec, "How many questions for DNSKEY records find one?"),
    named<48>("dns.has.dnskey", kDnssec, "How many names publish a DNSKEY?"),

    policy<Label::plain>("dns.has.spf", kSpf, "How many questions for TXT find an SPF policy?",
                         "v=spf1 in the answer to a TXT question outside the policy labels."),
    policy_named<Label::plain>("dns.has.spf", kSpf, "How many names asked for TXT publish SPF?",
                               "Every final answer held v=spf1. Not every name asked sends mail.")
        .first_screen("names with SPF", 1),
    strict<Label::plain>("dns.has.spf.strict", kSpf, "How many questions for TXT find an SPF policy that is strict?",
                         "-all or ~all decides of all other senders, in the one record of v=spf1.")
        .fails_if("There is none, or several; or ?all, +all, or nothing decides."),
    strict_named<Label::plain>("dns.has.spf.strict", kSpf,
                               "How many names asked for TXT publish a strict SPF policy?",
                               "Every final answer held one record of v=spf1, in which -all or ~all decides.")
        .fails_if("A name without SPF, or one whose policy leaves other senders open.")
        .beware("Not every name asked sends mail; one that sends none should say so, and then passes."),
    policy<Label::dmarc>("dns.has.dmarc", kDmarc, "How many questions under _dmarc find a policy?",
                         "v=DMARC1 in the answer."),
    policy_named<Label::dmarc>("dns.has.dmarc", kDmarc, "How many names asked for DMARC publish it?",
                               "Every final answer held v=DMARC1; the policy may stand at a parent.")
        .first_screen("names with DMARC", 3)
        .beware("Receivers ask about whom mail claims to be from, forged mail included."),
    strict<Label::dmarc>("dns.has.dmarc.enforced", kDmarc,
                         "How many questions under _dmarc find a policy that is enforced?",
                         "p=quarantine or p=reject in the one record of v=DMARC1, not as a test (t=y, pct=0).")
        .fails_if("There is none, or several; or it asks receivers for nothing."),
    strict_named<Label::dmarc>("dns.has.dmarc.enforced", kDmarc,
                               "How many names asked for DMARC publish a policy that is enforced?",
                               "Every final answer held one record of v=DMARC1 with p=quarantine or p=reject, not "
                               "as a test (t=y, pct=0).")
        .fails_if("A name without DMARC, or whose policy asks receivers for nothing.")
        .beware("A name without a record of its own may be under an enforced policy of its parent."),
    policy<Label::domainkey>("dns.has.dkim", kDkim, "How many questions under _domainkey find a key?",
                             "A DKIM key record in the answer."),
    policy_named<Label::domainkey>("dns.has.dkim", kDkim, "How many DKIM selectors have a key?",
                                   "Every final answer held a DKIM key record.")
        .first_screen("DKIM selectors with key", 2),
    policy<Label::mta_sts>("dns.has.mta_sts", kMtaSts, "How many questions under _mta-sts find a policy?",
                           "v=STSv1 in the answer; the policy's mode travels encrypted."),
    policy_named<Label::mta_sts>("dns.has.mta_sts", kMtaSts, "How many names asked for MTA-STS publish it?",
                                 "Every final answer held v=STSv1.")
        .first_screen("names with MTA-STS", 2),
    policy<Label::tls_rpt>("dns.has.tls_rpt", kTlsRpt, "How many questions under _smtp._tls find a policy?",
                           "v=TLSRPTv1 in the answer."),
    policy_named<Label::tls_rpt>("dns.has.tls_rpt", kTlsRpt, "How many names asked for TLS-RPT publish it?",
                                 "Every final answer held v=TLSRPTv1."),
    policy<Label::bimi>("dns.has.bimi", kBimi, "How many questions under _bimi find a record?",
                        "v=BIMI1 in the answer."),
};

}  // namespace

std::span<const Measure> dns_publication_measures() noexcept { return kRows; }

}  // namespace uptake
