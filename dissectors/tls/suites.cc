#include "dissectors/tls/suites.h"

#include <algorithm>
#include <array>
#include <span>

namespace uptake::tls {
namespace {

struct Range {
  std::uint16_t first;
  std::uint16_t last;
  KeyExchange key_exchange;
};

constexpr KeyExchange kDhe = KeyExchange::dhe;
constexpr KeyExchange kEcdhe = KeyExchange::ecdhe;
constexpr KeyExchange kDhePsk = KeyExchange::dhe_psk;
constexpr KeyExchange kEcdhePsk = KeyExchange::ecdhe_psk;

/// The suites with an ephemeral key exchange. Sorted, both ends included.
constexpr auto kEphemeral = std::to_array<Range>({
    {0x0011, 0x001b, kDhe},      {0x002d, 0x002d, kDhePsk},   {0x0032, 0x0034, kDhe},      {0x0038, 0x003a, kDhe},
    {0x0040, 0x0040, kDhe},      {0x0044, 0x0046, kDhe},      {0x0063, 0x0063, kDhe},      {0x0065, 0x0067, kDhe},
    {0x006a, 0x006d, kDhe},      {0x0087, 0x0089, kDhe},      {0x008e, 0x0091, kDhePsk},   {0x0099, 0x009b, kDhe},
    {0x009e, 0x009f, kDhe},      {0x00a2, 0x00a3, kDhe},      {0x00a6, 0x00a7, kDhe},      {0x00aa, 0x00ab, kDhePsk},
    {0x00b2, 0x00b5, kDhePsk},   {0x00bd, 0x00bf, kDhe},      {0x00c3, 0x00c5, kDhe},      {0xc006, 0xc00a, kEcdhe},
    {0xc010, 0xc019, kEcdhe},    {0xc023, 0xc024, kEcdhe},    {0xc027, 0xc028, kEcdhe},    {0xc02b, 0xc02c, kEcdhe},
    {0xc02f, 0xc030, kEcdhe},    {0xc033, 0xc03b, kEcdhePsk}, {0xc042, 0xc047, kDhe},      {0xc048, 0xc049, kEcdhe},
    {0xc04c, 0xc04d, kEcdhe},    {0xc052, 0xc053, kDhe},      {0xc056, 0xc057, kDhe},      {0xc05a, 0xc05b, kDhe},
    {0xc05c, 0xc05d, kEcdhe},    {0xc060, 0xc061, kEcdhe},    {0xc066, 0xc067, kDhePsk},   {0xc06c, 0xc06d, kDhePsk},
    {0xc070, 0xc071, kEcdhePsk}, {0xc072, 0xc073, kEcdhe},    {0xc076, 0xc077, kEcdhe},    {0xc07c, 0xc07d, kDhe},
    {0xc080, 0xc081, kDhe},      {0xc084, 0xc085, kDhe},      {0xc086, 0xc087, kEcdhe},    {0xc08a, 0xc08b, kEcdhe},
    {0xc090, 0xc091, kDhePsk},   {0xc096, 0xc097, kDhePsk},   {0xc09a, 0xc09b, kEcdhePsk}, {0xc09e, 0xc09f, kDhe},
    {0xc0a2, 0xc0a3, kDhe},      {0xc0a6, 0xc0a7, kDhePsk},   {0xc0aa, 0xc0ab, kDhePsk},   {0xc0ac, 0xc0af, kEcdhe},
    {0xcc13, 0xcc14, kEcdhe},    {0xcc15, 0xcc15, kDhe},      {0xcca8, 0xcca9, kEcdhe},    {0xccaa, 0xccaa, kDhe},
    {0xccac, 0xccac, kEcdhePsk}, {0xccad, 0xccad, kDhePsk},   {0xd001, 0xd005, kEcdhePsk},
});

constexpr KeyExchange kNone = KeyExchange::none;

/// All that the registry assigns to versions below TLS 1.3, and GOST's and NSS's own from before: of these, what the
/// list above does not hold has no ephemeral key exchange.
constexpr auto kAssigned = std::to_array<Range>({
    {0x0000, 0x001b, kNone},
    {0x001e, 0x0046, kNone},
    {0x0060, 0x006d, kNone},
    {0x0080, 0x00c5, kNone},
    {0xc001, 0xc0af, kNone},
    {0xc100, 0xc106, kNone},
    {0xcca8, 0xccae, kNone},
    {0xfefe, 0xfeff, kNone},
    {0xffe0, 0xffe1, kNone},
});

KeyExchange look_up(std::span<const Range> ranges, std::uint16_t suite) noexcept {
  const auto after = std::ranges::upper_bound(ranges, suite, {}, &Range::first);
  if (after == ranges.begin() || suite > std::prev(after)->last) return KeyExchange::unknown;
  return std::prev(after)->key_exchange;
}

}  // namespace

KeyExchange key_exchange(std::uint16_t suite) noexcept {
  const KeyExchange ephemeral = look_up(kEphemeral, suite);
  return ephemeral != KeyExchange::unknown ? ephemeral : look_up(kAssigned, suite);
}

}  // namespace uptake::tls
