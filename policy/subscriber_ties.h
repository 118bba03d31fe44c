#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dissectors/address.h"

namespace uptake {

/// CustomerPrefix: a prefix of the customers. When a `line` names a single subscriber its prefixes are tied: traffic
/// of either family counts for that one subscriber.
struct CustomerPrefix {
  Address address;  ///< zero behind `bits`
  std::uint8_t bits = 0;
  std::uint32_t line = 0;
  bool tied = false;  ///< the line names one subscriber; else its addresses are told apart by prefix length
};

/// SubscriberTies: which subscriber an address belongs to; the longest prefix counts. Read-only once built.
class SubscriberTies {
 public:
  SubscriberTies() = default;
  explicit SubscriberTies(std::vector<CustomerPrefix> prefixes);

  [[nodiscard]] bool empty() const noexcept { return prefixes_.empty(); }

  /// Owner: whether an address is a customer's. `as`, when its line is tied: the prefix whose digest stands for all
  /// of the line.
  struct Owner {
    bool customer = false;
    const CustomerPrefix* as = nullptr;
  };
  [[nodiscard]] Owner owner_of(const Address& address) const noexcept;

 private:
  using Octets = std::array<std::uint8_t, 16>;
  /// From `first` on, up to the next one, addresses are of this prefix; kNobody: of none.
  struct Boundary {
    Octets first;
    std::uint32_t prefix;
  };
  static constexpr std::uint32_t kNobody = ~std::uint32_t{0};

  void sweep(std::span<const std::uint32_t> of_family, std::vector<Boundary>& boundaries) const;

  std::vector<CustomerPrefix> prefixes_;
  std::vector<std::uint32_t> first_of_line_;  ///< by prefix: the first one of its line
  std::array<std::vector<Boundary>, 2> boundaries_;
};

}  // namespace uptake
