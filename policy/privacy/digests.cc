#include "policy/privacy/digests.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace uptake {
namespace {

static_assert(crypto_shorthash_KEYBYTES == Digests::kKeyBytes);
static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t));

// First octet of what is hashed: no name in presentation form starts with one of these.
enum class Kind : std::uint8_t { prefix_v4 = 1, prefix_v6 = 2, server_v4 = 3, server_v6 = 4 };

[[nodiscard]] constexpr std::uint8_t tag(Kind v4, Family family) noexcept {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(v4) + static_cast<std::uint8_t>(family));
}

}  // namespace

Digests Digests::published() noexcept {
  constexpr std::string_view kPublished = "uptake published";
  static_assert(kPublished.size() == kKeyBytes);
  Key key{};
  std::copy(kPublished.begin(), kPublished.end(), key.begin());
  return Digests(key);
}

Digests Digests::fresh() {
  if (sodium_init() < 0) throw std::runtime_error("no random numbers from the kernel");
  Key key{};
  randombytes_buf(key.data(), key.size());
  return Digests(key);
}

std::optional<Digests> Digests::from_text(std::string_view contents) {
  Key key{};
  if (contents.size() == kKeyBytes) {
    std::copy(contents.begin(), contents.end(), key.begin());
    return Digests(key);
  }
  std::size_t written = 0;
  const char* end = nullptr;
  if (sodium_hex2bin(key.data(), key.size(), contents.data(), contents.size(), " \t\r\n", &written, &end) != 0)
    return std::nullopt;
  if (written != kKeyBytes || end != contents.data() + contents.size()) return std::nullopt;
  return Digests(key);
}

std::uint64_t Digests::digest(const std::uint8_t* octets, std::size_t size) const noexcept {
  std::array<std::uint8_t, crypto_shorthash_BYTES> out{};
  crypto_shorthash(out.data(), octets, size, key_.data());
  std::uint64_t value = 0;
  // SipHash's output is little-endian by definition: the same number on every machine.
  for (std::size_t i = out.size(); i-- > 0;) value = value << 8 | out[i];
  return value != 0 ? value : 1;
}

std::uint64_t Digests::prefix(const Address& address, unsigned length) const noexcept {
  const unsigned longest = address.family == Family::v4 ? 32 : 128;
  length = std::min(length, longest);
  std::array<std::uint8_t, 18> text{};
  text[0] = tag(Kind::prefix_v4, address.family);
  text[1] = static_cast<std::uint8_t>(length);
  const std::size_t whole = length / 8;
  std::memcpy(text.data() + 2, address.octets.data(), whole);
  if (length % 8 != 0)
    text[2 + whole] = static_cast<std::uint8_t>(address.octets[whole] & (0xff00U >> (length % 8) & 0xffU));
  return digest(text.data(), text.size());
}

std::uint64_t Digests::server(const Address& address, std::uint16_t port, std::uint64_t name_digest) const noexcept {
  std::array<std::uint8_t, 27> text{};
  text[0] = tag(Kind::server_v4, address.family);
  std::memcpy(text.data() + 1, address.octets.data(), address.octets.size());
  text[17] = static_cast<std::uint8_t>(port >> 8);
  text[18] = static_cast<std::uint8_t>(port);
  for (std::size_t i = 0; i < 8; ++i) text[19 + i] = static_cast<std::uint8_t>(name_digest >> (8 * i));
  return digest(text.data(), text.size());
}

std::uint64_t Digests::name(Bytes text) const noexcept { return digest(text.data(), text.size()); }

}  // namespace uptake
