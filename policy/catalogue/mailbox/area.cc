#include "policy/catalogue/mailbox/area.h"

#include "dissectors/mailbox/facts.h"
#include "policy/catalogue/mailbox/measures.h"
#include "policy/catalogue/mailbox/words.h"
#include "policy/events/mailbox.h"

namespace uptake {
namespace {

Vantage vantage_of(std::uint16_t, std::uint64_t value) noexcept {
  const bool is_imap = mailbox::SessionBits::unpack(value).protocol == mailbox::Protocol::imap;
  return is_imap ? mailbox::kOverImap : mailbox::kOverPop3;
}

}  // namespace

Area mailbox_area() {
  return {.name = "mailbox",
          .measures = mailbox_measures(),
          .vantage = vantage_of,
          .words = mailbox::kWords,
          .events = mailbox_events()};
}

}  // namespace uptake
