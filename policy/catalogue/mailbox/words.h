#pragma once

#include "policy/vocabulary.h"

// What this area calls its vantages and its own reasons.
namespace uptake::mailbox {

inline constexpr Vantage kOverImap{1};
inline constexpr Vantage kOverPop3{2};
inline constexpr VantageRow kVantageRows[] = {
    {"imap", "over IMAP"},
    {"pop3", "over POP3"},
};

inline constexpr Reason kOneSided = own_reason(0);
inline constexpr Reason kUnanswered = own_reason(1);
inline constexpr ReasonRow kReasonRows[] = {
    {kOneSided, "one_sided", "one side of the conversation was not heard"},
    {kUnanswered, "unanswered", "the conversation ended before the answer", false},
};

inline constexpr Vocabulary kWords{kVantageRows, kReasonRows};

}  // namespace uptake::mailbox
