#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/name.h"
#include "policy/correlate/dnssec/types.h"

namespace uptake::dnssec {

/// Proof: what records that deny come to.
enum class Proof : std::uint8_t {
  proved,
  insecure,  ///< not proved, and need not be: an opt-out span (RFC 5155 §9.2), or more iterations than are made
  none,      ///< they do not prove it
  limit,     ///< more hashes would be needed than are made
};

/// Cut: what stands at a name in the zone above.
enum class Cut : std::uint8_t {
  unsigned_zone,  ///< a delegation without DS, or a name in an opt-out span
  no_cut,         ///< no delegation
  unknown,
  limit,
};

/// HashLimits: what NSEC3 may cost.
struct HashLimits {
  /// RFC 9276 §3.2 lets a validator treat zones with more as unsigned; unbound's limit.
  static constexpr std::uint16_t kIterations = 150;
  /// Iterations of SHA-1, all hashes of a proof together: 17 names at the most iterations.
  static constexpr std::uint32_t kWork = 2600;
};

/// Denial: the NSEC or NSEC3 records of one zone, all verified and none of them made from a wildcard, and what they
/// prove. Records are borrowed. Takes up to kMost of each; what is more proves nothing.
class Denial {
 public:
  static constexpr std::size_t kMost = 16;

  explicit Denial(const Name& zone) noexcept : zone_(zone) {}
  /// RDATA that breaks its type is passed over, and so is a record of another zone.
  void add(const Name& owner, std::uint16_t type, Bytes rdata) noexcept;

  [[nodiscard]] const Name& zone() const noexcept { return zone_; }
  [[nodiscard]] bool has_nsec3() const noexcept { return nsec3_count_ != 0; }

  /// The name does not exist, nor a wildcard for it. Requires a name within the zone, as all below.
  [[nodiscard]] Proof no_name(const Name& name) noexcept;
  /// The name, or the wildcard that stands for it, has no records of that type, nor an alias.
  [[nodiscard]] Proof no_data(const Name& name, std::uint16_t type) noexcept;
  /// No name stands closer to `name` than the wildcard below its last `labels` labels.
  [[nodiscard]] Proof no_closer(const Name& name, unsigned labels) noexcept;
  /// What the zone says of a DS at `name`, which is below it.
  [[nodiscard]] Cut cut_at(const Name& name) noexcept;

 private:
  using Hash = std::array<std::uint8_t, 20>;
  struct Nsec {
    Name owner;
    Name next;
    TypeBitmap types;
  };
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

  void add_nsec(const Name& owner, Bytes rdata) noexcept;
  void add_nsec3(const Name& owner, Bytes rdata) noexcept;

  [[nodiscard]] const Nsec* nsec_at(const Name& name) const noexcept;
  [[nodiscard]] const Nsec* nsec_over(const Name& name) const noexcept;
  [[nodiscard]] unsigned encloser_of(const Nsec& nsec, const Name& name) const noexcept;
  [[nodiscard]] bool nsec_no_name(const Name& name) const noexcept;
  [[nodiscard]] bool nsec_no_data(const Name& name, std::uint16_t type) const noexcept;
  [[nodiscard]] Cut nsec_cut(const Name& name) const noexcept;

  [[nodiscard]] bool hash(const Name& name, Hash& out) noexcept;
  [[nodiscard]] const Nsec3* nsec3_at(const Name& name) noexcept;
  [[nodiscard]] const Nsec3* nsec3_over(const Name& name) noexcept;
  [[nodiscard]] Encloser encloser_of(const Name& name) noexcept;
  [[nodiscard]] Proof nsec3_no_name(const Name& name) noexcept;
  [[nodiscard]] Proof nsec3_no_data(const Name& name, std::uint16_t type) noexcept;
  [[nodiscard]] Cut nsec3_cut(const Name& name) noexcept;

  Name zone_;
  std::array<Nsec, kMost> nsec_;
  std::array<Nsec3, kMost> nsec3_;
  std::size_t nsec_count_ = 0;
  std::size_t nsec3_count_ = 0;
  std::uint16_t iterations_ = 0;
  Bytes salt_;
  std::uint32_t work_ = 0;
  bool exhausted_ = false;
};

/// A record at a name proves that the name has no such type: NODATA (RFC 4035 §5.4, RFC 5155 §8.5, RFC 6840 §4).
[[nodiscard]] bool denies_type(const TypeBitmap& types, std::uint16_t type, bool at_root) noexcept;
/// The record stands in the zone above a cut, or at a DNAME: it proves nothing of names below (RFC 6840 §4.1).
[[nodiscard]] bool ends_zone(const TypeBitmap& types) noexcept;

}  // namespace uptake::dnssec
