#include <array>

#include "dissectors/dns/facts.h"
#include "policy/catalogue/dns/measures.h"
#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/judge.h"

// What resolvers tell of the trust anchors of the root that they have.
namespace uptake {
namespace {

using dns::KeyTags;
using dns::SentinelBits;

constexpr std::uint16_t kOf2010 = 19036;
constexpr std::uint16_t kOf2017 = 20326;
constexpr std::uint16_t kOf2024 = 38696;

template <std::uint16_t kTag>
Judgement tells(std::uint64_t v, const Profile&) noexcept {
  const KeyTags tags = KeyTags::unpack(v);
  if (tags.has(kTag)) return Judgement::pass();
  return tags.has_all() ? Judgement::fail() : Judgement::unobservable(Reason::limit);
}
Judgement tells_by_option(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(!KeyTags::unpack(v).by_name);
}

/// A resolver that does as RFC 8509 says fails where the key is not as the name says (§3.1): only that tells.
template <std::uint16_t kTag>
Judgement trusts(std::uint64_t v, const Profile&) noexcept {
  constexpr std::uint8_t kServFail = 2;
  constexpr std::uint16_t kA = 1;
  constexpr std::uint16_t kAaaa = 28;
  const SentinelBits s = SentinelBits::unpack(v);
  if (s.tag != kTag || !s.ra || s.cd || (s.qtype != kA && s.qtype != kAaaa)) return Judgement::ignored();
  return s.rcode == kServFail ? Judgement::pass_if(s.denies) : Judgement::not_applicable();
}

using namespace standards;

constexpr std::string_view kTellsHidden =
    "Resolvers that tell nothing; tags behind the third of a query (limit); tags of zones other than the root, which "
    "are taken for those of the root.";
constexpr std::string_view kTellsTrap =
    "A forwarder passes on what others tell. Resolvers tell the root's servers: elsewhere little is seen of it.";

template <std::uint16_t kTag>
constexpr Measure told(const Unit& unit, std::string_view id, std::string_view question) {
  return Measure{id,
                 &kAnchorSignals,
                 unit,
                 "dns",
                 dns::kKeyTags,
                 tells<kTag>,
                 question,
                 "Its key tag stands in EDNS option 14, or in a question for _ta- (RFC 8145).",
                 kTellsHidden}
      .beware(kTellsTrap);
}
template <std::uint16_t kTag>
constexpr Measure sentinel(std::string_view id, std::string_view question) {
  return Measure{id,
                 &kAnchorSignals,
                 Unit::responses,
                 "dns",
                 dns::kSentinel,
                 trusts<kTag>,
                 question,
                 "SERVFAIL to a question for root-key-sentinel-not-ta- and the key's tag (RFC 8509).",
                 "Resolvers that know nothing of RFC 8509, or do not validate: they answer both names."}
      .fails_if("SERVFAIL to a question for root-key-sentinel-is-ta- and the key's tag.")
      .leaves_out("Answers that are no SERVFAIL: they tell something only beside the other name's.")
      .beware("SERVFAIL may have other causes.");
}

constexpr std::array kRows = {
    told<kOf2024>(Unit::queries, "dnssec.anchor.38696",
                  "How many signals of trust anchors hold the root's key of 2024 (38696)?"),
    told<kOf2024>(Unit::resolvers, "dnssec.anchor.38696",
                  "How many resolvers that tell their trust anchors always hold the root's key of 2024 (38696)?"),
    told<kOf2017>(Unit::queries, "dnssec.anchor.20326",
                  "How many signals of trust anchors hold the root's key of 2017 (20326)?"),
    told<kOf2017>(Unit::resolvers, "dnssec.anchor.20326",
                  "How many resolvers that tell their trust anchors always hold the root's key of 2017 (20326)?"),
    told<kOf2010>(Unit::queries, "dnssec.anchor.19036",
                  "How many signals of trust anchors still hold the root's key of 2010 (19036)?")
        .low_is_good(),
    told<kOf2010>(Unit::resolvers, "dnssec.anchor.19036",
                  "How many resolvers that tell their trust anchors still hold the root's key of 2010 (19036)?")
        .low_is_good(),
    Measure{"dnssec.anchor.by_option", &kAnchorSignals, Unit::queries, "dns", dns::kKeyTags, tells_by_option,
            "How many signals of trust anchors come by EDNS?", "They stand in option 14, not in a name.",
            "Nothing in the signals that were read."}
        .neutral(),
    sentinel<kOf2024>("dnssec.sentinel.38696",
                      "How many failures of a root key sentinel say that the resolver trusts the key of 2024?"),
    sentinel<kOf2017>("dnssec.sentinel.20326",
                      "How many failures of a root key sentinel say that the resolver trusts the key of 2017?"),
};

}  // namespace

std::span<const Measure> dns_anchor_measures() noexcept { return kRows; }

}  // namespace uptake
