#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace uptake::quic {

/// Version: the versions of QUIC that are told apart (RFC 9000, RFC 9369, their drafts, and what large operators had
/// before). Packed in five bits. Those before `first_sealed_` can be opened.
enum class Version : std::uint8_t {
  none,  ///< not known
  v1,
  v2,
  v2_draft,  ///< draft-ietf-quic-v2-02 to -05
  draft_22,
  draft_23,
  draft_24,
  draft_25,
  draft_26,
  draft_27,
  draft_28,
  draft_29,
  draft_30,
  draft_31,
  draft_32,
  draft_33,
  draft_34,
  google_t50,  ///< Google's own, with TLS
  google_t51,
  meta_1,  ///< Meta's own: like drafts 22, 27 and 27
  meta_2,
  meta_e,
  greased,  ///< 0x?a?a?a?a, which forces a Version Negotiation (RFC 9000 section 15); sealed as draft 29 where known
  first_sealed_,
  google = first_sealed_,  ///< Google's own, without TLS
  other,
  count_,
};

/// Type: what a packet with a long header is (RFC 9000 section 17.2).
enum class Type : std::uint8_t { initial, zero_rtt, handshake, retry };

/// VersionRow: a version whose Initials can be opened: its number, and what the keys are made with.
struct VersionRow {
  Version version;
  std::uint32_t number;   ///< 0: more than one
  std::string_view text;  ///< the number as events write it
  std::array<std::uint8_t, 20> salt;
  std::array<Type, 4> types;  ///< by the two type bits of a long header
  bool second_labels;         ///< "quicv2 key" and its like instead of "quic key" (RFC 9369 section 3.3.2)
};

/// The versions that can be opened, in their order above.
[[nodiscard]] std::span<const VersionRow> version_rows() noexcept;
/// Which version a number is; `none` for 0, which stands in a Version Negotiation.
[[nodiscard]] Version version_of(std::uint32_t number) noexcept;
/// Its row, or null when its Initials cannot be opened.
[[nodiscard]] const VersionRow* row_of(Version version) noexcept;
/// As events write it: the number of one that can be opened, else a word.
[[nodiscard]] std::string_view name_of(Version version) noexcept;

}  // namespace uptake::quic
