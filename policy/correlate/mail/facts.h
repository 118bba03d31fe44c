#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"
#include "dissectors/smtp/facts.h"

namespace uptake::mail {

/// Fact: what the join of mail connections answers.
enum Fact : std::uint16_t {
  kAnswer,    ///< one connection whose server's list of extensions was read; value: AnswerBits
  kDelivery,  ///< one connection between servers whose client was heard, and hands over mail, or may; value:
              ///< DeliveryBits
  kFactCount,
};

/// AnswerBits: the value of kAnswer.
struct AnswerBits {
  smtp::Service service = smtp::Service::other;
  smtp::Offer starttls = smtp::Offer::offered;  ///< never `unseen`
  bool offered_before = false;  ///< in the 24 hours before, the same server offered STARTTLS to some connection
  bool missed_before = false;   ///< in the 24 hours before, its offer was masked or absent in some connection
  bool known_before = false;    ///< in the 24 hours before, its list was read at all

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr AnswerBits unpack(std::uint64_t v) noexcept;
};

/// AnswerFields: where AnswerBits has its fields, and their names in events.
using AnswerFields =
    Fields<AnswerBits, Field<&AnswerBits::service, 0, 2, "service">, Field<&AnswerBits::starttls, 2, 2, "starttls">,
           Flag<&AnswerBits::offered_before, 4, "offered_before">,
           Flag<&AnswerBits::missed_before, 5, "missed_before">, Flag<&AnswerBits::known_before, 6, "known_before">>;
constexpr std::uint64_t AnswerBits::pack() const noexcept { return AnswerFields::pack(*this); }
constexpr AnswerBits AnswerBits::unpack(std::uint64_t v) noexcept { return AnswerFields::unpack(v); }

/// DeliveryBits: the value of kDelivery.
struct DeliveryBits {
  bool asked_tlsa = false;     ///< in the five minutes before, an answer to the client's question for TLSA records
  bool asked_mta_sts = false;  ///< the same for a record of MTA-STS
  bool in_tls = false;
  bool heard = false;  ///< one side was heard to its end: TLS did not begin where `in_tls` says so
  Ending why = Ending::closed;

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr DeliveryBits unpack(std::uint64_t v) noexcept;
};

/// DeliveryFields: where DeliveryBits has its fields, and their names in events.
using DeliveryFields =
    Fields<DeliveryBits, Flag<&DeliveryBits::asked_tlsa, 0, "asked_tlsa">,
           Flag<&DeliveryBits::asked_mta_sts, 1, "asked_mta_sts">, Flag<&DeliveryBits::in_tls, 2, "in_tls">,
           Flag<&DeliveryBits::heard, 3, "heard">, Field<&DeliveryBits::why, 4, 3>>;
constexpr std::uint64_t DeliveryBits::pack() const noexcept { return DeliveryFields::pack(*this); }
constexpr DeliveryBits DeliveryBits::unpack(std::uint64_t v) noexcept { return DeliveryFields::unpack(v); }

[[nodiscard]] inline std::span<const FactRow> facts() noexcept {
  static constexpr FactRow kFacts[] = {
      {"answer", "service, STARTTLS offered, masked or absent, and what the same server answered others before"},
      {"delivery", "what the client asked for before, and whether TLS begins"},
  };
  return kFacts;
}

}  // namespace uptake::mail
