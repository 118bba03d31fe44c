#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dissectors/address.h"
#include "dissectors/cursor.h"

namespace uptake {

/// PrefixMask: which bits of a family's addresses make a prefix; made once for many addresses.
class PrefixMask {
 public:
  /// The first `length` bits; all of them when there are fewer.
  PrefixMask(Family family, unsigned length) noexcept;

 private:
  friend class Digests;
  std::array<std::uint64_t, 2> bits_;  ///< as they lie in an address
  std::uint64_t kind_;                 ///< family and length
  bool brief_;                         ///< all in the first half
};

/// Digests: keyed 64-bit digests (XXH3 with a secret made of the key) that stand for addresses, servers and names in
/// memory. Never 0. Equal keys give equal digests. They count and sample what was seen and are no pseudonyms: the
/// key lies beside them, XXH3 is no cipher, and no digest may leave the process.
class Digests {
 public:
  static constexpr std::size_t kKeyBytes = 16;
  using Key = std::array<std::uint8_t, kKeyBytes>;

  explicit Digests(const Key& key) noexcept;
  /// A published key: for tests, and until the input's own is known.
  [[nodiscard]] static Digests published() noexcept;
  /// A key from the kernel that nobody knows: for live ports.
  [[nodiscard]] static Digests fresh();
  /// A key as the contents of a key file: 16 octets, or 32 hexadecimal digits and white space; else nothing.
  [[nodiscard]] static std::optional<Digests> from_text(std::string_view contents);
  [[nodiscard]] static std::optional<Key> key_from_text(std::string_view contents);

  /// The prefix of an address, with its length and family. `mask` is of the same family.
  [[nodiscard]] std::uint64_t prefix(const Address& address, const PrefixMask& mask) const noexcept;
  /// A server: address, port and the digest of its name (0 when it has none).
  [[nodiscard]] std::uint64_t server(const Address& address, std::uint16_t port,
                                     std::uint64_t name_digest) const noexcept;
  /// A name in lower case, presentation form.
  [[nodiscard]] std::uint64_t name(Bytes text) const noexcept;
  /// Any octets: a chain of certificates.
  [[nodiscard]] std::uint64_t octets(Bytes bytes) const noexcept { return name(bytes); }

 private:
  static constexpr std::size_t kSecretBytes = 136;
  template <class Octets>
  [[nodiscard]] std::uint64_t digest(const Octets& octets) const noexcept;
  std::array<std::uint8_t, kSecretBytes> secret_;
};

}  // namespace uptake
