#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/name.h"
#include "policy/correlate/dnssec/proof.h"
#include "policy/correlate/dnssec/types.h"

namespace uptake::dnssec {

/// HashLimits: what NSEC3 may cost.
struct HashLimits {
  /// RFC 9276 §3.2 lets a validator treat zones with more as unsigned; unbound's limit.
  static constexpr std::uint16_t kIterations = 150;
  /// Iterations of SHA-1, all hashes of a proof together: 17 names at the most iterations.
  static constexpr std::uint32_t kWork = 2600;
};

/// Nsec3Records: the verified NSEC3 records of one zone, and what they prove (RFC 5155 §8, §9.2, RFC 9276). Takes up
/// to kMost; what is more proves nothing. Salts are borrowed.
class Nsec3Records {
 public:
  static constexpr std::size_t kMost = 16;

  explicit Nsec3Records(const Name& zone) noexcept : zone_(zone) {}
  void add(const Name& owner, Bytes rdata) noexcept;
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  // As NsecRecords.
  [[nodiscard]] Proof no_name(const Name& name) noexcept;
  [[nodiscard]] Proof no_data(const Name& name, std::uint16_t type) noexcept;
  [[nodiscard]] Proof no_closer(const Name& name, unsigned labels) noexcept;
  [[nodiscard]] Cut cut_at(const Name& name) noexcept;

 private:
  using Hash = std::array<std::uint8_t, 20>;
  struct Nsec3 {
    Hash owner{};
    Hash next{};
    bool opt_out = false;
    TypeBitmap types;
  };
  /// Encloser: the closest name above one that exists, and the record that denies the next closer one.
  struct Encloser {
    unsigned labels = 0;
    const Nsec3* covers = nullptr;  ///< null: nothing is proved
  };

  [[nodiscard]] bool hash(const Name& name, Hash& out) noexcept;
  [[nodiscard]] const Nsec3* at(const Name& name) noexcept;
  [[nodiscard]] const Nsec3* over(const Name& name) noexcept;
  [[nodiscard]] Encloser encloser_of(const Name& name) noexcept;

  Name zone_;
  std::array<Nsec3, kMost> records_;
  std::size_t count_ = 0;
  std::uint16_t iterations_ = 0;
  Bytes salt_;
  std::uint32_t work_ = 0;
  bool exhausted_ = false;
};

}  // namespace uptake::dnssec
