#pragma once

#include <string_view>

#include "policy/refusal.h"

namespace uptake {

/// Writes "uptake: " and `line` to standard error, as one line that a terminal obeys nothing of. Where nobody
/// listens, the line is lost and nothing else happens: an error that cannot be told must not become another one.
void tell(std::string_view line) noexcept;

/// Tells why the program stops; the exit code of it.
[[nodiscard]] int stop_with(const Refusal& refusal);

/// Makes descriptors 0 to 2 exist, so that no file of the run takes the place of one that the caller closed, and ends
/// the process with one line and its exit code where the library would abort it: a thread that fails, memory that is
/// not there. Call first.
void prepare_process() noexcept;

}  // namespace uptake
