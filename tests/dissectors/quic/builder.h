#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>

#include "dissectors/quic/keys.h"
#include "dissectors/quic/versions.h"
#include "tests/dissectors/tls/builder.h"

// Packets of QUIC made to measure. Initials are sealed with OpenSSL's plain interface, apart from what opens them.
namespace uptake::quic::test {

using tls::test::from_hex;
using tls::test::number;
using tls::test::Octets;
using tls::test::operator+;

/// A variable-length integer in the fewest octets (RFC 9000 section 16).
inline Octets varint(std::uint64_t value) {
  if (value < 64) return number(value, 1);
  if (value < 16384) return number(value | 0x4000, 2);
  if (value < 1U << 30) return number(value | 0x80000000U, 4);
  return number(value | 0xc000000000000000U, 8);
}

inline Octets crypto(std::uint64_t offset, const Octets& data) {
  return Octets{6} + varint(offset) + varint(data.size()) + data;
}
/// Part of a message as a CRYPTO frame.
inline Octets crypto_part(const Octets& message, std::size_t from, std::size_t size) {
  const auto first = message.begin() + static_cast<std::ptrdiff_t>(from);
  const auto last = message.begin() + static_cast<std::ptrdiff_t>(std::min(from + size, message.size()));
  return crypto(from, Octets(first, last));
}
inline const Octets kPing{1};
inline const Octets kAck{2, 0, 0, 0, 0};
/// CONNECTION_CLOSE for a fatal alert (RFC 9001 section 4.8).
inline const Octets kClose{0x1c, 0x41, 0x28, 0, 0};

/// Initial: what is to be sealed, and how.
struct Initial {
  Version version = Version::v1;
  Side from = Side::client;
  Octets destination = from_hex("8394c8f03e515708");
  Octets source = from_hex("c101");
  Octets key_id = from_hex("8394c8f03e515708");  ///< what the keys are made of
  Octets token{};
  std::uint32_t number = 0;
  std::size_t number_size = 4;
  std::size_t padded = 1200;  ///< octets of the packet, at least
  bool greased = false;       ///< its fixed bit is zero (RFC 9287)
  std::uint8_t reserved = 0;  ///< its reserved bits, which must be zero (RFC 9000 section 17.2)
};

inline std::uint8_t type_bits(Version version, Type type) {
  const auto& types = row_of(version)->types;
  const auto at = std::find(types.begin(), types.end(), type) - types.begin();
  return static_cast<std::uint8_t>(at << 4);
}

inline Octets header(Version version, Type type, std::uint8_t low_bits, const Octets& destination,
                     const Octets& source) {
  const Octets first{static_cast<std::uint8_t>(0xc0U | type_bits(version, type) | low_bits)};
  return first + number(row_of(version)->number, 4) + number(destination.size(), 1) + destination +
         number(source.size(), 1) + source;
}

/// AES of OpenSSL with fresh contexts.
inline std::array<std::uint8_t, 16> header_mask(const Keys& keys, const std::uint8_t* sample) {
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> aes(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::array<std::uint8_t, 16> mask{};
  int size = 0;
  EVP_EncryptInit_ex(aes.get(), EVP_aes_128_ecb(), nullptr, keys.header.data(), nullptr);
  EVP_EncryptUpdate(aes.get(), mask.data(), &size, sample, 16);
  return mask;
}
inline Octets sealed_payload(const Keys& keys, std::uint32_t packet_number, const Octets& head,
                             const Octets& frames) {
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> aes(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::array<std::uint8_t, 12> nonce = keys.iv;
  for (std::size_t i = 0; i < 4; ++i) nonce[8 + i] ^= static_cast<std::uint8_t>(packet_number >> (24U - 8U * i));
  Octets out(frames.size() + 16);
  int size = 0;
  EVP_EncryptInit_ex(aes.get(), EVP_aes_128_gcm(), nullptr, keys.key.data(), nonce.data());
  EVP_EncryptUpdate(aes.get(), nullptr, &size, head.data(), static_cast<int>(head.size()));
  EVP_EncryptUpdate(aes.get(), out.data(), &size, frames.data(), static_cast<int>(frames.size()));
  EVP_EncryptFinal_ex(aes.get(), out.data() + size, &size);
  EVP_CIPHER_CTX_ctrl(aes.get(), EVP_CTRL_AEAD_GET_TAG, 16, out.data() + frames.size());
  return out;
}

/// An Initial that holds `frames` and padding (RFC 9001 section 5).
inline Octets seal(const Initial& of, Octets frames) {
  static const KeySchedule kSchedule;
  const Keys keys = kSchedule.keys_of(*row_of(of.version), of.key_id, of.from);
  Octets head = header(of.version, Type::initial,
                       static_cast<std::uint8_t>((of.number_size - 1) | std::size_t{of.reserved} << 2U),
                       of.destination, of.source) +
                varint(of.token.size()) + of.token;
  const std::size_t least =
      of.padded > head.size() + 2 + of.number_size + 16 ? of.padded - head.size() - 2 - of.number_size - 16 : 4;
  if (of.greased) head[0] ^= 0x40;
  if (frames.size() < least) frames.resize(least, 0);
  head = head + number(0x4000 | (of.number_size + frames.size() + 16), 2);
  const std::size_t number_at = head.size();
  head = head + number(of.number, static_cast<int>(of.number_size));
  Octets packet = head + sealed_payload(keys, of.number, head, frames);
  const auto mask = header_mask(keys, packet.data() + number_at + 4);
  packet[0] = static_cast<std::uint8_t>(packet[0] ^ (mask[0] & 0x0f));
  for (std::size_t i = 0; i < of.number_size; ++i) packet[number_at + i] ^= mask[1 + i];
  return packet;
}

/// A Handshake or 0-RTT packet, whose payload nobody can open.
inline Octets closed(Version version, Type type, const Octets& destination, const Octets& source,
                     std::size_t size = 60) {
  return header(version, type, 0, destination, source) + varint(size) + Octets(size, 0xa5);
}
inline Octets retry(Version version, const Octets& destination, const Octets& source) {
  return header(version, Type::retry, 0, destination, source) + Octets{'t', 'o', 'k'} + Octets(16, 0x5a);
}
inline Octets negotiation(const Octets& destination, const Octets& source) {
  return Octets{0x80, 0, 0, 0, 0} + number(destination.size(), 1) + destination + number(source.size(), 1) + source +
         from_hex("00000001ff00001d");
}
/// A 1-RTT packet.
inline Octets short_packet(std::size_t size = 40) { return Octets{0x41} + Octets(size, 0x33); }

/// A ClientHello of QUIC for a name, as long as a browser's.
inline Octets client_hello(std::string_view name = "www.example.test") {
  using namespace tls::test;
  return tls::test::Hello()
      .suite(0x1301)
      .extension(0, server_name(name))
      .extension(10, vector(2, words({0x11ec, 0x001d})))
      .extension(16, protocols({"h3"}))
      .extension(43, vector(1, words({0x0304})))
      .extension(51, shares({{0x11ec, 1216}, {0x001d, 32}}))
      .extension(0xfe0d, Octets(186, 3))
      .extension(57, Octets(80, 1))
      .client_message();
}
inline Octets server_hello() { return tls::test::hello_13(0x11ec, 1120).server_message(); }

}  // namespace uptake::quic::test
