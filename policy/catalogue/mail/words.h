#pragma once

#include "policy/vocabulary.h"

// What this area calls its own reasons.
namespace uptake::mail {

inline constexpr Reason kFirst = own_reason(0);
inline constexpr Reason kUnfinished = own_reason(1);
inline constexpr ReasonRow kReasonRows[] = {
    {kFirst, "first", "no other answer of the same server was read before", false},
    {kUnfinished, "unfinished", "the capture does not show how it went on"},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::mail
