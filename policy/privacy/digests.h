#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dissectors/address.h"
#include "dissectors/cursor.h"

namespace uptake {

/// Digests: keyed 64-bit digests (SipHash-2-4) that stand for addresses, servers and names in memory. Never 0.
/// Equal keys give equal digests; without the key a digest tells nothing. Cheap to copy.
class Digests {
 public:
  static constexpr std::size_t kKeyBytes = 16;
  using Key = std::array<std::uint8_t, kKeyBytes>;

  explicit Digests(const Key& key) noexcept : key_(key) {}
  /// The published key: for runs over files, whose digests never leave the process, so that figures repeat.
  [[nodiscard]] static Digests published() noexcept;
  /// A key from the kernel that nobody knows: for live ports.
  [[nodiscard]] static Digests fresh();
  /// A key as the contents of a key file: 16 octets, or 32 hexadecimal digits and white space; else nothing.
  [[nodiscard]] static std::optional<Digests> from_text(std::string_view contents);

  /// The first `length` bits of an address, and its family.
  [[nodiscard]] std::uint64_t prefix(const Address& address, unsigned length) const noexcept;
  /// A server: address, port and the digest of its name (0 when it has none).
  [[nodiscard]] std::uint64_t server(const Address& address, std::uint16_t port,
                                     std::uint64_t name_digest) const noexcept;
  /// A name in lower case, presentation form.
  [[nodiscard]] std::uint64_t name(Bytes text) const noexcept;

 private:
  [[nodiscard]] std::uint64_t digest(const std::uint8_t* octets, std::size_t size) const noexcept;
  Key key_;
};

}  // namespace uptake
