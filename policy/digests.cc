#include "policy/digests.h"

#include <sodium.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <span>
#include <stdexcept>
#include <string>

namespace uptake {
namespace {

// Stands behind an address. A control character: a name in presentation form has none.
enum class Kind : std::uint8_t { prefix_v4 = 1, prefix_v6 = 2, server_v4 = 3, server_v6 = 4 };

[[nodiscard]] constexpr std::uint8_t tag(Kind v4, Family family) noexcept {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(v4) + static_cast<std::uint8_t>(family));
}

/// The octets of `value` in the order of the wire, or back.
[[nodiscard]] constexpr std::uint64_t big_endian(std::uint64_t value) noexcept {
  return std::endian::native == std::endian::big ? value : __builtin_bswap64(value);
}

/// The same from the least significant on.
[[nodiscard]] constexpr std::uint64_t little_endian(std::uint64_t value) noexcept {
  return std::endian::native == std::endian::little ? value : __builtin_bswap64(value);
}

}  // namespace

Digests::Digests(const Key& key) noexcept : secret_{} {
  static_assert(kSecretBytes >= XXH3_SECRET_SIZE_MIN);
  // It fails for secrets that are too short only.
  (void)XXH3_generateSecret(secret_.data(), secret_.size(), key.data(), key.size());
}

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

std::optional<Digests::Key> Digests::key_from_text(std::string_view contents) {
  Key key{};
  if (contents.size() == kKeyBytes) {
    std::copy(contents.begin(), contents.end(), key.begin());
    return key;
  }
  std::size_t written = 0;
  const char* end = nullptr;
  if (sodium_hex2bin(key.data(), key.size(), contents.data(), contents.size(), " \t\r\n", &written, &end) != 0)
    return std::nullopt;
  if (written != kKeyBytes || end != contents.data() + contents.size()) return std::nullopt;
  return key;
}

std::optional<Digests> Digests::from_text(std::string_view contents) {
  const std::optional<Key> key = key_from_text(contents);
  if (!key) return std::nullopt;
  return Digests(*key);
}

template <class Octets>
std::uint64_t Digests::digest(const Octets& octets) const noexcept {
  const std::uint64_t value = XXH3_64bits_withSecret(octets.data(), octets.size(), secret_.data(), secret_.size());
  return value != 0 ? value : 1;
}

PrefixMask::PrefixMask(Family family, unsigned length) noexcept {
  length = std::min(length, family == Family::v4 ? 32U : 128U);
  const auto first = [](unsigned bits) {
    return big_endian(bits == 0 ? 0 : ~std::uint64_t{0} << (64 - std::min(bits, 64U)));
  };
  bits_ = {first(length), first(length - std::min(length, 64U))};
  // In the order of the wire, so that the digest is the same on every machine.
  kind_ = little_endian(std::uint64_t{tag(Kind::prefix_v4, family)} | std::uint64_t{length} << 8);
  brief_ = length <= 64;
}

// Flattened: the size is known here, and all but the path for it falls away.
[[gnu::flatten]] std::uint64_t Digests::prefix(const Address& address, const PrefixMask& mask) const noexcept {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), address.octets.data(), address.octets.size());
  if (mask.brief_) {
    const std::array<std::uint64_t, 2> text = {halves[0] & mask.bits_[0], mask.kind_};
    return digest(std::as_bytes(std::span(text)));
  }
  const std::array<std::uint64_t, 3> text = {halves[0], halves[1] & mask.bits_[1], mask.kind_};
  return digest(std::as_bytes(std::span(text)));
}

std::uint64_t Digests::server(const Address& address, std::uint16_t port, std::uint64_t name_digest) const noexcept {
  std::array<std::uint8_t, 27> text{};
  std::memcpy(text.data(), address.octets.data(), address.octets.size());
  text[16] = tag(Kind::server_v4, address.family);
  text[17] = static_cast<std::uint8_t>(port >> 8);
  text[18] = static_cast<std::uint8_t>(port);
  const std::uint64_t name = big_endian(name_digest);
  std::memcpy(text.data() + 19, &name, sizeof name);
  return digest(text);
}

std::uint64_t Digests::name(Bytes text) const noexcept { return digest(text); }

}  // namespace uptake
