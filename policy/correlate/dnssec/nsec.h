#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/name.h"
#include "policy/correlate/dnssec/proof.h"
#include "policy/correlate/dnssec/types.h"

namespace uptake::dnssec {

/// NsecRecords: the verified NSEC records of one zone, and what they prove (RFC 4035 §5.4, RFC 6840 §4, RFC 9824).
/// Takes up to kMost; what is more proves nothing.
class NsecRecords {
 public:
  static constexpr std::size_t kMost = 16;

  explicit NsecRecords(const Name& zone) noexcept : zone_(zone) {}
  void add(const Name& owner, Bytes rdata) noexcept;
  [[nodiscard]] const Name& zone() const noexcept { return zone_; }

  /// The name does not exist, nor a wildcard for it. Requires a name within the zone, as all below.
  [[nodiscard]] bool no_name(const Name& name) const noexcept;
  /// The name, or the wildcard that stands for it, has no records of that type, nor an alias.
  [[nodiscard]] bool no_data(const Name& name, std::uint16_t type) const noexcept;
  /// No name stands closer to `name` than the wildcard below its last `labels` labels.
  [[nodiscard]] bool no_closer(const Name& name, unsigned labels) const noexcept;
  /// What the zone says of a DS at `name`, which is below it.
  [[nodiscard]] Cut cut_at(const Name& name) const noexcept;

 private:
  struct Nsec {
    Name owner;
    Name next;
    TypeBitmap types;
  };

  [[nodiscard]] const Nsec* at(const Name& name) const noexcept;
  [[nodiscard]] const Nsec* over(const Name& name) const noexcept;

  Name zone_;
  std::array<Nsec, kMost> records_;
  std::size_t count_ = 0;
};

}  // namespace uptake::dnssec
