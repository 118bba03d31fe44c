#include "policy/events/certificates.h"

#include <array>
#include <iterator>
#include <string_view>

#include "policy/events/words.h"

namespace uptake {
namespace {

using certificates::BitFields;
using certificates::Bits;
using certificates::NameMatch;
using certificates::Sight;

constexpr std::array<std::string_view, 12> kSights = {"seen", "tls13",     "quic",     "resumed",
                                                      "none", "refused",   "no_hello", "midstream",
                                                      "gap",  "truncated", "limit",    "malformed"};
constexpr std::array<std::string_view, 6> kKeys = {"other", "rsa", "dsa", "ecdsa", "ed25519", "ed448"};
constexpr std::array<std::string_view, 3> kValidities = {"current", "expired", "not_yet_valid"};
constexpr std::array<std::string_view, 5> kTrusts = {"trusted", "self_signed", "unknown_issuer", "broken",
                                                     "not_judged"};
constexpr std::array<std::string_view, 9> kStaples = {"none",       "good",      "revoked", "unknown",  "bad",
                                                      "not_judged", "no_issuer", "gap",     "truncated"};

/// X509_V_ERR_HOSTNAME_MISMATCH: the name is held against the certificate apart from its chain.
constexpr std::uint8_t kHostnameMismatch = 62;

void describe(std::uint64_t value, EventFields& fields) {
  const Bits b = Bits::unpack(value);
  fields.word("side", "server");
  fields.word(BitFields::name<&Bits::key>(), word_of(kKeys, b.key));
  fields.number(BitFields::name<&Bits::key_bits>(), b.key_bits);
  fields.word(BitFields::name<&Bits::trust>(), word_of(kTrusts, b.trust));
  const bool is_for_another = b.name == NameMatch::mismatch && b.verify_code == 0;
  fields.number(BitFields::name<&Bits::verify_code>(), is_for_another ? kHostnameMismatch : b.verify_code);
  fields.word(BitFields::name<&Bits::validity>(), word_of(kValidities, b.validity));
  if (b.name == NameMatch::match || b.name == NameMatch::mismatch)
    fields.flag(BitFields::name<&Bits::name>(), b.name == NameMatch::match);
  fields.number(BitFields::name<&Bits::scts>(), b.scts);
  fields.word(BitFields::name<&Bits::staple>(), word_of(kStaples, b.staple));
  append_flags<BitFields, &Bits::has_responder>(fields, b);
  if (b.issuer != 0 && b.issuer < std::size(certificates::kIssuers))
    fields.word(BitFields::name<&Bits::issuer>(), certificates::kIssuers[b.issuer]);
}

bool is_seen(std::uint64_t value) noexcept { return Bits::unpack(value).sight == Sight::seen; }

constexpr EventDescriber kEvents[] = {
    {"certificates", certificates::kConnection, "certificate", describe, nullptr, is_seen}};

}  // namespace

std::string_view sight_name(Sight sight) noexcept { return word_of(kSights, sight); }

std::span<const EventDescriber> certificate_events() noexcept { return kEvents; }

}  // namespace uptake
