#pragma once

#include "policy/vocabulary.h"

// What this area calls its own reasons.
namespace uptake::mail_domains {

inline constexpr Reason kNotAsked = own_reason(0);
inline constexpr Reason kNoDomain = own_reason(1);
inline constexpr ReasonRow kReasonRows[] = {
    {kNotAsked, "nobody_asked", "no answer that would tell was seen in the day before"},
    {kNoDomain, "no_domain", "of no domain is it known that its mail goes to this server"},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::mail_domains
