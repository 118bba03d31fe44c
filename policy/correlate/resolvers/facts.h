#pragma once

#include <cstdint>
#include <span>

#include "dissectors/dissector.h"

namespace uptake::resolvers {

/// Fact: what the join of resolvers answers.
enum Fact : std::uint16_t {
  kAnswer,    ///< one response of a resolver that shows whether it validates; value: Shows
  kResolver,  ///< the same, about the resolver, which stands as the client
  kKnown,     ///< one response that DNSSEC is about, of whoever; value: Known
  kFactCount,
};

/// Shows: what a response shows of its resolver.
enum class Shows : std::uint8_t {
  called_validated,  ///< it validates, and has AD
  left_unsaid,       ///< it validates, and has no AD, though its query had AD or DO
  handed_out,        ///< it does not validate, and should
  explained,         ///< SERVFAIL that says that it does not validate (RFC 8914: info-codes 6 to 12)
  refused,           ///< SERVFAIL to a question of which an answer was seen that does not validate
};

/// Known: how long before a response the run first saw keys that it could verify.
enum class Known : std::uint8_t { nothing, minutes, two_hours, twelve_hours, day };

[[nodiscard]] inline std::span<const FactRow> facts() noexcept {
  static constexpr FactRow kFacts[] = {
      {"answer", "AD said or not, handed out what does not validate, or refused it"},
      {"resolver", "as answer"},
      {"known", "how long keys have been seen"},
  };
  return kFacts;
}

}  // namespace uptake::resolvers
