#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"

namespace uptake::mail_domains {

/// Fact: what the join of mail domains answers. Names are those of domains that receive mail.
enum Fact : std::uint16_t {
  kExchange,  ///< one answer to a question for a domain's MX records; value: Exchange
  kPlaced,    ///< one connection between servers that hands over mail, or may; value: 1 when a domain of its server
              ///< is known
  kDelivery,  ///< the same for each such domain; value: DeliveryBits
  kFactCount,
};

/// Exchange: what MX records say.
enum class Exchange : std::uint8_t { hosts, null_mx, none };

/// Promise: whether something is published.
enum class Promise : std::uint8_t { unknown, yes, no };

/// Practice: what a delivery does.
enum class Practice : std::uint8_t { encrypted, clear, unseen };

/// DeliveryBits: the value of kDelivery.
struct DeliveryBits {
  Practice practice = Practice::unseen;
  Ending why = Ending::closed;
  Promise mta_sts = Promise::unknown;
  Promise tls_rpt = Promise::unknown;
  Promise dane = Promise::unknown;  ///< secure TLSA records of the host that stands behind the server's address

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr DeliveryBits unpack(std::uint64_t v) noexcept;
};

/// DeliveryFields: where DeliveryBits has its fields.
using DeliveryFields = Fields<DeliveryBits, Field<&DeliveryBits::practice, 0, 2>, Field<&DeliveryBits::why, 2, 3>,
                              Field<&DeliveryBits::mta_sts, 5, 2>, Field<&DeliveryBits::tls_rpt, 7, 2>,
                              Field<&DeliveryBits::dane, 9, 2>>;
constexpr std::uint64_t DeliveryBits::pack() const noexcept { return DeliveryFields::pack(*this); }
constexpr DeliveryBits DeliveryBits::unpack(std::uint64_t v) noexcept { return DeliveryFields::unpack(v); }

[[nodiscard]] inline std::span<const FactRow> facts() noexcept {
  static constexpr FactRow kFacts[] = {
      {"exchange", "hosts, none by a null MX, or no MX records"},
      {"placed", "whether a domain of the server is known"},
      {"delivery", "in TLS, in clear or unseen; MTA-STS, TLS-RPT and DANE published, not, or unknown"},
  };
  return kFacts;
}

}  // namespace uptake::mail_domains
