#pragma once

#include <cstdint>

#include "dissectors/dns/facts.h"
#include "dissectors/dns/record.h"
#include "dissectors/dns/values.h"

namespace uptake::dns {

/// Listed: a value of kRrsig (without DO), kDnskey, kDs, kNsec3, kSvcParams or kBadRecord.
struct Listed {
  std::uint64_t value;
  Fact fact;
  friend bool operator==(const Listed&, const Listed&) = default;
};
/// ListedValues: those of one response.
using ListedValues = Few<Listed, 20>;

/// StatedPolicy: the policy that the TXT records under one label state.
class StatedPolicy {
 public:
  explicit StatedPolicy(Label label) noexcept : label_(label) {}
  /// The character-strings of a TXT record, or what the capture kept of them.
  void take(Cursor strings) noexcept;
  [[nodiscard]] Policy policy() const noexcept { return policy_; }

 private:
  Label label_;
  Policy policy_ = Policy::none;
};

/// AnswerAddresses: whether the IPv6 addresses of an answer are genuine, or made by a translator.
class AnswerAddresses {
 public:
  /// `translated`: the networks' own NAT64 prefixes.
  explicit AnswerAddresses(std::span<const AddressRange> translated) noexcept : translated_(translated) {}
  /// An address of 16 octets.
  void take(const std::uint8_t* address) noexcept;
  [[nodiscard]] bool only_synthesised() const noexcept { return synthesised_ && !genuine_; }

 private:
  std::span<const AddressRange> translated_;
  bool synthesised_ = false;
  bool genuine_ = false;
};

/// Answers: what the records of a response say, collected until the whole message has been read.
class Answers {
 public:
  /// Without a question (qtype 0) records of every type answer.
  Answers(std::uint16_t qtype, Label label, std::span<const AddressRange> translated) noexcept
      : addresses_(translated),
        policy_(label),
        qtype_(qtype),
        all_(qtype == 0 || qtype == kTypeAny || qtype == kTypeAxfr || qtype == kTypeIxfr) {}

  /// Looks at one record other than OPT, of the answer section or another. A malformed one is noted and passed over.
  void look(bool in_answer, const Record& record) noexcept;
  /// Looks at a record whose RDATA the capture cut, and takes what is certain.
  void look_at_cut(bool in_answer, const Record& record) noexcept;
  /// What the records decide of the value of kResponse. `cut`: records are missing, in the answer section too if
  /// `answers_cut`.
  [[nodiscard]] std::uint64_t bits(bool cut, bool answers_cut) const noexcept;
  /// The list below holds a value.
  [[nodiscard]] bool lists_something() const noexcept { return !listed.empty(); }

  ListedValues listed;

 private:
  bool look_inside(bool in_answer, const Record& record) noexcept;
  bool list(bool in_answer, const Record& record) noexcept;
  bool rrsig(bool in_answer, Cursor rdata) noexcept;
  bool aaaa(bool in_answer, const Record& record) noexcept;
  bool txt(bool in_answer, Cursor rdata) noexcept;
  void bad(bool in_answer, const Record& record) noexcept;
  /// A record of the answer section, or a signature there, is of a type that was asked for.
  [[nodiscard]] bool asked(bool in_answer, std::uint16_t type) const noexcept {
    return in_answer & ((type == qtype_) | all_);
  }

  std::uint64_t bits_ = 0;  ///< placed as ResponseBits packs them
  AnswerAddresses addresses_;
  StatedPolicy policy_;
  std::uint16_t qtype_;
  bool all_;            ///< the question is for records of every type
  bool alias_ = false;  ///< CNAME or DNAME in the answer section
  bool soa_ = false;    ///< SOA in another
};

}  // namespace uptake::dns
