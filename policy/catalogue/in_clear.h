#pragma once

#include <cstdint>

#include "dissectors/starttls.h"

namespace uptake {

/// InClear: by whose doing a connection of mail has no TLS.
enum class InClear : std::uint8_t {
  unsaid,       ///< TLS was asked for, and neither refused nor begun; or nothing was said at all
  not_offered,  ///< the server lists no TLS
  masked,       ///< something on the way took the offer away
  not_used,     ///< the server offers it, and the client does not ask
  refused,      ///< the server says no
};

/// Of a connection without TLS whose list was read, or in which TLS was asked for.
[[nodiscard]] constexpr InClear in_clear(starttls::Offer offer, starttls::Request request) noexcept {
  using starttls::Offer;
  using starttls::Request;
  if (request == Request::refused || request == Request::refused_for_now) return InClear::refused;
  if (request != Request::none) return InClear::unsaid;
  switch (offer) {
    case Offer::unseen:
      break;
    case Offer::absent:
      return InClear::not_offered;
    case Offer::masked:
      return InClear::masked;
    case Offer::offered:
      return InClear::not_used;
  }
  return InClear::unsaid;
}

}  // namespace uptake
