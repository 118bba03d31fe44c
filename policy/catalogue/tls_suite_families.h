#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

// Families of cipher suites by code point, from the IANA registry of TLS cipher suites.
namespace uptake::tls {

/// SuiteRange: code points first to last, both included.
struct SuiteRange {
  std::uint16_t first;
  std::uint16_t last;
};

/// AEAD bulk ciphers: GCM, CCM, CCM_8, ChaCha20-Poly1305, and all suites of TLS 1.3.
inline constexpr std::array kAeadSuites = {
    SuiteRange{0x009c, 0x00ad}, SuiteRange{0x00c6, 0x00c7}, SuiteRange{0x1301, 0x1307}, SuiteRange{0xc02b, 0xc032},
    SuiteRange{0xc050, 0xc063}, SuiteRange{0xc06a, 0xc06f}, SuiteRange{0xc07a, 0xc093}, SuiteRange{0xc09c, 0xc0b3},
    SuiteRange{0xcc13, 0xcc15}, SuiteRange{0xcca8, 0xccae}, SuiteRange{0xd001, 0xd005},
};

/// Ephemeral key exchange, (EC)DHE, below TLS 1.3, with and without authentication by certificate or PSK.
inline constexpr std::array kEphemeralSuites = {
    SuiteRange{0x0011, 0x001b}, SuiteRange{0x002d, 0x002d}, SuiteRange{0x0032, 0x0034}, SuiteRange{0x0038, 0x003a},
    SuiteRange{0x0040, 0x0040}, SuiteRange{0x0044, 0x0046}, SuiteRange{0x0067, 0x0067}, SuiteRange{0x006a, 0x006d},
    SuiteRange{0x0087, 0x0089}, SuiteRange{0x008e, 0x0091}, SuiteRange{0x0099, 0x009b}, SuiteRange{0x009e, 0x009f},
    SuiteRange{0x00a2, 0x00a3}, SuiteRange{0x00a6, 0x00a7}, SuiteRange{0x00aa, 0x00ab}, SuiteRange{0x00b2, 0x00b5},
    SuiteRange{0x00bd, 0x00bf}, SuiteRange{0x00c3, 0x00c5}, SuiteRange{0xc006, 0xc00a}, SuiteRange{0xc010, 0xc019},
    SuiteRange{0xc023, 0xc024}, SuiteRange{0xc027, 0xc028}, SuiteRange{0xc02b, 0xc02c}, SuiteRange{0xc02f, 0xc030},
    SuiteRange{0xc033, 0xc03b}, SuiteRange{0xc042, 0xc049}, SuiteRange{0xc04c, 0xc04d}, SuiteRange{0xc052, 0xc053},
    SuiteRange{0xc056, 0xc057}, SuiteRange{0xc05a, 0xc05d}, SuiteRange{0xc060, 0xc061}, SuiteRange{0xc066, 0xc067},
    SuiteRange{0xc06c, 0xc06d}, SuiteRange{0xc070, 0xc073}, SuiteRange{0xc076, 0xc077}, SuiteRange{0xc07c, 0xc07d},
    SuiteRange{0xc080, 0xc081}, SuiteRange{0xc084, 0xc087}, SuiteRange{0xc08a, 0xc08b}, SuiteRange{0xc090, 0xc091},
    SuiteRange{0xc096, 0xc097}, SuiteRange{0xc09a, 0xc09b}, SuiteRange{0xc09e, 0xc09f}, SuiteRange{0xc0a2, 0xc0a3},
    SuiteRange{0xc0a6, 0xc0a7}, SuiteRange{0xc0aa, 0xc0af}, SuiteRange{0xcc13, 0xcc15}, SuiteRange{0xcca8, 0xccaa},
    SuiteRange{0xccac, 0xccad}, SuiteRange{0xd001, 0xd005},
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
[[nodiscard]] constexpr bool is_ephemeral(std::uint16_t suite) noexcept { return contains(kEphemeralSuites, suite); }
[[nodiscard]] constexpr bool is_plain_psk(std::uint16_t suite) noexcept { return contains(kPlainPskSuites, suite); }

}  // namespace uptake::tls
