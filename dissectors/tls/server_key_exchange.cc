#include "dissectors/tls/server_key_exchange.h"

#include <array>
#include <cstring>

namespace uptake::tls {
namespace {

/// The first 24 octets of every prime of RFC 7919 Appendix A: all ones, then the fraction of e; the lengths differ.
constexpr std::array<std::uint8_t, 24> kPrimeHead{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                  0xad, 0xf8, 0x54, 0x58, 0xa2, 0xbb, 0x4a, 0x9a,
                                                  0xaf, 0xdc, 0x56, 0x20, 0x27, 0x3d, 0x3c, 0xf1};

/// ffdhe2048 .. ffdhe8192 (RFC 7919) by length and head, with g = 2; 0 for parameters of one's own.
std::uint16_t finite_field_group(Bytes p, Bytes g) noexcept {
  if (p.size() < kPrimeHead.size() || std::memcmp(p.data(), kPrimeHead.data(), kPrimeHead.size()) != 0) return 0;
  if (g.size() != 1 || g[0] != 2) return 0;
  switch (p.size()) {
    case 256:
      return 0x0100;
    case 384:
      return 0x0101;
    case 512:
      return 0x0102;
    case 768:
      return 0x0103;
    case 1024:
      return 0x0104;
    default:
      return 0;
  }
}

// ECCurveType curve_type; NamedCurve namedcurve; opaque point<1..2^8-1>  RFC 8422 section 5.4
void read_curve(Cursor& cursor, ServerKeyExchange& out) noexcept {
  constexpr std::uint8_t kNamedCurve = 3;
  if (cursor.u8() != kNamedCurve) return;
  const std::uint16_t group = cursor.u16();
  const Cursor point = cursor.prefixed8();
  if (cursor.failed() || point.failed()) return;
  out.group = group;
  out.sight = GroupSight::known;
}

// opaque dh_p<1..2^16-1>; opaque dh_g<1..2^16-1>; opaque dh_Ys<1..2^16-1>  RFC 5246 section 7.4.3
void read_finite_field(Cursor& cursor, ServerKeyExchange& out) noexcept {
  const Cursor p = cursor.prefixed16();
  const Cursor g = cursor.prefixed16();
  const Cursor public_value = cursor.prefixed16();
  if (cursor.failed() || public_value.failed() || p.empty()) return;
  out.group = finite_field_group(p.rest(), g.rest());
  out.sight = out.group != 0 ? GroupSight::known : GroupSight::custom_dh;
}

}  // namespace

ServerKeyExchange read_server_key_exchange(Bytes body, KeyExchange key_exchange, bool tls12) noexcept {
  ServerKeyExchange out;
  Cursor cursor(body);
  const bool psk = key_exchange == KeyExchange::ecdhe_psk || key_exchange == KeyExchange::dhe_psk;
  if (psk) (void)cursor.prefixed16();  // psk_identity_hint
  if (key_exchange == KeyExchange::ecdhe || key_exchange == KeyExchange::ecdhe_psk) read_curve(cursor, out);
  if (key_exchange == KeyExchange::dhe || key_exchange == KeyExchange::dhe_psk) read_finite_field(cursor, out);
  // SignatureAndHashAlgorithm, TLS 1.2 alone (RFC 5246 section 4.7); the PSK and anonymous kinds are not signed.
  if (out.sight == GroupSight::unobservable || !tls12 || psk || cursor.empty()) return out;
  const std::uint8_t hash = cursor.u8();
  cursor.skip(1);
  if (cursor.ok() && hash <= 8) out.signature_hash = hash;
  return out;
}

}  // namespace uptake::tls
