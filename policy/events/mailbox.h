#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How connections of IMAP and POP3 are written as events: no name, credential or text of a mail.
[[nodiscard]] std::span<const EventDescriber> mailbox_events() noexcept;

}  // namespace uptake
