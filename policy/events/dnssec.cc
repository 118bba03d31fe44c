#include "policy/events/dnssec.h"

#include <array>
#include <string>
#include <string_view>

#include "policy/correlate/dnssec/facts.h"
#include "policy/events/dns_code_points.h"
#include "policy/events/words.h"

namespace uptake {
namespace {

using dnssec::BitFields;
using dnssec::Bits;
using dnssec::Security;

constexpr std::array<std::string_view, 4> kVerdicts = {"secure", "insecure", "bogus", "not_judged"};
constexpr std::array<std::string_view, 11> kMissing = {
    "nothing", "anchor", "dnskey", "ds", "denial", "query", "not_asked", "truncated", "malformed", "limit", "budget"};
constexpr std::array<std::string_view, 5> kKinds = {"answer", "no_data", "no_name", "referral", "error"};
constexpr std::array<std::string_view, 8> kFaults = {"none",   "signature",    "expired",   "not_yet_valid",
                                                     "no_key", "no_signature", "no_denial", "ds_mismatch"};
constexpr std::array<std::string_view, 3> kSides = {"other", "stub_resolver", "resolver_authoritative"};

/// What has no verdict says what is missing, what is bogus what is wrong, what is secure by what.
void describe(std::uint64_t value, EventFields& fields) {
  const Bits bits = Bits::unpack(value);
  std::string scratch;
  fields.word("qtype", dns::rr_type_name(bits.qtype, scratch));
  fields.word("verdict", word_of(kVerdicts, bits.verdict));
  if (bits.verdict == Security::not_judged) fields.word("missing", word_of(kMissing, bits.missing));
  if (bits.verdict == Security::bogus) fields.word("fault", word_of(kFaults, bits.fault));
  fields.word("kind", word_of(kKinds, bits.kind));
  fields.word("vantage", word_of(kSides, bits.side));
  append_flags<BitFields, &Bits::ad, &Bits::cd>(fields, bits);
  if (bits.verdict != Security::secure) return;
  fields.number(BitFields::name<&Bits::algorithm>(), bits.algorithm);
  fields.number(BitFields::name<&Bits::key_bits>(), bits.key_bits);
  fields.number(BitFields::name<&Bits::digest_type>(), bits.digest_type);
  append_flags<BitFields, &Bits::nsec, &Bits::nsec3, &Bits::expanded>(fields, bits);
}

constexpr std::array<EventDescriber, 1> kEvents = {{{"dnssec", dnssec::kResponse, "dnssec", describe}}};

}  // namespace

std::span<const EventDescriber> dnssec_events() noexcept { return kEvents; }

}  // namespace uptake
