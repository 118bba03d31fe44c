#include "policy/catalogue/dns/area.h"

#include "dissectors/dns/facts.h"
#include "policy/catalogue/dns/measures.h"
#include "policy/catalogue/dns/words.h"
#include "policy/events/dns.h"

namespace uptake {
namespace {

/// Stub to resolver, or resolver to authoritative server, from RD, RA and AA (RFC 1035 §4.1.1).
Vantage vantage_of(std::uint16_t fact, std::uint64_t value) noexcept {
  if (fact == dns::kQuery) return dns::QueryBits::unpack(value).rd ? dns::kStubResolver : dns::kResolverAuthoritative;
  if (fact != dns::kResponse) return Vantage::none;
  return dns::vantage_of(side_of(dns::ResponseBits::unpack(value)));
}

}  // namespace

Area dns_area() {
  static const std::vector<Measure> kMeasures =
      joined({dns_query_measures(), dns_response_measures(), dns_publication_measures(), dns_record_measures(),
              dns_anchor_measures()});
  return {.name = "dns", .measures = kMeasures, .vantage = vantage_of, .words = dns::kWords, .events = dns_events()};
}

}  // namespace uptake
