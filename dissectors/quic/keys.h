#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/dissector.h"
#include "dissectors/quic/versions.h"

namespace uptake::quic {

/// Keys: what the Initials of one side are protected with (RFC 9001 section 5.1).
struct Keys {
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 12> iv{};
  std::array<std::uint8_t, 16> header{};
};

/// Hmac: HMAC-SHA-256 (RFC 2104) under one key, whose two padded blocks are hashed once.
class Hmac {
 public:
  using Mac = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

  Hmac() noexcept = default;
  /// `key` has at most 64 octets.
  explicit Hmac(Bytes key) noexcept;
  [[nodiscard]] Mac of(Bytes text) const noexcept;

 private:
  SHA256_CTX inner_{};
  SHA256_CTX outer_{};
};

/// KeySchedule: makes the keys of Initials from a connection ID (RFC 9001 section 5.2, RFC 9369 section 3.3). The
/// constructor hashes the salts; then nothing is allocated.
class KeySchedule {
 public:
  KeySchedule() noexcept;
  [[nodiscard]] Keys keys_of(const VersionRow& row, Bytes connection_id, Side side) const noexcept;

 private:
  std::array<Hmac, static_cast<std::size_t>(Version::first_sealed_)> salts_;  ///< by Version
};

}  // namespace uptake::quic
