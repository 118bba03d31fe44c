#pragma once

#include <span>

#include "policy/measure.h"

// The rows of this area, one function a file. All spans are static.
namespace uptake {

[[nodiscard]] std::span<const Measure> quic_version_measures() noexcept;
[[nodiscard]] std::span<const Measure> quic_handshake_measures() noexcept;
[[nodiscard]] std::span<const Measure> quic_offer_measures() noexcept;
[[nodiscard]] std::span<const Measure> quic_share_measures() noexcept;

}  // namespace uptake
