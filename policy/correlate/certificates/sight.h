#pragma once

#include "dissectors/tls/facts.h"
#include "policy/correlate/certificates/facts.h"

namespace uptake::certificates {

/// Why a Certificate could not be read.
[[nodiscard]] Sight sight_of(Ending why) noexcept;
/// Why a session that showed no chain did not.
[[nodiscard]] Sight sight_of(const tls::SessionBits& session) noexcept;

}  // namespace uptake::certificates
