#pragma once

#include "policy/vocabulary.h"

// What this area calls its vantages, which say in what a handshake travels, and its own reasons.
namespace uptake::tls {

inline constexpr Vantage kOverTcp{1};
inline constexpr Vantage kInQuic{2};
inline constexpr Vantage kBehindStarttls{3};
inline constexpr VantageRow kVantageRows[] = {
    {"tcp", "directly over TCP"},
    {"quic", "in QUIC"},
    {"starttls", "behind STARTTLS"},
};

inline constexpr Reason kNoHello = own_reason(0);
inline constexpr Reason kNoClientHello = own_reason(1);
inline constexpr Reason kNoServerHello = own_reason(2);
inline constexpr Reason kNoKeyExchange = own_reason(4);  ///< the ServerKeyExchange was not seen
inline constexpr Reason kTls13Hides = own_reason(5);     ///< TLS 1.3 encrypts it
inline constexpr ReasonRow kReasonRows[] = {
    {kNoHello, "no_hello", "neither hello was met, so the connection began before the capture or elsewhere"},
    {kNoClientHello, "no_client_hello", "the ClientHello was not seen, or not the first of two"},
    {kNoServerHello, "no_server_hello", "the ServerHello was not seen"},
    {kNoKeyExchange, "no_key_exchange", "the ServerKeyExchange was not seen"},
    {kTls13Hides, "tls13", "TLS 1.3 encrypts it", false},
};

inline constexpr Vocabulary kWords{kVantageRows, kReasonRows};

}  // namespace uptake::tls
