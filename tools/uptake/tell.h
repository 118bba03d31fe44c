#pragma once

#include <string_view>

#include "policy/refusal.h"

namespace uptake {

/// Writes "uptake: " and `line` to standard error, as one line without control characters. A failure to write is
/// ignored: an error that cannot be told must not become another one.
void tell(std::string_view line) noexcept;

/// Tells why the program stops; the exit code of it.
[[nodiscard]] int stop_with(const Refusal& refusal);

/// Opens descriptors 0 to 2 where the caller closed them, so that no file of the run gets their numbers. From now on
/// an exception that nobody catches (no memory, no thread) ends the process with one line and an exit code, not
/// abort(). Call first.
void prepare_process() noexcept;

}  // namespace uptake
