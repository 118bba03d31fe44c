#include "tools/uptake/fingerprint.h"

#include <sodium.h>

#include <stdexcept>

#include "policy/hexadecimal.h"

namespace uptake {

Fingerprint::Fingerprint() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
}

Fingerprint& Fingerprint::add(std::span<const std::uint8_t> octets) {
  // Keyed by what came before, so that two texts and their parts differ.
  static_assert(kBytes >= crypto_generichash_KEYBYTES_MIN);
  static_assert(kBytes >= crypto_generichash_BYTES_MIN);
  std::array<std::uint8_t, kBytes> next{};
  crypto_generichash(next.data(), next.size(), octets.data(), octets.size(), digest_.data(), digest_.size());
  digest_ = next;
  return *this;
}

Fingerprint& Fingerprint::add(std::string_view text) {
  return add(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::string Fingerprint::digits() const { return hexadecimal(digest_); }

}  // namespace uptake
