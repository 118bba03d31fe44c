#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "policy/refusal.h"

namespace uptake {

/// VerdictClass: how a published guideline ranks a setting. Ordered: the worst of several is the smallest.
enum class VerdictClass : std::uint8_t { insufficient, phase_out, sufficient, good };
inline constexpr std::size_t kVerdictClasses = 4;
[[nodiscard]] std::string_view name_of(VerdictClass verdict) noexcept;

/// Profile: one published guideline for TLS as tables from wire code points to VerdictClass.
/// What a profile does not list is insufficient. Lookups take constant time; plain data after parse().
class Profile {
 public:
  /// Reads a profile in TOML; `file` only names it: a Refusal's `where` is FILE:LINE:COLUMN.
  [[nodiscard]] static Either<Profile> parse(std::string_view text, std::string_view file);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& title() const noexcept { return title_; }
  [[nodiscard]] const std::string& document() const noexcept { return document_; }

  /// A version as the wire writes it: 0x0304 is TLS 1.3.
  [[nodiscard]] VerdictClass version(std::uint16_t code_point) const noexcept {
    return code_point >> 8 == 3 && (code_point & 0xff) < versions_.size() ? versions_[code_point & 0xff]
                                                                          : VerdictClass::insufficient;
  }
  [[nodiscard]] VerdictClass suite(std::uint16_t code_point) const noexcept { return tables_->suites[code_point]; }
  [[nodiscard]] VerdictClass group(std::uint16_t code_point) const noexcept { return tables_->groups[code_point]; }
  /// Finite-field parameters that are no RFC 7919 group.
  [[nodiscard]] VerdictClass custom_dh() const noexcept { return custom_dh_; }
  /// Hash of the ServerKeyExchange signature, TLS 1.2 (RFC 5246 §7.4.1.4.1; 8: intrinsic to the scheme).
  [[nodiscard]] VerdictClass signature_hash(std::uint8_t id) const noexcept { return hashes_[id & 15U]; }
  [[nodiscard]] VerdictClass compression() const noexcept { return compression_; }
  [[nodiscard]] VerdictClass no_secure_renegotiation() const noexcept { return no_secure_renegotiation_; }
  /// It ranks the keys and signatures of certificates; the three below mean something.
  [[nodiscard]] bool ranks_certificates() const noexcept { return ranks_certificates_; }
  /// A key by the code point of its TLS group or, where it has none, of its signature scheme.
  [[nodiscard]] VerdictClass certificate_key(std::uint16_t code_point) const noexcept {
    return tables_->certificate_keys[code_point];
  }
  /// An RSA key by the bits of its modulus.
  [[nodiscard]] VerdictClass certificate_rsa(std::uint32_t bits) const noexcept {
    for (std::size_t i = kVerdictClasses - 1; i > 0; --i)
      if (rsa_bits_[i] != 0 && bits >= rsa_bits_[i]) return static_cast<VerdictClass>(i);
    return VerdictClass::insufficient;
  }
  /// The hash of a certificate's signature, as signature_hash().
  [[nodiscard]] VerdictClass certificate_hash(std::uint8_t id) const noexcept {
    return certificate_hashes_[id & 15U];
  }
  /// Below TLS 1.3 without the extended master secret; `good` when the profile does not ask for it.
  [[nodiscard]] VerdictClass no_ems() const noexcept { return no_ems_; }

 private:
  friend class ProfileReader;
  struct Tables {
    std::array<VerdictClass, 65536> suites{};
    std::array<VerdictClass, 65536> groups{};
    std::array<VerdictClass, 65536> certificate_keys{};
  };
  Profile() = default;

  std::string name_;
  std::string title_;
  std::string document_;
  std::array<VerdictClass, 5> versions_{};  // by minor version: SSL 3.0 .. TLS 1.3
  std::array<VerdictClass, 16> hashes_{};
  std::array<VerdictClass, 16> certificate_hashes_{};
  std::array<std::uint32_t, kVerdictClasses> rsa_bits_{};  // the least of each class; 0: the class has none
  bool ranks_certificates_ = false;
  VerdictClass custom_dh_ = VerdictClass::insufficient;
  VerdictClass compression_ = VerdictClass::insufficient;
  VerdictClass no_secure_renegotiation_ = VerdictClass::insufficient;
  VerdictClass no_ems_ = VerdictClass::good;
  std::shared_ptr<const Tables> tables_;
};

inline constexpr std::string_view kDefaultProfile = "ncsc-nl-2025-05";
/// The embedded profile of that name, or nullptr. Lives as long as the program.
[[nodiscard]] const Profile* find_profile(std::string_view name);
[[nodiscard]] const Profile& default_profile();
/// The names of all embedded profiles, a blank before each.
[[nodiscard]] std::string known_profiles();

}  // namespace uptake
