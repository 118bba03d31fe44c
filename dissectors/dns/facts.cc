#include "dissectors/dns/facts.h"

#include <array>

namespace uptake::dns {

std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kFacts = {{
      {"query", "qtype, EDNS size, opcode, transport, header flags, EDNS options, policy label, cut"},
      {"response", "qtype, rcode, transport, header flags, EDNS, its query's DO and AD, RR types seen, opcode, cut"},
      {"rrsig", "algorithm, whether a query with DO is known"},
      {"dnskey", "algorithm"},
      {"ds", "algorithm, digest type"},
      {"nsec3", "iterations, salt length, opt-out, hash algorithm, whether an NSEC3PARAM"},
      {"ede", "info-code, rcode"},
      {"svc_params", "SvcParamKeys 0 to 31 present, RR type"},
      {"unreadable", "why: closed, gap, truncated, malformed, limit"},
      {"bad_record", "RR type"},
      {"key_tags", "three tags, how many there are, by a name or by EDNS"},
      {"sentinel", "tag, is or not, rcode, RA, CD, qtype"},
  }};
  return kFacts;
}

std::span<const ExhibitRow> exhibits() noexcept {
  static constexpr std::array<ExhibitRow, kKindCount> kKinds = {{
      {"response", "as the fact of that name", "the message, of which nothing is missing; or none"},
      {"mail_policy", "as the fact \"response\"", "-"},
  }};
  return kKinds;
}

}  // namespace uptake::dns
