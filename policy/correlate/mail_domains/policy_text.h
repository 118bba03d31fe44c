#pragma once

#include <string_view>

// TXT records that publish something about a domain's mail. The text is that of all strings of a record, joined.
namespace uptake::mail_domains {

/// It is a record of that version: all others at the name do not count (RFC 8461 §3.1, RFC 8460 §3).
[[nodiscard]] bool is_of_version(std::string_view text, std::string_view version) noexcept;

inline constexpr std::string_view kMtaStsVersion = "v=STSv1";
inline constexpr std::string_view kTlsRptVersion = "v=TLSRPTv1";

/// A record of that version has the fields that it must have, and no other that is none.
[[nodiscard]] bool is_sound_mta_sts(std::string_view text) noexcept;
[[nodiscard]] bool is_sound_tls_rpt(std::string_view text) noexcept;

}  // namespace uptake::mail_domains
