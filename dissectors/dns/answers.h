#pragma once

#include <cstdint>

#include "dissectors/dns/facts.h"
#include "dissectors/dns/record.h"
#include "dissectors/dns/values.h"

namespace uptake::dns {

/// Answers: what the records of a response say, collected until the whole message has been read.
class Answers {
 public:
  Answers(std::uint16_t qtype, Label label) noexcept
      : qtype_(qtype), label_(label), all_(qtype == kTypeAny || qtype == kTypeAxfr || qtype == kTypeIxfr) {}

  /// Looks at one record other than OPT, of the answer section or another. False when its RDATA is malformed.
  [[nodiscard]] bool look(bool in_answer, const Record& record) noexcept;
  /// What the records decide of the value of kResponse; a cut response claims nothing of all its AAAAs.
  [[nodiscard]] std::uint64_t bits(bool cut) const noexcept {
    return bits_ | ResponseBits{.policy = policy_}.pack() |
           (synthesised_ && !genuine_ && !cut ? kAaaaSynthesised : 0);
  }
  /// One of the lists below may hold a value.
  [[nodiscard]] bool lists_something() const noexcept { return listed_; }

  Few<8> rrsigs;      ///< algorithms
  Few<6> dnskeys;     ///< algorithms
  Few<6> ds;          ///< values of kDs
  Few<3> nsec3s;      ///< values of kNsec3
  Few<4> svc_params;  ///< values of kSvcParams

 private:
  bool look_inside(bool in_answer, const Record& record) noexcept;
  bool list(bool in_answer, const Record& record) noexcept;
  bool rrsig(bool in_answer, Cursor rdata) noexcept;
  bool aaaa(bool in_answer, const Record& record) noexcept;
  bool nsec3(Cursor rdata) noexcept;
  bool svcb(std::uint16_t type, Cursor rdata) noexcept;
  bool txt(bool in_answer, Cursor rdata) noexcept;
  bool ds_record(Cursor rdata) noexcept;
  bool dnskey(Cursor rdata) noexcept;
  /// A record of the answer section, or a signature there, is of a type that was asked for.
  [[nodiscard]] bool asked(bool in_answer, std::uint16_t type) const noexcept {
    return in_answer & ((type == qtype_) | all_);
  }

  std::uint64_t bits_ = 0;  ///< placed as ResponseBits packs them
  std::uint16_t qtype_;
  Label label_;
  bool all_;  ///< the question is for records of every type
  Policy policy_ = Policy::none;
  bool listed_ = false;
  bool synthesised_ = false;
  bool genuine_ = false;
};

/// The policy that the first character-string of a TXT record states.
[[nodiscard]] Policy policy_of(Bytes text, Label label) noexcept;

}  // namespace uptake::dns
