#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <span>

#include "dissectors/quic/keys.h"
#include "dissectors/quic/packet.h"

namespace uptake::quic {

/// Protection: removes the protection of Initials (RFC 9001 sections 5.3 and 5.4). It keeps OpenSSL's contexts, so
/// that nothing is fetched or allocated for a packet.
class Protection {
 public:
  /// When OpenSSL has not what it takes, nothing opens.
  Protection() noexcept;
  ~Protection();
  Protection(const Protection&) = delete;
  Protection& operator=(const Protection&) = delete;

  /// Plain: what an Initial says.
  struct Plain {
    Bytes frames;
    std::uint32_t number = 0;  ///< its packet number, as far as its header tells it
  };

  /// Writes the frames of an Initial to `room`, which has as many octets as the packet. There are none when it does
  /// not open with these keys, was cut, or breaks RFC 9000 §17.2 with its reserved bits.
  [[nodiscard]] Plain open(const Packet& packet, const Keys& keys, std::span<std::uint8_t> room) noexcept;

 private:
  EVP_CIPHER_CTX* payload_;  ///< AES-128-GCM
  EVP_CIPHER_CTX* header_;   ///< AES-128-ECB
  bool ready_ = false;
};

}  // namespace uptake::quic
