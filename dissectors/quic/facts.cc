#include "dissectors/quic/facts.h"

#include <array>

namespace uptake::quic {

std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kRows{
      {{"connection", "what is known of a QUIC connection: ConnectionBits"}}};
  return kRows;
}

}  // namespace uptake::quic
