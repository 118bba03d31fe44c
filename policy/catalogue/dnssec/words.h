#pragma once

#include "policy/catalogue/dns/words.h"
#include "policy/vocabulary.h"

// What this area calls its own reasons. Its vantages are those of DNS.
namespace uptake::dnssec {

inline constexpr Reason kNoAnchor = own_reason(0);
inline constexpr Reason kNoDnskey = own_reason(1);
inline constexpr Reason kNoDs = own_reason(2);
inline constexpr Reason kNoDenial = own_reason(3);
inline constexpr Reason kNoQuery = own_reason(4);
inline constexpr Reason kBudget = own_reason(5);
inline constexpr Reason kHandedOut = own_reason(6);
inline constexpr ReasonRow kReasonRows[] = {
    {kNoAnchor, "no_anchor", "no trust anchor of that time matches what was seen"},
    {kNoDnskey, "no_dnskey", "the keys of a zone above were not seen"},
    {kNoDs, "no_ds", "neither the DS of a zone above nor its denial was seen"},
    {kNoDenial, "no_denial", "a zone above is signed, and whether the name is in it was not seen"},
    {kNoQuery, "no_query", "the query was not seen: it may be no answer, or nobody asked for signatures"},
    {kBudget, "budget", "more new signatures came in a second than are verified"},
    {kHandedOut, "handed_out", "a resolver handed out what does not validate, which says nothing of the zone", false},
};

inline constexpr Vocabulary kWords{dns::kVantageRows, kReasonRows};

}  // namespace uptake::dnssec
