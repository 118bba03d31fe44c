#include "policy/correlate/sight.h"

namespace uptake::certificates {

Sight sight_of(Ending why) noexcept {
  switch (why) {
    case Ending::truncated:
      return Sight::truncated;
    case Ending::malformed:
      return Sight::malformed;
    case Ending::limit:
      return Sight::limit;
    case Ending::closed:
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
  // What came behind the ServerHello was all seen, and was no Certificate.
  return session.full ? Sight::none : Sight::gap;
}

}  // namespace uptake::certificates
