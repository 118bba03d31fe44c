#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/correlate/dnssec/key.h"
#include "policy/zeroed_array.h"

namespace uptake::dnssec {

/// Verifier: verifies signatures, each once while its verdict is remembered: by SHA-256 of key, signature and signed
/// data. Keys that were used are kept open. Memory is taken at start, but for what OpenSSL takes for an open key.
class Verifier {
 public:
  /// Bounds: places, and how many signatures may be verified in a second of packet time; 0: any number.
  struct Bounds {
    std::size_t verdicts = std::size_t{1} << 18;
    std::size_t keys = std::size_t{1} << 12;
    std::uint32_t per_second = 0;
  };
  enum class Outcome : std::uint8_t { good, bad, cannot, budget };

  explicit Verifier(const Bounds& bounds);
  ~Verifier();
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  /// The identity of a key, by which it is kept.
  [[nodiscard]] Sha256 identity(Bytes key_rdata) noexcept;
  [[nodiscard]] Outcome verify(const KeyView& key, const Sha256& identity, Bytes data, Bytes signature,
                               std::uint64_t packet_ns) noexcept;
  /// Signatures that were verified, and those whose verdict was remembered.
  [[nodiscard]] std::uint64_t verified() const noexcept { return verified_; }
  [[nodiscard]] std::uint64_t remembered() const noexcept { return remembered_; }

 private:
  static constexpr std::size_t kWays = 4;
  struct Known {
    Sha256 id;
    std::uint8_t verdict;  ///< 0: none; else 1 + Checked
  };
  struct Kept {
    Sha256 id{};
    PublicKey key;
    bool used = false;
  };

  [[nodiscard]] bool has_budget(std::uint64_t packet_ns) noexcept;
  [[nodiscard]] const PublicKey& opened(const KeyView& key, const Sha256& identity) noexcept;

  ZeroedArray<Known> known_;
  std::vector<Kept> kept_;
  EVP_MD* sha256_;
  EVP_MD_CTX* context_;
  std::uint32_t per_second_;
  std::uint32_t spent_ = 0;
  std::uint64_t second_ = 0;
  std::uint64_t verified_ = 0;
  std::uint64_t remembered_ = 0;
};

}  // namespace uptake::dnssec
