#pragma once

#include "policy/vocabulary.h"

// What this area calls its own reasons.
namespace uptake::quic {

inline constexpr Reason kNoAnswer = own_reason(0);
inline constexpr Reason kSealed = own_reason(1);
inline constexpr Reason kPartial = own_reason(2);
inline constexpr Reason kOverload = own_reason(3);
inline constexpr Reason kUnknownVersion = own_reason(4);
inline constexpr ReasonRow kReasonRows[] = {
    {kNoAnswer, "no_answer", "the server's answer was not seen"},
    {kSealed, "sealed", "Initials do not open with the keys that their version demands", false},
    {kPartial, "partial", "a part of the ClientHello, or of the ServerHello, was not seen"},
    {kOverload, "overload_quic", "more Initials came at once than a worker opens"},
    {kUnknownVersion, "unknown_version", "nobody has published how this version protects its Initials", false},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::quic
