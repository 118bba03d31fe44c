#pragma once

#include "policy/vocabulary.h"

// What this area calls its own reasons.
namespace uptake::dane {

inline constexpr Reason kTls13 = own_reason(0);
inline constexpr Reason kResumed = own_reason(1);
inline constexpr Reason kNoHello = own_reason(2);
inline constexpr Reason kNotJudged = own_reason(3);
inline constexpr Reason kBogus = own_reason(4);
inline constexpr Reason kAmbiguous = own_reason(5);
inline constexpr Reason kNoAnchors = own_reason(6);
inline constexpr ReasonRow kReasonRows[] = {
    {kTls13, "tls13", "TLS 1.3 encrypts the chain", false},
    {kResumed, "resumed", "a resumed session sends no chain", false},
    {kNoHello, "no_hello", "the ServerHello was not seen"},
    {kNotJudged, "tlsa_not_judged", "the answer for the TLSA records could not be validated"},
    {kBogus, "tlsa_bogus", "the answer for the TLSA records fails validation", false},
    {kAmbiguous, "ambiguous", "the server's address has names whose TLSA records come to different things", false},
    {kNoAnchors, "no_anchors", "usages 0 and 1 need trust anchors (--ca-file)"},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::dane
