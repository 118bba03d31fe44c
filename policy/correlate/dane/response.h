#pragma once

#include <cstdint>

#include "dissectors/dns/record.h"
#include "dissectors/packet_time.h"
#include "policy/correlate/dnssec/message.h"

// What the join asks of a response that was judged.
namespace uptake::dane {

using dns::kTypeA;
using dns::kTypeAaaa;
using dns::kTypeTlsa;

/// No answer serves longer, in seconds.
inline constexpr std::uint32_t kLongestTtl = 24 * 3600;
/// How long after it has expired a connection may still ask what served at its time.
inline constexpr std::uint64_t kLateNs = 60 * kSecondNs;

/// Followed: where the aliases of an answer lead (RFC 1034 §3.6.2).
struct Followed {
  dnssec::Name name;                     ///< behind the last alias
  const dnssec::Rrset* rrset = nullptr;  ///< of the type asked for; nullptr: there is none
  std::uint32_t ttl = 0xffffffff;        ///< the lowest on the way
};
[[nodiscard]] Followed follow(const dnssec::Message& message) noexcept;

/// How long a denial serves, in seconds: the lower of the SOA's TTL and its last field (RFC 2308 §5); 0: no SOA.
[[nodiscard]] std::uint32_t denial_ttl(const dnssec::Message& message) noexcept;

}  // namespace uptake::dane
