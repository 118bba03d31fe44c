#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

// Families of cipher suites by code point, from the IANA registry of TLS cipher suites. How a suite agrees on a key,
// dissectors/tls/suites.h says.
namespace uptake::tls {

/// SuiteRange: code points first to last, both included.
struct SuiteRange {
  std::uint16_t first;
  std::uint16_t last;
};

/// AEAD bulk ciphers: GCM, CCM, CCM_8, ChaCha20-Poly1305, MGM, and all suites of TLS 1.3.
inline constexpr std::array kAeadSuites = {
    SuiteRange{0x009c, 0x00ad}, SuiteRange{0x00c6, 0x00c7}, SuiteRange{0x1301, 0x1307}, SuiteRange{0xc02b, 0xc032},
    SuiteRange{0xc050, 0xc063}, SuiteRange{0xc06a, 0xc06f}, SuiteRange{0xc07a, 0xc093}, SuiteRange{0xc09c, 0xc0b3},
    SuiteRange{0xc103, 0xc106}, SuiteRange{0xcc13, 0xcc15}, SuiteRange{0xcca8, 0xccae}, SuiteRange{0xd001, 0xd005},
};

/// Key exchange by a pre-shared key alone, below TLS 1.3 (RFC 4279 §2): no public key takes part.
inline constexpr std::array kPlainPskSuites = {
    SuiteRange{0x002c, 0x002c}, SuiteRange{0x008a, 0x008d}, SuiteRange{0x00a8, 0x00a9}, SuiteRange{0x00ae, 0x00b1},
    SuiteRange{0xc064, 0xc065}, SuiteRange{0xc06a, 0xc06b}, SuiteRange{0xc08e, 0xc08f}, SuiteRange{0xc094, 0xc095},
    SuiteRange{0xc0a4, 0xc0a5}, SuiteRange{0xc0a8, 0xc0a9}, SuiteRange{0xccab, 0xccab},
};

template <std::size_t kSize>
[[nodiscard]] constexpr bool contains(const std::array<SuiteRange, kSize>& family, std::uint16_t suite) noexcept {
  return std::any_of(family.begin(), family.end(),
                     [suite](const SuiteRange& r) { return r.first <= suite && suite <= r.last; });
}

[[nodiscard]] constexpr bool is_aead(std::uint16_t suite) noexcept { return contains(kAeadSuites, suite); }
[[nodiscard]] constexpr bool is_plain_psk(std::uint16_t suite) noexcept { return contains(kPlainPskSuites, suite); }

}  // namespace uptake::tls
