#pragma once

#include "dissectors/bgp/update.h"
#include "policy/correlate/routes/rov/facts.h"

namespace uptake::rov {

/// Who originates the routes of an UPDATE: the last AS of its path's final segment, with AS4_PATH where AS numbers
/// have two octets (RFC 6793 section 4.2.3).
[[nodiscard]] Origin origin_of(const bgp::Update& update) noexcept;

}  // namespace uptake::rov
