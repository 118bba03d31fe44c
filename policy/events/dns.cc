#include "policy/events/dns.h"

#include <array>

#include "dissectors/dns/facts.h"
#include "policy/events/dns_code_points.h"

namespace uptake {
namespace {

constexpr std::array<std::string_view, dns::kSeenCount> kSeenNames = {
    "A", "AAAA", "RRSIG", "DNSKEY", "DS", "NSEC", "NSEC3", "TLSA", "CAA", "SVCB", "HTTPS", "TXT"};

std::string_view label_name(dns::Label label) {
  switch (label) {
    case dns::Label::plain:
      return "plain";
    case dns::Label::dmarc:
      return "dmarc";
    case dns::Label::domainkey:
      return "domainkey";
    case dns::Label::mta_sts:
      return "mta_sts";
    case dns::Label::tls_rpt:
      return "tls_rpt";
    case dns::Label::bimi:
      return "bimi";
  }
  return "unknown";
}

std::string_view policy_name(dns::Policy policy) {
  switch (policy) {
    case dns::Policy::none:
      return "none";
    case dns::Policy::spf:
      return "spf";
    case dns::Policy::dmarc:
      return "dmarc";
    case dns::Policy::dkim:
      return "dkim";
    case dns::Policy::mta_sts:
      return "mta_sts";
    case dns::Policy::tls_rpt:
      return "tls_rpt";
    case dns::Policy::bimi:
      return "bimi";
  }
  return "unknown";
}

void append_qtype(EventFields& fields, std::uint16_t qtype) {
  std::string scratch;
  fields.word("qtype", dns::rr_type_name(qtype, scratch));
}

void describe_query(std::uint64_t value, EventFields& fields) {
  const dns::QueryBits query = dns::QueryBits::unpack(value);
  fields.word("message", "query");
  append_qtype(fields, query.qtype);
  const std::string_view opcode = dns::opcode_name(query.opcode);
  fields.word("opcode", opcode.empty() ? "UNASSIGNED" : opcode);
  fields.number("opcode_number", query.opcode);
  fields.flag("tcp", query.tcp);
  fields.flag("rd", query.rd);
  fields.flag("ad", query.ad);
  fields.flag("cd", query.cd);
  fields.flag("edns", query.edns);
  fields.number("edns_size", query.edns_size);
  fields.flag("edns_malformed", query.edns_malformed);
  fields.flag("do", query.dnssec_ok);
  fields.flag("cookie", query.cookie);
  fields.flag("client_subnet", query.client_subnet);
  fields.flag("padding", query.padding);
  fields.word("label", label_name(query.label));
  fields.flag("cut", query.cut);
  fields.flag("other_class", query.other_class);
  fields.flag("edns_other", query.edns_other);
}

// RCODEs above 14 share one value of the fact (facts.h), so they have no number of their own here.
void append_rcode(EventFields& fields, std::uint8_t rcode) {
  const std::string_view name = dns::rcode_name(rcode);
  if (!name.empty()) {
    fields.word("rcode", name);
    return;
  }
  fields.word("rcode", rcode == 15 ? "EXTENDED" : "UNASSIGNED");
}

void append_seen(EventFields& fields, const dns::ResponseBits& response) {
  fields.open_list("seen");
  for (std::size_t i = 0; i < kSeenNames.size(); ++i)
    if (response.has(static_cast<dns::Seen>(i))) fields.item(kSeenNames[i]);
  fields.close_list();
}

void describe_response(std::uint64_t value, EventFields& fields) {
  const dns::ResponseBits response = dns::ResponseBits::unpack(value);
  fields.word("message", "response");
  append_qtype(fields, response.qtype);
  append_rcode(fields, response.rcode);
  fields.flag("tcp", response.tcp);
  fields.flag("aa", response.aa);
  fields.flag("tc", response.tc);
  fields.flag("rd", response.rd);
  fields.flag("ra", response.ra);
  fields.flag("ad", response.ad);
  fields.flag("cd", response.cd);
  fields.flag("edns", response.edns);
  fields.flag("do", response.dnssec_ok);
  fields.flag("cookie", response.cookie);
  fields.flag("ede", response.ede);
  fields.flag("query_seen", response.query_seen);
  if (response.query_seen) {
    fields.flag("query_do", response.query_dnssec_ok);
    fields.flag("query_ad", response.query_ad);
    fields.flag("query_cookie", response.query_cookie);
  }
  fields.flag("query_cut", response.query_cut);
  fields.flag("other_class", response.other_class);
  fields.flag("edns_other", response.edns_other);
  fields.flag("alias", response.alias);
  fields.flag("answered", response.answered);
  fields.flag("answer_signed", response.answer_signed);
  fields.flag("aaaa_synthesised", response.aaaa_synthesised);
  fields.flag("cut", response.cut);
  fields.flag("answers_cut", response.answers_cut);
  fields.flag("broken", response.broken);
  append_seen(fields, response);
  fields.word("label", label_name(response.label));
  fields.word("policy", policy_name(response.policy));
}

constexpr EventDescriber kEvents[] = {
    {"dns", dns::kQuery, "dns", describe_query},
    {"dns", dns::kResponse, "dns", describe_response},
};

}  // namespace

std::span<const EventDescriber> dns_events() noexcept { return kEvents; }

}  // namespace uptake
