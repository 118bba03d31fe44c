#pragma once

#include "policy/unit.h"
#include "policy/vocabulary.h"

// What this area calls its units and its own reasons.
namespace uptake::bgp {

inline constexpr Unit kSessions{"sessions", 10, "sessions: of two routers, or of a router and a cache"};
inline constexpr Unit kRoutes{"routes", 12,
                              "routes: a prefix that one end of a session announces for the first time in it; "
                              "without an interval, for routes come in tables"};
inline constexpr Unit kUpdates{"updates", 13,
                               "updates: UPDATE messages; without an interval, for they come in bursts"};
inline constexpr Unit kNotifications{"notifications", 14, "notifications: NOTIFICATION messages"};

inline constexpr Reason kNoOpen = own_reason(0);
inline constexpr Reason kNoAnswer = own_reason(1);
inline constexpr Reason kOneEnd = own_reason(2);
inline constexpr Reason kAsOctets = own_reason(3);
inline constexpr ReasonRow kReasonRows[] = {
    {kNoOpen, "no_open", "an OPEN was not seen: the session is older than the capture, or its start is missing"},
    {kNoAnswer, "no_answer", "one end sent its OPEN, and nothing of the other was seen"},
    {kOneEnd, "one_end", "the messages of one end only were seen"},
    {kAsOctets, "as_octets", "no OPEN told how long AS numbers are, and the path can be read both ways"},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::bgp
