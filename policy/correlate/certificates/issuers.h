#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "policy/correlate/certificates/certificate.h"
#include "policy/correlate/certificates/leaf.h"

namespace uptake::certificates {

/// Above: what a chain comes to above its leaf.
struct Above {
  /// Of `bits`: trust, verify_code, and the weakest hash of the signatures above.
  Judged judged;
  /// Whoever signs the leaf, where that is trusted; nullptr: the leaf's signature decides nothing.
  std::unique_ptr<EVP_PKEY, FreeKey> issuer;
  /// It holds for every plain leaf with the same IssuerKey.
  bool is_common = false;
};

/// IssuerKey: SHA-256 of all that decides what verification finds above a plain leaf: the octets of the rest of its
/// chain, and of the leaf the issuer's name, the authority's key identifier and the algorithm of the signature.
using IssuerKey = std::array<std::uint8_t, 32>;
[[nodiscard]] IssuerKey issuer_key(const Leaves& leaves, const Leaf& leaf, Bytes rest) noexcept;

/// Issuers: what was found above the leaves of the last issuers, because a few hundred issue nearly all certificates.
/// Forgetting one costs time and no answer.
class Issuers {
 public:
  Issuers() : places_(kPlaces) {}

  /// nullptr when it is not known at that time. Valid until the next put().
  [[nodiscard]] const Above* find(const IssuerKey& key, std::int64_t seconds) const noexcept;
  void put(const IssuerKey& key, Above above) noexcept;

 private:
  static constexpr std::size_t kPlaces = 512;
  struct Place {
    IssuerKey key{};
    Above above;
  };
  [[nodiscard]] static std::size_t place_of(const IssuerKey& key) noexcept;

  std::vector<Place> places_;
};

/// What a plain leaf and all above it come to, as the whole verification would say; nothing when only that can say
/// it, because the issuer's key did not sign the leaf.
[[nodiscard]] std::optional<Judged> judge_below(const Above& above, const Leaf& leaf, std::int64_t seconds) noexcept;

}  // namespace uptake::certificates
