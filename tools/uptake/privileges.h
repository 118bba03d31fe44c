#pragma once

namespace uptake {

/// Gives up, for good, all privileges that reading files does not need, because octets that strangers made are read
/// next. An ordinary user keeps none; root keeps the right to open any file.
void drop_privileges() noexcept;

}  // namespace uptake
