#pragma once

#include <cstdint>

// Which code points of the IANA registry of TLS Supported Groups are post-quantum: the one list.
namespace uptake::tls {

/// ML-KEM alone: MLKEM512, MLKEM768, MLKEM1024 (draft-ietf-tls-mlkem).
[[nodiscard]] constexpr bool is_pure_ml_kem(std::uint16_t group) noexcept {
  return group >= 0x0200 && group <= 0x0202;
}
/// ML-KEM beside a classical group: SecP256r1MLKEM768, X25519MLKEM768, SecP384r1MLKEM1024 (RFC 10024), and
/// curveSM2MLKEM768.
[[nodiscard]] constexpr bool is_hybrid_ml_kem(std::uint16_t group) noexcept {
  return group >= 0x11eb && group <= 0x11ee;
}
/// A key exchange that is post-quantum as standardised: ML-KEM alone or hybrid. The Kyber drafts are not.
[[nodiscard]] constexpr bool is_post_quantum(std::uint16_t group) noexcept {
  return is_pure_ml_kem(group) || is_hybrid_ml_kem(group);
}
/// Kyber before it became ML-KEM: X25519Kyber768Draft00, SecP256r1Kyber768Draft00 and the experiments before them.
[[nodiscard]] constexpr bool is_kyber_draft(std::uint16_t group) noexcept {
  return group == 0x6399 || group == 0x639a || group == 0xfe30 || group == 0xfe31;
}

}  // namespace uptake::tls
