#pragma once

#include "policy/dns_side.h"
#include "policy/vocabulary.h"

// What this area calls its vantages and its own reasons.
namespace uptake::dns {

inline constexpr Vantage kStubResolver{1};
inline constexpr Vantage kResolverAuthoritative{2};
inline constexpr Vantage kOtherVantage{3};
[[nodiscard]] constexpr Vantage vantage_of(DnsSide side) noexcept {
  if (side == DnsSide::stub) return kStubResolver;
  return side == DnsSide::authority ? kResolverAuthoritative : kOtherVantage;
}
inline constexpr VantageRow kVantageRows[] = {
    {"stub_resolver", "stub to resolver"},
    {"resolver_authoritative", "resolver to authoritative"},
    {"other", "other"},
};

inline constexpr Reason kNoQuery = own_reason(3);    ///< a response whose query was not seen
inline constexpr Reason kElsewhere = own_reason(4);  ///< what a policy comes to stands where it was not read
inline constexpr ReasonRow kReasonRows[] = {
    {kNoQuery, "no_query", "the query that it answers was not seen"},
    {kElsewhere, "elsewhere", "the policy goes on under another name"},
};

inline constexpr Vocabulary kWords{kVantageRows, kReasonRows};

}  // namespace uptake::dns
