#pragma once

#include "policy/vocabulary.h"

// What this area calls its vantages and its own reasons.
namespace uptake::smtp {

inline constexpr Vantage kRelay{1};
inline constexpr Vantage kSubmission{2};
inline constexpr Vantage kOtherPort{3};
inline constexpr VantageRow kVantageRows[] = {
    {"relay", "between mail servers (port 25)"},
    {"submission", "from mail clients (ports 587 and 465)"},
    {"other", "on other ports"},
};

inline constexpr Reason kOneSided = own_reason(0);
inline constexpr Reason kUnanswered = own_reason(1);
inline constexpr Reason kMayBeTakenOut = own_reason(2);
inline constexpr ReasonRow kReasonRows[] = {
    {kOneSided, "one_sided", "one side of the conversation was not heard"},
    {kUnanswered, "unanswered", "the conversation ended before the answer", false},
    {kMayBeTakenOut, "may_be_taken_out", "what is missing may never have been offered, or was taken out on the way",
     false},
};

inline constexpr Vocabulary kWords{kVantageRows, kReasonRows};

}  // namespace uptake::smtp
