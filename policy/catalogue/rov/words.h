#pragma once

#include "policy/vocabulary.h"

// What this area calls its own reasons.
namespace uptake::rov {

inline constexpr Reason kNoTable = own_reason(0);
inline constexpr Reason kNoOrigin = own_reason(1);
inline constexpr Reason kDisputed = own_reason(2);
inline constexpr ReasonRow kReasonRows[] = {
    {kNoTable, "no_table", "no table of VRPs was seen whole, or it expired, or a part of what followed is missing"},
    {kNoOrigin, "no_origin", "the AS path cannot be read, or ends with the sender's own AS"},
    {kDisputed, "disputed", "caches of which nobody knows whose table the receiver holds disagree"},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::rov
