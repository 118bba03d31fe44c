#pragma once

#include "policy/unit.h"
#include "policy/vocabulary.h"

// What this area calls its units and its own reasons.
namespace uptake::certificates {

inline constexpr Unit kChains{"certificates", 12,
                              "certificates: distinct chains, counted where each is seen first; of 16,384 that are "
                              "remembered"};

inline constexpr Reason kTls13 = own_reason(0);
inline constexpr Reason kQuic = own_reason(1);
inline constexpr Reason kResumed = own_reason(2);
inline constexpr Reason kNoHello = own_reason(3);
inline constexpr Reason kNoAnchors = own_reason(4);
inline constexpr Reason kNoName = own_reason(5);
inline constexpr Reason kUnknownAlgorithm = own_reason(6);
inline constexpr ReasonRow kReasonRows[] = {
    {kTls13, "tls13", "TLS 1.3 encrypts it", false},
    {kQuic, "quic", "QUIC encrypts it", false},
    {kResumed, "resumed", "a resumed session sends none", false},
    {kNoHello, "no_hello", "the ServerHello was not seen"},
    {kNoAnchors, "no_anchors", "there are no trust anchors (--ca-file), or the issuer was neither sent nor is one"},
    {kNoName, "no_name", "the name that was asked for was not seen, or is not known any more"},
    {kUnknownAlgorithm, "unknown_algorithm", "uptake does not know the algorithm", false},
};

inline constexpr Vocabulary kWords{{}, kReasonRows};

}  // namespace uptake::certificates
