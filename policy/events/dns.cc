#include "policy/events/dns.h"

#include <array>

#include "dissectors/dns/facts.h"
#include "policy/events/dns_code_points.h"

namespace uptake {
namespace {

using Query = dns::QueryBits;
using Response = dns::ResponseBits;

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

/// What the policy is called that stands under a label.
std::string_view policy_name(const dns::ResponseBits& response) {
  if (response.policy == dns::Policy::none) return "none";
  if (response.label == dns::Label::plain) return "spf";
  return response.label == dns::Label::domainkey ? "dkim" : label_name(response.label);
}

/// Whether SPF or DMARC is strict; of other policies nothing.
std::string_view strictness_name(const dns::ResponseBits& response) {
  if (response.label != dns::Label::plain && response.label != dns::Label::dmarc) return {};
  switch (response.policy) {
    case dns::Policy::none:
      return {};
    case dns::Policy::stated:
      return "no";
    case dns::Policy::strict:
      return "yes";
    case dns::Policy::doubtful:
      return "unknown";
  }
  return {};
}

/// Appends flags of a message under their names in its table.
template <class Table, auto... kMembers>
void append_flags(EventFields& fields, const auto& bits) {
  (fields.flag(Table::template name<kMembers>(), bits.*kMembers), ...);
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
  append_flags<dns::QueryFields, &Query::tcp, &Query::rd, &Query::ad, &Query::cd, &Query::edns>(fields, query);
  fields.number("edns_size", query.edns_size);
  append_flags<dns::QueryFields, &Query::edns_malformed, &Query::dnssec_ok, &Query::cookie, &Query::client_subnet,
               &Query::padding>(fields, query);
  fields.word("label", label_name(query.label));
  append_flags<dns::QueryFields, &Query::cut, &Query::other_class>(fields, query);
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
  append_flags<dns::ResponseFields, &Response::tcp, &Response::aa, &Response::tc, &Response::rd, &Response::ra,
               &Response::ad, &Response::cd, &Response::edns, &Response::dnssec_ok, &Response::cookie, &Response::ede,
               &Response::query_seen>(fields, response);
  if (response.query_seen) {
    append_flags<dns::ResponseFields, &Response::query_dnssec_ok, &Response::query_ad, &Response::query_cookie>(
        fields, response);
  }
  append_flags<dns::ResponseFields, &Response::query_cut, &Response::other_class, &Response::edns_other,
               &Response::alias, &Response::answered, &Response::answer_signed, &Response::aaaa_synthesised,
               &Response::cut, &Response::answers_cut, &Response::broken>(fields, response);
  append_seen(fields, response);
  fields.word("label", label_name(response.label));
  fields.word("policy", policy_name(response));
  if (const std::string_view strict = strictness_name(response); !strict.empty())
    fields.word("policy_strict", strict);
}

constexpr EventDescriber kEvents[] = {
    {"dns", dns::kQuery, "dns", describe_query},
    {"dns", dns::kResponse, "dns", describe_response},
};

}  // namespace

std::span<const EventDescriber> dns_events() noexcept { return kEvents; }

}  // namespace uptake
