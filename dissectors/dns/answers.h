#pragma once

#include <cstdint>

#include "dissectors/dns/facts.h"
#include "dissectors/dns/record.h"

namespace uptake::dns {

/// Answers: what the records of a response say, collected until the whole message has been read.
class Answers {
 public:
  Answers(std::uint16_t qtype, Label label) noexcept : qtype_(qtype), label_(label) {}

  /// Looks at one record other than OPT. False when its RDATA is malformed.
  [[nodiscard]] bool look(Section section, Record& record) noexcept;
  /// Fills what the records decide; a cut response claims nothing of all its AAAAs.
  void tell(ResponseBits& bits) const noexcept;

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
  void see(Seen seen) noexcept { seen_ = static_cast<std::uint16_t>(seen_ | 1U << seen); }
  [[nodiscard]] bool asks_for_all() const noexcept {
    return qtype_ == kTypeAny || qtype_ == kTypeAxfr || qtype_ == kTypeIxfr;
  }

  std::uint16_t qtype_;
  Label label_;
  Policy policy_ = Policy::none;
  bool answered_ = false;
  bool answer_signed_ = false;
  bool synthesised_ = false;
  bool genuine_ = false;
  std::uint16_t seen_ = 0;
};

/// The policy that the first character-string of a TXT record states.
[[nodiscard]] Policy policy_of(Bytes text, Label label) noexcept;

}  // namespace uptake::dns
