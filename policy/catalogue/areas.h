#pragma once

#include <cstdint>
#include <span>

#include "policy/measure.h"

// The rows of the catalogue, one function a file. All spans are static.
namespace uptake {

[[nodiscard]] std::span<const Measure> ipv6_measures() noexcept;

[[nodiscard]] std::span<const Measure> dns_query_measures() noexcept;
[[nodiscard]] std::span<const Measure> dns_response_measures() noexcept;
[[nodiscard]] std::span<const Measure> dns_publication_measures() noexcept;
[[nodiscard]] std::span<const Measure> dns_record_measures() noexcept;
/// Stub to resolver, or resolver to authoritative server, from RD, RA and AA (RFC 1035 §4.1.1).
[[nodiscard]] Vantage dns_vantage(std::uint16_t fact, std::uint64_t value) noexcept;

[[nodiscard]] std::span<const Measure> tls_offer_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_version_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_verdict_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_suite_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_group_measures() noexcept;
[[nodiscard]] std::span<const Measure> tls_feature_measures() noexcept;

}  // namespace uptake
