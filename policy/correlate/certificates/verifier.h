#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "policy/correlate/certificates/chain.h"
#include "policy/correlate/certificates/issuers.h"
#include "policy/correlate/certificates/leaf.h"
#include "policy/correlate/certificates/trust_anchors.h"

namespace uptake::certificates {

/// Sent: a Certificate message in two parts, borrowed: the server's own certificate, and the list of the others.
struct Sent {
  Bytes leaf;
  Bytes rest;

  /// Reads the body of a Certificate message (RFC 5246 §7.4.2); the leaf is empty when its lengths are not those.
  [[nodiscard]] static Sent read(Bytes body) noexcept;
};

/// Verifier: judges chains as Chain does, and verifies what stands above their leaves once an issuer: a leaf of an
/// issuer that it knows costs a tenth.
class Verifier {
 public:
  /// The bundle of trust anchors, in PEM, is copied; empty: trust is not judged.
  explicit Verifier(std::string anchors) : anchors_(std::move(anchors)) {}

  /// Valid as long as the body and this.
  [[nodiscard]] Leaf leaf_of(Bytes body) const noexcept { return {leaves_, Sent::read(body).leaf}; }
  /// What the chain `body`, whose leaf that is, comes to at that time; nothing when it is malformed.
  [[nodiscard]] std::optional<Judged> judge(Bytes body, const Leaf& leaf, std::int64_t seconds) noexcept;
  /// Judges the body of a CertificateStatus (RFC 6066 §8) for the chain `body`.
  [[nodiscard]] Staple judge_staple(Bytes body, Bytes status, std::int64_t seconds) noexcept;
  /// Chains that were verified whole so far.
  [[nodiscard]] std::uint64_t wholes() const noexcept { return wholes_; }

 private:
  TrustAnchors anchors_;
  Leaves leaves_;
  Issuers issuers_;
  std::uint64_t wholes_ = 0;
};

}  // namespace uptake::certificates
