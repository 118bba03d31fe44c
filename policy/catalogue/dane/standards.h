#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kDaneForSmtp{"dane-smtp", "DANE for SMTP", "RFC 7672", Theme::secure_mail};

}  // namespace uptake::standards
