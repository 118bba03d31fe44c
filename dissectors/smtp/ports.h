#pragma once

#include <cstdint>

#include "dissectors/smtp/facts.h"

namespace uptake::smtp {

inline constexpr std::uint16_t kSubmissionsPort = 465;

/// The service of a server's port.
[[nodiscard]] constexpr Service service_of(std::uint16_t port) noexcept {
  switch (port) {
    case 25:
    case 2525:
      return Service::relay;
    case 587:
      return Service::submission;
    case kSubmissionsPort:
      return Service::submissions;
    default:
      return Service::other;
  }
}

}  // namespace uptake::smtp
