#include "policy/correlate/certificates/sight.h"

#include <algorithm>
#include <array>

#include "dissectors/tls/suites.h"
#include "policy/catalogue/tls/suite_families.h"

namespace uptake::certificates {
namespace {

/// Suites whose servers show no certificate: anonymous ones (IANA: TLS Cipher Suites, anon), and by pre-shared keys.
bool has_no_certificate(std::uint16_t suite) noexcept {
  constexpr std::array<std::uint16_t, 22> kAnonymous = {0x17,   0x18,   0x19,   0x1a,   0x1b,   0x34,  0x3a, 0x46,
                                                        0x6c,   0x6d,   0x89,   0x9b,   0xa6,   0xa7,  0xbf, 0xc5,
                                                        0xc015, 0xc016, 0xc017, 0xc018, 0xc019, 0xc05a};
  const tls::KeyExchange exchange = tls::key_exchange(suite);
  return std::ranges::find(kAnonymous, suite) != kAnonymous.end() || tls::is_plain_psk(suite) ||
         exchange == tls::KeyExchange::ecdhe_psk || exchange == tls::KeyExchange::dhe_psk;
}

}  // namespace

Sight sight_of(Ending why) noexcept {
  switch (why) {
    case Ending::truncated:
      return Sight::truncated;
    case Ending::malformed:
      return Sight::malformed;
    case Ending::limit:
      return Sight::limit;
    case Ending::closed:
    case Ending::unfinished:
    case Ending::gap:
      break;
  }
  return Sight::gap;
}

Sight sight_of(const tls::SessionBits& session) noexcept {
  constexpr std::uint8_t kUnknownVersion = 15;
  if (session.carrier == Carrier::quic) return Sight::quic;
  if (session.sight == tls::Sight::midstream) return Sight::midstream;
  if (session.sight == tls::Sight::refused) return Sight::refused;
  if (session.version_minor == 4 || session.version_minor == 14) return Sight::tls13;
  if (session.version_minor == kUnknownVersion) {
    switch (session.sight) {
      case tls::Sight::gap:
        return Sight::gap;
      case tls::Sight::truncated:
        return Sight::truncated;
      case tls::Sight::malformed:
        return Sight::malformed;
      case tls::Sight::limit:
        return Sight::limit;
      default:
        return Sight::no_hello;
    }
  }
  if (session.resumed) return Sight::resumed;
  if (!session.full) return Sight::gap;
  // What came behind the ServerHello was all seen: where it was a Certificate, that was not kept.
  return has_no_certificate(session.suite) ? Sight::none : Sight::limit;
}

}  // namespace uptake::certificates
