// The plain functions of SHA-256: contexts of EVP cannot be copied without an allocation.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "dissectors/quic/keys.h"

#include <algorithm>
#include <string_view>

namespace uptake::quic {
namespace {

constexpr std::size_t kBlock = 64;  // octets of a block of SHA-256

/// Info: what HKDF-Expand-Label (RFC 9846 section 7.1) hashes for one label, and the counter 1 of the only block:
/// uint16 length; opaque label<7..255> = "tls13 " + label; opaque context<0..255> = "".
template <std::size_t kSize>
struct Info {
  std::array<std::uint8_t, kSize> octets{};
};
template <std::size_t kLabel>
constexpr auto info(const char (&label)[kLabel], std::uint8_t length) noexcept {
  constexpr std::string_view kPrefix = "tls13 ";
  constexpr std::size_t kChars = kPrefix.size() + kLabel - 1;
  Info<2 + 1 + kChars + 1 + 1> made;
  made.octets[1] = length;
  made.octets[2] = kChars;
  std::copy(kPrefix.begin(), kPrefix.end(), made.octets.begin() + 3);
  std::copy_n(label, kLabel - 1, made.octets.begin() + 3 + kPrefix.size());
  made.octets.back() = 1;
  return made.octets;
}

constexpr auto kClientIn = info("client in", 32);
constexpr auto kServerIn = info("server in", 32);
constexpr auto kKey1 = info("quic key", 16);
constexpr auto kIv1 = info("quic iv", 12);
constexpr auto kHeader1 = info("quic hp", 16);
constexpr auto kKey2 = info("quicv2 key", 16);
constexpr auto kIv2 = info("quicv2 iv", 12);
constexpr auto kHeader2 = info("quicv2 hp", 16);

template <std::size_t kSize>
void expand(const Hmac& secret, Bytes what, std::array<std::uint8_t, kSize>& into) noexcept {
  const Hmac::Mac mac = secret.of(what);
  std::copy_n(mac.begin(), kSize, into.begin());
}

}  // namespace

Hmac::Hmac(Bytes key) noexcept {
  std::array<std::uint8_t, kBlock> inner{};
  std::copy_n(key.begin(), std::min(key.size(), kBlock), inner.begin());
  std::array<std::uint8_t, kBlock> outer = inner;
  for (std::uint8_t& octet : inner) octet ^= 0x36;
  for (std::uint8_t& octet : outer) octet ^= 0x5c;
  SHA256_Init(&inner_);
  SHA256_Update(&inner_, inner.data(), inner.size());
  SHA256_Init(&outer_);
  SHA256_Update(&outer_, outer.data(), outer.size());
}

Hmac::Mac Hmac::of(Bytes text) const noexcept {
  Mac mac;
  SHA256_CTX context = inner_;
  SHA256_Update(&context, text.data(), text.size());
  SHA256_Final(mac.data(), &context);
  context = outer_;
  SHA256_Update(&context, mac.data(), mac.size());
  SHA256_Final(mac.data(), &context);
  return mac;
}

KeySchedule::KeySchedule() noexcept {
  for (const VersionRow& row : version_rows()) salts_[static_cast<std::size_t>(row.version)] = Hmac(row.salt);
}

Keys KeySchedule::keys_of(const VersionRow& row, Bytes connection_id, Side side) const noexcept {
  const Hmac initial(salts_[static_cast<std::size_t>(row.version)].of(connection_id));
  const Hmac secret(initial.of(side == Side::client ? Bytes(kClientIn) : Bytes(kServerIn)));
  Keys keys;
  expand(secret, row.second_labels ? Bytes(kKey2) : Bytes(kKey1), keys.key);
  expand(secret, row.second_labels ? Bytes(kIv2) : Bytes(kIv1), keys.iv);
  expand(secret, row.second_labels ? Bytes(kHeader2) : Bytes(kHeader1), keys.header);
  return keys;
}

}  // namespace uptake::quic
