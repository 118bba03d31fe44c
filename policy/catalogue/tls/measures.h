#pragma once

#include <span>

#include "policy/measure.h"

// The rows of this area, one function a file. All spans are static.
namespace uptake {

[[nodiscard]] std::span<const Measure> tls_offer_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_version_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_verdict_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_suite_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_group_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_feature_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_mail_measures() noexcept;

}  // namespace uptake
