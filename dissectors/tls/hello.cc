#include "dissectors/tls/hello.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "dissectors/tls/groups.h"
#include "dissectors/tls/suites.h"

namespace uptake::tls {
namespace {

// Extension numbers (IANA TLS ExtensionType Values).
enum Extension : std::uint16_t {
  kServerName = 0,
  kStatusRequest = 5,
  kSupportedGroups = 10,
  kAlpn = 16,
  kExtendedMasterSecret = 23,
  kCompressCertificate = 27,
  kSessionTicket = 35,
  kPreSharedKey = 41,
  kEarlyData = 42,
  kDraftKeyShare = 40,  // key_share of the drafts before draft-ietf-tls-tls13-23
  kSupportedVersions = 43,
  kKeyShare = 51,
  kEncryptedClientHello = 0xfe0d,
  kRenegotiationInfo = 0xff01,
};
constexpr std::size_t kMaxServerName = 255;

/// SHA-256 of "HelloRetryRequest": the random that marks one (RFC 8446 section 4.1.3).
constexpr std::array<std::uint8_t, 32> kRetryRandom{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                                    0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                                    0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

/// Reserved values that keep peers tolerant (RFC 8701): 0x?A?A with equal halves.
constexpr bool is_grease(std::uint16_t value) noexcept {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

Alpn alpn_of(Bytes name) noexcept {
  const std::string_view text(reinterpret_cast<const char*>(name.data()), name.size());
  if (text == "h2") return Alpn::h2;
  if (text == "http/1.1") return Alpn::http11;
  if (text == "dot") return Alpn::dot;
  if (text == "h3") return Alpn::h3;
  if (text == "smtp") return Alpn::smtp;
  return Alpn::other;
}

// struct { NameType name_type; opaque HostName<1..2^16-1>; } ServerName list  RFC 6066 section 3
void server_name(Cursor data, ClientHello& hello) noexcept {
  Cursor list = data.prefixed16();
  while (!list.empty()) {
    const std::uint8_t type = list.u8();
    const Cursor name = list.prefixed16();
    if (list.failed()) return;
    if (type != 0 || name.empty()) continue;
    hello.offer.sni = true;
    hello.server_name = name.rest();
    return;
  }
}

void supported_groups(Cursor data, ClientHello& hello) noexcept {
  Cursor list = data.prefixed16();
  while (list.left() >= 2) {
    const std::uint16_t group = list.u16();
    if (is_post_quantum(group)) hello.offer.pq_offered = true;
    if (is_kyber_draft(group)) hello.offer.kyber_draft = true;
  }
}

// struct { NamedGroup group; opaque key_exchange<1..2^16-1>; } KeyShareEntry list  RFC 8446 section 4.2.8
void client_shares(Cursor data, ClientHello& hello) noexcept {
  Cursor list = data.prefixed16();
  while (!list.empty()) {
    const std::uint16_t group = list.u16();
    const Cursor share = list.prefixed16();
    if (list.failed() || share.failed()) return;
    if (is_post_quantum(group)) hello.offer.pq_share = true;
    if (hello.shares < 0xff) ++hello.shares;
  }
}

// ProtocolName protocol_name_list<2..2^16-1>; opaque ProtocolName<1..2^8-1>  RFC 7301 section 3.1
void client_alpn(Cursor data, ClientHello& hello) noexcept {
  Cursor list = data.prefixed16();
  while (!list.empty()) {
    const Cursor name = list.prefixed8();
    if (list.failed() || name.failed()) return;
    const Alpn protocol = alpn_of(name.rest());
    const bool grease = name.left() == 2 && is_grease(Cursor(name).u16());
    if (!hello.offer.alpn && !name.empty() && !grease) {
      hello.offer.alpn = true;
      hello.offer.first_alpn = protocol;
    }
    if (protocol == Alpn::dot) hello.offers_dot = true;
  }
}

void client_versions(Cursor data, ClientHello& hello) noexcept {
  Cursor list = data.prefixed8();
  std::uint16_t best = 0;
  std::uint16_t worst = 0;
  while (list.left() >= 2) {
    std::uint16_t version = list.u16();
    if (is_grease(version)) continue;
    // A draft of TLS 1.3 is an offer of TLS 1.3.
    if (is_draft(version)) version = 0x0304;
    if (version == 0x0304) hello.offers_1_3 = true;
    if (version < 0x0300 || version > 0x0304) continue;
    best = std::max(best, version);
    worst = worst == 0 ? version : std::min(worst, version);
  }
  if (best == 0) return;
  hello.offer.best_version = best;
  hello.offer.worst_version = worst;
}

void client_extension(std::uint16_t type, Cursor data, ClientHello& hello) noexcept {
  OfferBits& offer = hello.offer;
  switch (type) {
    case kServerName:
      return server_name(data, hello);
    case kStatusRequest:
      offer.status_request = true;
      return;
    case kSupportedGroups:
      return supported_groups(data, hello);
    case kAlpn:
      return client_alpn(data, hello);
    case kExtendedMasterSecret:
      offer.ems = true;
      return;
    case kCompressCertificate:
      offer.cert_compression = true;
      return;
    case kSessionTicket:
      if (!data.empty()) offer.psk = true;
      return;
    case kPreSharedKey:
      offer.psk = true;
      return;
    case kEarlyData:
      offer.early_data = true;
      return;
    case kSupportedVersions:
      return client_versions(data, hello);
    case kKeyShare:
      return client_shares(data, hello);
    case kEncryptedClientHello:
      offer.ech = true;
      return;
    case kRenegotiationInfo:
      offer.secure_renegotiation = true;
      return;
    default:
      return;
  }
}

void client_suites(Cursor suites, ClientHello& hello) noexcept {
  // Two signalling values hide among the suites. Without branches the loop is vectorised.
  const Bytes list = suites.rest();
  const auto octets_of = [](std::uint16_t suite) {
    const std::array<std::uint8_t, 2> octets{static_cast<std::uint8_t>(suite >> 8), static_cast<std::uint8_t>(suite)};
    return std::bit_cast<std::uint16_t>(octets);
  };
  std::uint16_t renegotiation = 0;
  std::uint16_t fallback = 0;
  for (std::size_t i = 0; i < list.size() / 2; ++i) {
    std::uint16_t suite = 0;
    std::memcpy(&suite, list.data() + 2 * i, sizeof suite);
    renegotiation = static_cast<std::uint16_t>(renegotiation | (suite == octets_of(kRenegotiationScsv)));
    fallback = static_cast<std::uint16_t>(fallback | (suite == octets_of(kFallbackScsv)));
  }
  if (renegotiation != 0) hello.offer.secure_renegotiation = true;
  if (fallback != 0) hello.offer.fallback_scsv = true;
}

/// Calls `read(type, data)` for each extension, the first of a number only. False when the list breaks its bounds.
template <class Read>
bool each_extension(Cursor list, Read read) noexcept {
  std::uint64_t seen = 0;  // of the numbers below 64; the few above are read again, which changes nothing
  while (!list.empty()) {
    const std::uint16_t type = list.u16();
    const Cursor data = list.prefixed16();
    if (list.failed() || data.failed()) return false;
    if (type < 64) {
      if ((seen >> type & 1) != 0) continue;
      seen |= std::uint64_t{1} << type;
    }
    read(type, data);
  }
  return true;
}

/// What stands for an octet of a name: itself in lower case, or 0 when it must be escaped.
constexpr std::array<std::uint8_t, 256> kPlain = [] {
  std::array<std::uint8_t, 256> plain{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789.-_")) {
    const auto octet = static_cast<std::uint8_t>(c);
    plain[octet] = octet;
    if (octet >= 'a' && octet <= 'z') plain[octet - 0x20U] = octet;
  }
  return plain;
}();

/// Writes a name with \DDD for what is not plain; how many octets that takes.
std::size_t escape(Bytes name, std::uint8_t* out) noexcept {
  std::size_t size = 0;
  for (const std::uint8_t octet : name) {
    out[size] = kPlain[octet];
    if (out[size++] != 0) continue;
    out[size - 1] = '\\';
    out[size++] = static_cast<std::uint8_t>('0' + octet / 100);
    out[size++] = static_cast<std::uint8_t>('0' + octet / 10 % 10);
    out[size++] = static_cast<std::uint8_t>('0' + octet % 10);
  }
  return size;
}

}  // namespace

// legacy_version, random[32], legacy_session_id<0..32>, cipher_suites<2..2^16-2>,
// legacy_compression_methods<1..2^8-1>, extensions<8..2^16-1>, absent before TLS 1.2.  RFC 8446 section 4.1.2
bool read_client_hello(Bytes body, ClientHello& hello) noexcept {
  Cursor cursor(body);
  const std::uint16_t legacy = cursor.u16();
  cursor.skip(32);
  const Cursor session_id = cursor.prefixed8();
  const Cursor suites = cursor.prefixed16();
  const Cursor compression = cursor.prefixed8();
  if (cursor.failed() || legacy >> 8 != 3 || session_id.left() > 32 || suites.left() % 2 != 0) return false;
  hello.offer.best_version = std::min<std::uint16_t>(legacy, 0x0303);
  hello.session_id = session_id.rest();
  client_suites(suites, hello);
  for (const std::uint8_t method : compression.rest())
    if (method != 0) hello.offer.compression = true;
  if (cursor.empty()) return true;
  const Cursor extensions = cursor.prefixed16();
  if (cursor.failed() || extensions.failed()) return false;
  return each_extension(extensions, [&](std::uint16_t type, Cursor data) { client_extension(type, data, hello); });
}

namespace {

// legacy_version, random[32], legacy_session_id_echo<0..32>, cipher_suite, legacy_compression_method, extensions;
// with `is_short` neither session_id nor compression
bool read_server_hello_as(Bytes body, bool is_short, ServerHello& hello) noexcept {
  Cursor cursor(body);
  hello.version = cursor.u16();
  const Bytes random = cursor.bytes(32);
  const Cursor session_id = is_short ? Cursor{} : cursor.prefixed8();
  hello.suite = cursor.u16();
  if (!is_short) hello.compression = cursor.u8() != 0;
  if (cursor.failed() || session_id.left() > 32) return false;
  hello.session_id = session_id.rest();
  hello.is_retry = std::memcmp(random.data(), kRetryRandom.data(), kRetryRandom.size()) == 0;
  if (cursor.empty()) return true;
  const Cursor extensions = cursor.prefixed16();
  if (cursor.failed() || extensions.failed() || (is_draft(hello.version) && !cursor.empty())) return false;
  return each_extension(extensions, [&](std::uint16_t type, Cursor data) {
    if (type == kSupportedVersions && data.left() == 2) hello.version = data.u16();
    if ((type == kKeyShare || type == kDraftKeyShare) && data.left() >= 2) hello.group = data.u16();
    if (type == kPreSharedKey) hello.psk = true;
    if (type == kExtendedMasterSecret) hello.ems = true;
    if (type == kRenegotiationInfo) hello.secure_renegotiation = true;
    if (type == kAlpn) hello.alpn = alpn_of(data.prefixed16().prefixed8().rest());
  });
}

}  // namespace

// The drafts before draft-ietf-tls-tls13-22 have their own version first, and neither session_id nor compression;
// experiments between the drafts had both. The one that fits is meant.
bool read_server_hello(Bytes body, ServerHello& hello) noexcept {
  const std::uint16_t first = Cursor(body).u16();
  if (is_draft(first)) {
    if (read_server_hello_as(body, true, hello)) return true;
    hello = ServerHello{};
    return read_server_hello_as(body, false, hello);
  }
  return first >> 8 == 3 && read_server_hello_as(body, false, hello);
}

std::uint64_t mix(Bytes id) noexcept {
  if (id.empty()) return 0;
  std::uint64_t h = id.size();
  const auto add = [&h](std::uint64_t word) {
    h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
    h ^= h >> 32;
  };
  std::uint64_t word = 0;
  for (; id.size() >= sizeof word; id = id.subspan(sizeof word)) {
    std::memcpy(&word, id.data(), sizeof word);
    add(word);
  }
  for (const std::uint8_t octet : id) add(octet);
  return h | 1;
}

void note_server_name(Bytes name, Notes& notes) noexcept {
  // No name of the DNS is longer, and a part of one would be another.
  if (name.size() > kMaxServerName) return;
  if (!name.empty() && name.back() == '.') name = name.first(name.size() - 1);
  std::uint8_t* out = notes.name_room(name.size() * 4);
  if (out == nullptr || name.empty()) return;
  bool plain = true;
  for (std::size_t i = 0; i < name.size(); ++i) {
    out[i] = kPlain[name[i]];
    plain = plain && out[i] != 0;
  }
  notes.commit_name(plain ? name.size() : escape(name, out));
}

}  // namespace uptake::tls
