#include "dissectors/mailbox/facts.h"

#include <array>

namespace uptake::mailbox {

std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kRows{{
      {"session", "what is known of a connection of IMAP or POP3: SessionBits"},
  }};
  return kRows;
}

}  // namespace uptake::mailbox
