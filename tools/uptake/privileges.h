#pragma once

namespace uptake {

/// Gives up, for good, all privileges that reading files does not need: octets that strangers made are read next.
/// Without root nothing is left of them; of root, the right to open its files and those of others.
void drop_privileges() noexcept;

}  // namespace uptake
