#pragma once

#include "policy/standard.h"

// Further headings of mail.
namespace uptake::themes {

/// Names and addresses in all scripts work as those in ASCII do.
inline constexpr Theme kUniversalAcceptance{"universal_acceptance", "Universal acceptance"};
inline constexpr Theme kMailService{"mail_service", "Mail service"};

}  // namespace uptake::themes
