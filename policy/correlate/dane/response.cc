#include "policy/correlate/dane/response.h"

#include <algorithm>

#include "dissectors/big_endian.h"

namespace uptake::dane {
namespace {

constexpr unsigned kMostAliases = 8;

}  // namespace

Followed follow(const dnssec::Message& message) noexcept {
  Followed at{.name = message.qname()};
  at.name.to_lower();
  for (unsigned i = 0; i <= kMostAliases; ++i) {
    at.rrset = message.find(dnssec::Section::answer, at.name, message.qtype());
    if (at.rrset != nullptr) {
      at.ttl = std::min(at.ttl, at.rrset->ttl);
      return at;
    }
    const dnssec::Rrset* const alias = message.find(dnssec::Section::answer, at.name, dnssec::kTypeCname);
    if (alias == nullptr) return at;
    at.ttl = std::min(at.ttl, alias->ttl);
    message.each_record(*alias, [&at](Bytes rdata) {
      Cursor target(rdata);
      (void)dnssec::read_name(rdata, target, at.name);
    });
  }
  return at;
}

std::uint32_t denial_ttl(const dnssec::Message& message) noexcept {
  std::uint32_t ttl = 0;
  for (const dnssec::Rrset& set : message.rrsets()) {
    if (set.type != dnssec::kTypeSoa || set.section != dnssec::Section::authority || set.count == 0) continue;
    message.each_record(set, [&](Bytes rdata) {
      constexpr std::size_t kLast = 4;
      if (rdata.size() >= kLast) ttl = std::min(set.ttl, be32(rdata.data() + rdata.size() - kLast));
    });
  }
  return ttl;
}

}  // namespace uptake::dane
