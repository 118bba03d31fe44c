#include "policy/catalogue/mail_domains/area.h"

#include <array>

#include "policy/catalogue/dane/standards.h"
#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/mail_domains/words.h"
#include "policy/catalogue/smtp/standards.h"
#include "policy/correlate/mail_domains/facts.h"

namespace uptake {

namespace standards {
inline constexpr Standard kNullMx{"null-mx", "Null MX", "RFC 7505", Theme::authentic_mail};
}  // namespace standards

namespace mail_domains {
namespace {

// --- judges ---

Judgement is_encrypted(const DeliveryBits& b) noexcept {
  if (b.practice == Practice::unseen) return Judgement::unobservable(reason_of(b.why, Reason::gap));
  return Judgement::pass_if(b.practice == Practice::encrypted);
}
/// Of domains that publish it.
template <Promise DeliveryBits::*kPromise>
Judgement keeps(const DeliveryBits& b) noexcept {
  return b.*kPromise == Promise::yes ? is_encrypted(b) : Judgement::not_applicable();
}
/// Of domains whose mail comes in TLS.
template <Promise DeliveryBits::*kPromise>
Judgement publishes(const DeliveryBits& b) noexcept {
  if (b.practice != Practice::encrypted) return Judgement::not_applicable();
  if (b.*kPromise == Promise::unknown) return Judgement::unobservable(kNotAsked);
  return Judgement::pass_if(b.*kPromise == Promise::yes);
}
template <Judgement (*kJudge)(const DeliveryBits&) noexcept>
Judgement of_delivery(std::uint64_t v, const Profile&) noexcept {
  return kJudge(DeliveryBits::unpack(v));
}

Judgement is_placed(std::uint64_t v, const Profile&) noexcept {
  return v != 0 ? Judgement::pass() : Judgement::unobservable(kNoDomain);
}
Judgement is_null_mx(std::uint64_t v, const Profile&) noexcept {
  const auto exchange = static_cast<Exchange>(v);
  if (exchange == Exchange::none) return Judgement::not_applicable();
  return Judgement::pass_if(exchange == Exchange::null_mx);
}
// --- rows ---

using standards::kDaneForSmtp;
using standards::kMtaSts;
using standards::kNullMx;
using standards::kSmtp;
using standards::kStarttls;
using standards::kTlsRpt;

constexpr std::string_view kPlacedTrap =
    "A server is a domain's where answers with DO were seen here for the domain's MX records and for the addresses "
    "of "
    "those hosts. Of hosts that take the mail of many domains the four that were asked for last count; whose mail a "
    "delivery brings is not looked at. A connection in clear text without a mail is no delivery.";
constexpr std::string_view kNotSeen =
    "Deliveries of which too little was heard (gap and others). Domains of servers nobody asked about here, and "
    "names "
    "that were asked for without DO, are not counted at all.";
constexpr std::string_view kUnasked = "Domains for which nobody was seen to ask in the day before (nobody_asked).";
constexpr std::string_view kTold =
    "Answers without DO, which are not read here, and domains that nobody asked about.";

constexpr Measure delivery(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                           std::string_view passes, std::string_view hidden) noexcept {
  return Measure{id, &standard, Unit::names, "mail_domains", kDelivery, judge, question, passes, hidden}
      .from_join()
      .beware(kPlacedTrap);
}
template <Promise DeliveryBits::*kPromise>
constexpr Measure kept(std::string_view id, const Standard& standard, std::string_view question) noexcept {
  return delivery(id, standard, by_entity<of_delivery<keeps<kPromise>>>, question,
                  "TLS begins in every delivery to their servers.", kNotSeen)
      .fails_if("Published and not practised: some mail is handed over in clear text.");
}
template <Promise DeliveryBits::*kPromise>
constexpr Measure promised(std::string_view id, const Standard& standard, std::string_view question,
                           std::string_view passes) noexcept {
  return delivery(id, standard, by_entity<of_delivery<publishes<kPromise>>>, question, passes, kUnasked)
      .fails_if("Practised and not published: an answer says that there is none, or none that counts.")
      .leaves_out("Domains to whose servers no delivery in TLS was seen.");
}
constexpr std::array kRows = {
    Measure{"mail.domain.known", &kSmtp, Unit::connections, "mail_domains", kPlaced, is_placed,
            "Of how many deliveries is a domain of the server known?",
            "Answers for the MX records of a domain, and for the address of such a host, lead to the server.",
            "All others (no_domain)."}
        .from_join()
        .neutral()
        .fails_if("None: a server whose domains are not known is unobservable."),
    delivery("mail.domain.tls", kStarttls, by_entity<of_delivery<is_encrypted>>,
             "How many domains get all of their mail in TLS?", "TLS begins in every delivery to their servers.",
             kNotSeen)
        .fails_if("Some mail is handed over in clear text."),
    kept<&DeliveryBits::mta_sts>("mail.domain.mta_sts.kept", kMtaSts,
                                 "How many domains that publish MTA-STS get all of their mail in TLS?"),
    kept<&DeliveryBits::dane>("mail.domain.dane.kept", kDaneForSmtp,
                              "How many domains with TLSA records that senders can rely on get all mail in TLS?"),
    promised<&DeliveryBits::mta_sts>(
        "mail.domain.mta_sts.promised", kMtaSts, "How many domains that get mail in TLS publish MTA-STS?",
        "The answer under _mta-sts holds one record of v=STSv1, which has an id (RFC 8461 section 3.1)."),
    promised<&DeliveryBits::dane>("mail.domain.dane.promised", kDaneForSmtp,
                                  "How many domains that get mail in TLS have TLSA records to rely on?",
                                  "TLSA records of the host are secure, and one is usable in mail (RFC 7672)."),
    promised<&DeliveryBits::tls_rpt>(
        "mail.domain.tls_rpt.promised", kTlsRpt, "How many domains that get mail in TLS ask for reports?",
        "The answer under _smtp._tls holds one record of v=TLSRPTv1, which says where to (RFC 8460 section 3)."),
    Measure{"mail.null_mx", &kNullMx, Unit::names, "mail_domains", kExchange, by_entity<is_null_mx>,
            "How many domains with MX records say that they take no mail?", "Their only MX record names the root.",
            kTold}
        .from_join()
        .neutral()
        .leaves_out("Domains without MX records."),
};

}  // namespace
}  // namespace mail_domains

Area mail_domains_area() {
  return {.name = "mail_domains", .measures = mail_domains::kRows, .words = mail_domains::kWords};
}

}  // namespace uptake
