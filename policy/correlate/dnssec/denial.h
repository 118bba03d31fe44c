#pragma once

#include <cstdint>

#include "policy/correlate/dnssec/nsec.h"
#include "policy/correlate/dnssec/nsec3.h"
#include "policy/correlate/dnssec/proof.h"

namespace uptake::dnssec {

/// Denial: the NSEC or NSEC3 records of one zone, all verified and none of them made from a wildcard, and what they
/// prove. Records are borrowed.
class Denial {
 public:
  explicit Denial(const Name& zone) noexcept : nsec_(zone), nsec3_(zone) {}
  /// RDATA that breaks its type is passed over, and so is a record of another zone.
  void add(const Name& owner, std::uint16_t type, Bytes rdata) noexcept {
    if (type == kTypeNsec) nsec_.add(owner, rdata);
    if (type == kTypeNsec3) nsec3_.add(owner, rdata);
  }

  [[nodiscard]] const Name& zone() const noexcept { return nsec_.zone(); }
  [[nodiscard]] bool has_nsec3() const noexcept { return !nsec3_.empty(); }

  /// The name does not exist, nor a wildcard for it. Requires a name within the zone, as all below.
  [[nodiscard]] Proof no_name(const Name& name) noexcept {
    return nsec_.no_name(name) ? Proof::proved : nsec3_.no_name(name);
  }
  /// The name, or the wildcard that stands for it, has no records of that type, nor an alias.
  [[nodiscard]] Proof no_data(const Name& name, std::uint16_t type) noexcept {
    return nsec_.no_data(name, type) ? Proof::proved : nsec3_.no_data(name, type);
  }
  /// No name stands closer to `name` than the wildcard below its last `labels` labels.
  [[nodiscard]] Proof no_closer(const Name& name, unsigned labels) noexcept {
    if (name.labels() <= labels) return Proof::none;
    return nsec_.no_closer(name, labels) ? Proof::proved : nsec3_.no_closer(name, labels);
  }
  /// What the zone says of a DS at `name`, which is below it.
  [[nodiscard]] Cut cut_at(const Name& name) noexcept {
    const Cut cut = nsec_.cut_at(name);
    return cut != Cut::unknown ? cut : nsec3_.cut_at(name);
  }

 private:
  NsecRecords nsec_;
  Nsec3Records nsec3_;
};

}  // namespace uptake::dnssec
