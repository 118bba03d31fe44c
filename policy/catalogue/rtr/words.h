#pragma once

#include "policy/unit.h"
#include "policy/vocabulary.h"

// What this area calls its units and its own reasons.
namespace uptake::rtr {

inline constexpr Unit kSessions{"sessions", 10, "sessions: of a router with a cache, counted when they end"};
inline constexpr Unit kTables{"tables", 11, "tables: an End of Data, behind a whole table or a difference"};

inline constexpr Reason kOverTls = own_reason(0);
inline constexpr Reason kNoAnswer = own_reason(1);
inline constexpr Reason kNoQuestion = own_reason(2);
inline constexpr ReasonRow kReasonRows[] = {
    {kOverTls, "tls", "TLS hides what is said", false},
    {kNoAnswer, "no_answer", "no answer of the cache was seen"},
    {kNoQuestion, "no_question", "what the router asked was not seen"},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::rtr
