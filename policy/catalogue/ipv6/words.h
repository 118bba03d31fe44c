#pragma once

#include "policy/vocabulary.h"

// What this area calls its own reasons.
namespace uptake::ipv6 {

inline constexpr Reason kUnreadTunnel = own_reason(6);
inline constexpr ReasonRow kReasonRows[] = {
    {kUnreadTunnel, "unread_tunnel", "it travels in a tunnel that is not read"},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::ipv6
