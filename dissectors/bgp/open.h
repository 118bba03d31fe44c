#pragma once

#include "dissectors/bgp/dialogue.h"

namespace uptake::bgp {

/// Reads an OPEN without its header (RFC 4271 section 4.2, RFC 9072, RFC 5492) into `speaker`. False when its own
/// lengths contradict each other or it is of another version: then nothing is learnt. A capability that breaks its
/// bounds is skipped and marked.
[[nodiscard]] bool read_open(Bytes body, Speaker& speaker) noexcept;

}  // namespace uptake::bgp
