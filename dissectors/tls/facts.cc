#include "dissectors/tls/facts.h"

#include <array>

namespace uptake::tls {

std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kRows{{
      {"offer", "what a ClientHello is willing to do: OfferBits"},
      {"session", "what is known of a TLS connection: SessionBits"},
  }};
  return kRows;
}

}  // namespace uptake::tls
