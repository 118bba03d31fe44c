#pragma once

#include "dissectors/dns/facts.h"
#include "policy/correlate/dnssec/chain.h"

namespace uptake::dnssec {

/// Judged: what a response comes to.
struct Judged {
  Bits bits;
  Name link;  ///< owner of what is missing; else the zone whose keys decide
};

/// Judge: judges whole responses by what a Chain knows (RFC 4035 §5, RFC 5155 §8, RFC 6840).
class Judge {
 public:
  /// Borrowed.
  explicit Judge(Chain& chain) noexcept : chain_(chain) {}

  /// Neither an answer nor a denial, whatever is known.
  [[nodiscard]] static bool is_error(const dns::ResponseBits& said, std::uint16_t qtype) noexcept;
  /// `said` is what the dissector says of the message.
  [[nodiscard]] Judged judge(const Message& message, const dns::ResponseBits& said, const At& at) noexcept;

 private:
  /// Course: a judgement under way.
  struct Course {
    const Message& message;
    const At& at;
    Name name;  ///< what is asked for, behind the aliases that were followed
    Ruling worst{};
    Bits bits{};
    bool ruled = false;
  };
  enum class Followed : std::uint8_t { alias, answered, nothing };

  [[nodiscard]] Followed follow(Course& course) noexcept;
  void take_all(Course& course) noexcept;
  void take(Course& course, const Ruling& ruling) noexcept;
  void take_set(Course& course, const Rrset& set) noexcept;
  void take_expanded(Course& course, const Rrset& set, const Ruling& ruling) noexcept;
  void take_dname(Course& course, const Rrset& dname) noexcept;
  void take_referral(Course& course, const Rrset& ns) noexcept;
  void take_denial(Course& course) noexcept;
  void take_proof(Course& course, Proof proof, const Name& zone) noexcept;
  [[nodiscard]] bool collect(Course& course, Denial& denial, Ruling& lacking) noexcept;
  static void finish(Course& course, const dns::ResponseBits& said) noexcept;
  [[nodiscard]] static bool is_altered(const Message& message, const dns::ResponseBits& said) noexcept;

  Chain& chain_;
};

}  // namespace uptake::dnssec
