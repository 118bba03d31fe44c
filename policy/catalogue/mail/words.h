#pragma once

#include "policy/vocabulary.h"

// What this area calls its own reasons.
namespace uptake::mail {

inline constexpr Reason kFirst = own_reason(0);
inline constexpr ReasonRow kReasonRows[] = {
    {kFirst, "first", "no other answer of the same server was read before", false},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::mail
