#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/digests.h"

namespace uptake {

/// ClientGroups: 32 groups of subscribers that stay the same while their key does, so that two periods can be
/// compared group by group. A group is five bits of a keyed digest: it tells nobody apart.
class ClientGroups {
 public:
  static constexpr std::size_t kGroups = 32;
  /// The bits of a digest that say the group.
  static constexpr std::uint64_t kBits = kGroups - 1;

  explicit ClientGroups(const Digests::Key& key);
  /// A key as Digests::from_text() takes one; nothing for other text.
  [[nodiscard]] static std::optional<ClientGroups> from_text(std::string_view contents);

  /// The group of the subscriber with this prefix, below kGroups.
  [[nodiscard]] std::uint8_t of(const Address& address, const PrefixMask& mask) const noexcept {
    return static_cast<std::uint8_t>(digests_.prefix(address, mask) & kBits);
  }
  /// Sixteen hexadecimal digits that stand for the key: equal in figures whose groups can be paired. They are a
  /// BLAKE2b of it, from which a key of random octets cannot be found.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  Digests digests_;
  std::string name_;
};

}  // namespace uptake
