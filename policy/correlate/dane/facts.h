#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"
#include "policy/correlate/certificates/facts.h"
#include "policy/correlate/dane/match.h"

namespace uptake::dane {

/// Fact: what the join of TLSA records with connections answers.
enum Fact : std::uint16_t {
  kConnection,  ///< one connection whose server has, or may have, TLSA records; its name is the server's; value: Bits
  kFactCount,
};

/// Published: what is known of the server's TLSA records at the time of the connection.
enum class Published : std::uint8_t {
  unseen,      ///< no answer to a question for them was seen
  usable,      ///< secure, and of one at least a client can make use
  unusable,    ///< secure, and of none
  absent,      ///< there are none, which is proved or said in no signed zone
  insecure,    ///< they stand in no signed zone
  address,     ///< the server's address stands in no signed zone, so that nobody asks (RFC 7672 §2.2.2)
  bogus,       ///< the answer fails validation
  not_judged,  ///< the answer could not be validated
  ambiguous,   ///< the server's address has several names, whose records come to different things
  limit,       ///< a bound of uptake was reached
};

/// Way: how TLS came about, or why it did not.
enum class Way : std::uint8_t {
  begun,
  not_offered,  ///< the server lists its extensions, and STARTTLS is none of them, or it knows HELO alone
  masked,       ///< something took the word away
  refused,      ///< the server said no
  unused,       ///< the client never asked, though it could, or did not ask what is offered, or was refused itself
  one_sided,    ///< only one side of the connection was seen
  lost,         ///< what would tell was not seen
};

/// ServerName: whether the client names the server in its hello.
enum class ServerName : std::uint8_t { unseen, absent, present };

/// Bits: the value of kConnection. `sight` means something when TLS has begun, `match` when a chain was seen.
struct Bits {
  Published published = Published::unseen;
  Way way = Way::begun;
  certificates::Sight sight = certificates::Sight::seen;
  Match match = Match::malformed;
  std::uint8_t usage = 3;  ///< of the record that matches
  bool mail = false;       ///< SMTP: STARTTLS, or TLS on a port of SMTP
  bool relay = false;      ///< between servers: port 25
  ServerName server_name = ServerName::unseen;
  bool asked = false;     ///< an answer for the records was seen in the five minutes before
  bool inferred = false;  ///< the same server showed a chain within 24 hours that matches these records
  bool pair = false;      ///< there are two usable records or more

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr Bits unpack(std::uint64_t v) noexcept;
};

/// BitFields: where Bits has its fields, and their names in events.
using BitFields =
    Fields<Bits, Field<&Bits::published, 0, 4, "tlsa">, Field<&Bits::way, 4, 3, "tls">,
           Field<&Bits::sight, 7, 4, "chain">, Field<&Bits::match, 11, 3, "match">,
           Field<&Bits::usage, 14, 2, "usage">, Flag<&Bits::mail, 16, "mail">, Flag<&Bits::relay, 17, "relay">,
           Field<&Bits::server_name, 18, 2, "server_name">, Flag<&Bits::asked, 20, "asked_before">,
           Flag<&Bits::inferred, 21, "inferred">, Flag<&Bits::pair, 22, "roll_over">>;
constexpr std::uint64_t Bits::pack() const noexcept { return BitFields::pack(*this); }
constexpr Bits Bits::unpack(std::uint64_t v) noexcept { return BitFields::unpack(v); }

[[nodiscard]] inline std::span<const FactRow> facts() noexcept {
  static constexpr FactRow kFacts[] = {
      {"connection",
       "TLSA records, how TLS came about, chain seen or why not, match, usage, server name, asked before, inferred"},
  };
  return kFacts;
}

}  // namespace uptake::dane
