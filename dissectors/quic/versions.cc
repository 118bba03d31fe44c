#include "dissectors/quic/versions.h"

#include <algorithm>

namespace uptake::quic {
namespace {

using Salt = std::array<std::uint8_t, 20>;

// RFC 9001 section 5.2; the drafts from 33 on have it too.
constexpr Salt kSalt1{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                      0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
// RFC 9369 section 3.3.1
constexpr Salt kSalt2{0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                      0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
// draft-ietf-quic-v2-02 section 3.3.1
constexpr Salt kSalt2Draft{0xa7, 0x07, 0xc2, 0x03, 0xa5, 0x9b, 0x47, 0x18, 0x4a, 0x1d,
                           0x62, 0xca, 0x57, 0x04, 0x06, 0xea, 0x7a, 0xe3, 0xe5, 0xd3};
// draft-ietf-quic-tls-29 section 5.2, and -23 section 5.2
constexpr Salt kSalt29{0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
                       0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99};
constexpr Salt kSalt23{0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7,
                       0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02};

constexpr Salt kSalt22{0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a,
                       0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a};
constexpr Salt kSaltT50{0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80,
                        0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10};
constexpr Salt kSaltT51{0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50,
                        0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d};

// RFC 9000 section 17.2, and RFC 9369 section 3.2
constexpr std::array kTypes1{Type::initial, Type::zero_rtt, Type::handshake, Type::retry};
constexpr std::array kTypes2{Type::retry, Type::initial, Type::zero_rtt, Type::handshake};

constexpr auto kRows = std::to_array<VersionRow>({
    {Version::v1, 0x00000001, "0x00000001", kSalt1, kTypes1, false},
    {Version::v2, 0x6b3343cf, "0x6b3343cf", kSalt2, kTypes2, true},
    {Version::v2_draft, 0x709a50c4, "0x709a50c4", kSalt2Draft, kTypes2, true},
    {Version::draft_22, 0xff000016, "0xff000016", kSalt22, kTypes1, false},
    {Version::draft_23, 0xff000017, "0xff000017", kSalt23, kTypes1, false},
    {Version::draft_24, 0xff000018, "0xff000018", kSalt23, kTypes1, false},
    {Version::draft_25, 0xff000019, "0xff000019", kSalt23, kTypes1, false},
    {Version::draft_26, 0xff00001a, "0xff00001a", kSalt23, kTypes1, false},
    {Version::draft_27, 0xff00001b, "0xff00001b", kSalt23, kTypes1, false},
    {Version::draft_28, 0xff00001c, "0xff00001c", kSalt23, kTypes1, false},
    {Version::draft_29, 0xff00001d, "0xff00001d", kSalt29, kTypes1, false},
    {Version::draft_30, 0xff00001e, "0xff00001e", kSalt29, kTypes1, false},
    {Version::draft_31, 0xff00001f, "0xff00001f", kSalt29, kTypes1, false},
    {Version::draft_32, 0xff000020, "0xff000020", kSalt29, kTypes1, false},
    {Version::draft_33, 0xff000021, "0xff000021", kSalt1, kTypes1, false},
    {Version::draft_34, 0xff000022, "0xff000022", kSalt1, kTypes1, false},
    {Version::google_t50, 0x54303530, "0x54303530", kSaltT50, kTypes1, false},
    {Version::google_t51, 0x54303531, "0x54303531", kSaltT51, kTypes1, false},
    {Version::meta_1, 0xfaceb001, "0xfaceb001", kSalt22, kTypes1, false},
    {Version::meta_2, 0xfaceb002, "0xfaceb002", kSalt23, kTypes1, false},
    {Version::meta_e, 0xfaceb00e, "0xfaceb00e", kSalt23, kTypes1, false},
    {Version::greased, 0, "greased", kSalt29, kTypes1, false},
});
static_assert(kRows.size() + 1 == static_cast<std::size_t>(Version::first_sealed_));

}  // namespace

std::span<const VersionRow> version_rows() noexcept { return kRows; }

Version version_of(std::uint32_t number) noexcept {
  if (number == 0) return Version::none;
  for (const VersionRow& row : kRows)
    if (row.number == number) return row.version;
  if ((number & 0x0f0f0f0f) == 0x0a0a0a0a) return Version::greased;
  return number >> 24 == 'Q' || number >> 24 == 'T' ? Version::google : Version::other;
}

const VersionRow* row_of(Version version) noexcept {
  if (version == Version::none || version >= Version::first_sealed_) return nullptr;
  return &kRows[static_cast<std::size_t>(version) - 1];
}

std::string_view name_of(Version version) noexcept {
  const VersionRow* const row = row_of(version);
  if (row != nullptr) return row->text;
  if (version == Version::none) return "none";
  return version == Version::google ? "google" : "other";
}

}  // namespace uptake::quic
