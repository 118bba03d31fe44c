#include "dissectors/smtp/facts.h"

#include <array>

namespace uptake::smtp {

std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kRows{{
      {"session", "what is known of an SMTP connection: SessionBits"},
      {"message", "what became of a mail transaction in clear text: MessageBits"},
  }};
  return kRows;
}

std::span<const ExhibitRow> exhibits() noexcept {
  static constexpr std::array<ExhibitRow, kShownCount> kRows{{{"end", "SessionBits", "-"}}};
  return kRows;
}

}  // namespace uptake::smtp
