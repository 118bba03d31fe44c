#pragma once

#include <memory>

#include "policy/correlate/dnssec/lifetime.h"
#include "policy/correlate/dnssec/rrsig.h"
#include "policy/correlate/dnssec/ruling.h"
#include "policy/correlate/dnssec/verifier.h"

namespace uptake::dnssec {

/// Tried: how the verification of an RRset went.
struct Tried {
  unsigned count = 0;
  bool limit = false;
  bool budget = false;
  bool matched = false;  ///< a key had the tag
  Validity validity = Validity::current;

  /// What an RRset of a zone whose keys are secure comes to when none of its signatures verified.
  [[nodiscard]] Ruling failed(const Name& zone) const noexcept;
};

/// Signatures: tries the signatures of an RRset with the keys of its zone, up to a bound for all of them.
class Signatures {
 public:
  /// Verifications of an RRset, as unbound does.
  static constexpr unsigned kMost = 8;

  explicit Signatures(const Verifier::Bounds& bounds) : verifier_(bounds), signed_(std::make_unique<SignedData>()) {}

  /// Tries a signature with the keys of its tag. True: one verifies, and the ruling is secure.
  [[nodiscard]] bool try_all(const Message& message, const Rrset& set, const Signature& signature, const Keys& keys,
                             const At& at, Tried& tried, Ruling& ruling) noexcept;
  /// Tries a signature with one key, which has its tag.
  [[nodiscard]] bool try_one(const Message& message, const Rrset& set, const Signature& signature, Bytes key_rdata,
                             const At& at, Tried& tried) noexcept;
  /// The identity of a key, by which it is kept.
  [[nodiscard]] Sha256 identity(Bytes key_rdata) noexcept { return verifier_.identity(key_rdata); }
  [[nodiscard]] const Verifier& verifier() const noexcept { return verifier_; }

 private:
  [[nodiscard]] bool verify(const KeyView& key, const Sha256& identity, const Signature& signature, const At& at,
                            Tried& tried) noexcept;

  Verifier verifier_;
  std::unique_ptr<SignedData> signed_;
};

}  // namespace uptake::dnssec
