#include <array>

#include "policy/catalogue/quic/judges.h"
#include "policy/catalogue/quic/measures.h"
#include "policy/catalogue/quic/standards.h"

namespace uptake {
namespace {

using quic::connection;
using quic::ConnectionBits;
using quic::Version;

template <Version kFirst, Version kLast>
bool is_between(const ConnectionBits& c) {
  return c.offered >= kFirst && c.offered <= kLast;
}
bool is_draft(const ConnectionBits& c) {
  return c.offered == Version::v2_draft ||
         (is_between<Version::draft_22, Version::draft_34>(c) && c.offered != Version::draft_29);
}

Judgement keeps_version(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.negotiated != Version::none) return Judgement::pass_if(c.negotiated == c.offered);
  return c.version_negotiation ? Judgement::fail() : Judgement::unobservable(quic::reason_of_answer(c));
}

using namespace standards;

constexpr std::string_view kPasses =
    "The client's first packet has this version: what it begins with, not what is agreed on.";
constexpr std::string_view kHidden =
    "Nothing: the version stands in the clear. Connections that were picked up midstream have no version and are "
    "counted as packets of QUIC that are not read, and so is whatever neither opens nor is answered.";

/// One version: by connections and by bytes.
template <bool (*kIs)(const ConnectionBits&)>
constexpr std::array<Measure, 2> version(std::string_view id, const Standard& standard, std::string_view connections,
                                         std::string_view bytes) {
  return {connection(Unit::connections, id, standard, quic::among_all<kIs>, connections, kPasses, kHidden).neutral(),
          connection(Unit::bytes, id, standard, quic::among_all<kIs>, bytes, kPasses, kHidden).neutral()};
}

constexpr auto kV1 = version<is_between<Version::v1, Version::v1>>(
    "quic.version.1", kQuic, "How many QUIC connections begin in version 1?",
    "How many bytes travel in QUIC connections that begin in version 1?");
constexpr auto kV2 = version<is_between<Version::v2, Version::v2>>(
    "quic.version.2", kQuicVersions, "How many QUIC connections begin in version 2?",
    "How many bytes travel in QUIC connections that begin in version 2?");
constexpr auto kDraft29 = version<is_between<Version::draft_29, Version::draft_29>>(
    "quic.version.draft_29", kQuic, "How many QUIC connections begin in draft 29 of version 1?",
    "How many bytes travel in QUIC connections that begin in draft 29 of version 1?");
constexpr auto kDraft = version<is_draft>(
    "quic.version.draft", kQuic, "How many QUIC connections begin in other drafts of versions 1 and 2?",
    "How many bytes travel in QUIC connections that begin in other drafts of versions 1 and 2?");
constexpr auto kOther = version<is_between<Version::google_t50, Version::other>>(
    "quic.version.other", kQuic, "How many QUIC connections begin in a version that no RFC or draft has?",
    "How many bytes travel in QUIC connections that begin in a version that no RFC or draft has?");

constexpr std::array kRows = {
    kV1[0],
    kV1[1],
    kV2[0],
    kV2[1],
    kDraft29[0],
    kDraft29[1],
    kDraft[0],
    kDraft[1],
    kOther[0],
    kOther[1],
    connection(Unit::connections, "quic.version.kept", kQuicVersions, keeps_version,
               "How many QUIC connections go on in the version that the client began with?",
               "The server's packets have the version of the client's first one.",
               "Connections whose server was not seen to answer.")
        .neutral()
        .fails_if("The server goes on in another version (RFC 9368), or asks for one by Version Negotiation."),
};

}  // namespace

std::span<const Measure> quic_version_measures() noexcept { return kRows; }

}  // namespace uptake
