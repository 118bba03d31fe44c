#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace uptake::tls {

/// kOtherCodePoint: stands for the code points whose high octet no CodePages lists: nobody assigned them.
inline constexpr std::uint16_t kOtherCodePoint = 0xffff;

/// CodePages: a code point of 16 bits in 12 bits of a packed value, because few of the high octets are in use:
/// `kHigh` lists them. A code point with another high octet becomes kOtherCodePoint.
template <std::uint8_t... kHigh>
struct CodePages {
  static constexpr unsigned kBits = 12;

  [[nodiscard]] static constexpr std::uint64_t encode(std::uint16_t code_point) noexcept {
    return kPages[code_point >> 8] | (code_point & 0xffU);
  }
  template <class Member>
  [[nodiscard]] static constexpr Member decode(std::uint64_t code) noexcept {
    return static_cast<Member>(std::uint64_t{kHighs[code >> 8]} << 8 | (code & 0xff));
  }

 private:
  static constexpr std::size_t kCount = sizeof...(kHigh);
  static_assert(kCount < 16, "the last page is that of kOtherCodePoint");
  /// Of each page its high octet.
  static constexpr std::array<std::uint8_t, 16> kHighs = [] {
    std::array<std::uint8_t, 16> highs{kHigh...};
    for (std::size_t i = kCount; i < highs.size(); ++i) highs[i] = kOtherCodePoint >> 8;
    return highs;
  }();
  /// Of each high octet what stands for it, in place; of one that is not listed, the whole of kOtherCodePoint.
  static constexpr std::array<std::uint16_t, 256> kPages = [] {
    std::array<std::uint16_t, 256> pages{};
    pages.fill(0xfff);
    for (std::size_t i = 0; i < kCount; ++i) pages[kHighs[i]] = static_cast<std::uint16_t>(i << 8);
    return pages;
  }();
};

/// Cipher suites: IANA's registry, CECPQ1's, those of Chinese standards from before it, NSS's and for private use.
using SuitePages = CodePages<0x00, 0x13, 0x16, 0x56, 0xc0, 0xc1, 0xcc, 0xd0, 0xe0, 0xfe, 0xff>;
/// Groups: IANA's registry, which has the Kyber drafts; the hybrids of Open Quantum Safe; CECPQ2; for private use.
using GroupPages = CodePages<0x00, 0x01, 0x02, 0x11, 0x16, 0x2f, 0x41, 0x63, 0xfe, 0xff>;

}  // namespace uptake::tls
