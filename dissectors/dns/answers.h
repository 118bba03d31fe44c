#pragma once

#include <cstdint>

#include "dissectors/dns/facts.h"
#include "dissectors/dns/record.h"
#include "dissectors/dns/values.h"

namespace uptake::dns {

/// Answers: what the records of a response say, collected until the whole message has been read.
class Answers {
 public:
  Answers(std::uint16_t qtype, Label label) noexcept : qtype_(qtype), label_(label) {}

  /// Looks at one record other than OPT. False when its RDATA is malformed.
  [[nodiscard]] bool look(Section section, const Record& record) noexcept;
  /// What the records decide of the value of kResponse; a cut response claims nothing of all its AAAAs.
  [[nodiscard]] std::uint64_t bits(bool cut) const noexcept {
    return bits_ | ResponseBits{.policy = policy_}.pack() |
           (synthesised_ && !genuine_ && !cut ? kAaaaSynthesised : 0);
  }
  /// None of the lists below holds a value.
  [[nodiscard]] bool lists_nothing() const noexcept {
    return rrsigs.empty() && dnskeys.empty() && ds.empty() && nsec3s.empty() && svc_params.empty();
  }

  Few<8> rrsigs;      ///< algorithms
  Few<6> dnskeys;     ///< algorithms
  Few<6> ds;          ///< values of kDs
  Few<3> nsec3s;      ///< values of kNsec3
  Few<4> svc_params;  ///< values of kSvcParams

 private:
  bool rrsig(Section section, Cursor rdata) noexcept;
  bool aaaa(Section section, const Record& record) noexcept;
  bool nsec3(Cursor rdata) noexcept;
  bool svcb(std::uint16_t type, Cursor rdata) noexcept;
  bool txt(Section section, Cursor rdata) noexcept;
  bool ds_record(Cursor rdata) noexcept;
  bool dnskey(Cursor rdata) noexcept;
  void see(Seen seen) noexcept { bits_ |= seen_bit(seen); }
  [[nodiscard]] bool asks_for_all() const noexcept {
    return qtype_ == kTypeAny || qtype_ == kTypeAxfr || qtype_ == kTypeIxfr;
  }

  std::uint64_t bits_ = 0;  ///< placed as ResponseBits packs them
  std::uint16_t qtype_;
  Label label_;
  Policy policy_ = Policy::none;
  bool synthesised_ = false;
  bool genuine_ = false;
};

/// The policy that the first character-string of a TXT record states.
[[nodiscard]] Policy policy_of(Bytes text, Label label) noexcept;

}  // namespace uptake::dns
