#include "policy/catalogue/dane/area.h"

#include <array>

#include "policy/catalogue/dane/standards.h"
#include "policy/catalogue/dane/words.h"
#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/judge.h"
#include "policy/correlate/dane/facts.h"
#include "policy/events/dane.h"

namespace uptake {
namespace dane {
namespace {

using certificates::Sight;

// --- judges ---

/// Whether the server has records that a client can make use of: pass when it has.
Judgement has_records(const Bits& b) noexcept {
  switch (b.published) {
    case Published::usable:
      return Judgement::pass();
    case Published::unusable:
    case Published::absent:
    case Published::insecure:
    case Published::address:
      return Judgement::not_applicable();
    case Published::bogus:
      return Judgement::unobservable(kBogus);
    case Published::not_judged:
      return Judgement::unobservable(kNotJudged);
    case Published::ambiguous:
      return Judgement::unobservable(kAmbiguous);
    case Published::limit:
      return Judgement::unobservable(Reason::limit);
    case Published::unseen:
      break;
  }
  return Judgement::ignored();
}

/// Whether TLS came about that can be judged: pass when it did, fail when the server, or what stands before it, left
/// no way to it.
Judgement in_tls(const Bits& b) noexcept {
  switch (b.way) {
    case Way::begun:
      return Judgement::pass();
    case Way::not_offered:
    case Way::masked:
    case Way::refused:
      return Judgement::fail();
    case Way::one_sided:
      return Judgement::unobservable(Reason::no_answer_path);
    case Way::lost:
      return Judgement::unobservable(Reason::gap);
    case Way::unused:
      break;
  }
  return Judgement::not_applicable();
}

/// Whether the server's chain was seen: pass when it was.
Judgement has_chain(const Bits& b) noexcept {
  switch (b.sight) {
    case Sight::seen:
      return Judgement::pass();
    case Sight::tls13:
      return Judgement::unobservable(kTls13);
    case Sight::resumed:
      return Judgement::unobservable(kResumed);
    case Sight::no_hello:
      return Judgement::unobservable(kNoHello);
    case Sight::gap:
      return Judgement::unobservable(Reason::gap);
    case Sight::truncated:
      return Judgement::unobservable(Reason::truncated);
    case Sight::limit:
      return Judgement::unobservable(Reason::limit);
    case Sight::malformed:
      return Judgement::unobservable(Reason::malformed);
    default:
      return Judgement::not_applicable();
  }
}

/// Whether a connection to a server with records is as they say.
Judgement is_valid(const Bits& b) noexcept {
  const Judgement shown = all_of({has_records(b), in_tls(b), b.way == Way::begun ? has_chain(b) : Judgement::pass()});
  if (!is_pass(shown)) return shown;
  if (b.match == Match::malformed) return Judgement::unobservable(Reason::malformed);
  if (b.match == Match::no_anchors) return Judgement::unobservable(kNoAnchors);
  return Judgement::pass_if(b.match == Match::valid);
}

/// The sender shows that it goes by DANE: by the name in its hello, or where there is no hello by having asked.
bool goes_by_dane(const Bits& b) noexcept {
  if (b.way == Way::begun) return b.server_name == ServerName::present;
  return b.asked;
}
Judgement is_verified(const Bits& b) noexcept {
  if (!b.mail) return Judgement::ignored();
  const Judgement valid = is_valid(b);
  const bool counts = goes_by_dane(b) || valid.outcome == Judgement::Outcome::ignored;
  return counts ? valid : Judgement::not_applicable();
}

/// Among connections that were judged.
template <bool (*kIs)(const Bits&) noexcept>
Judgement among_judged(const Bits& b) noexcept {
  const Judgement valid = is_valid(b);
  return is_pass(valid) || is_fail(valid) ? Judgement::pass_if(kIs(b)) : valid;
}
bool is_in_clear(const Bits& b) noexcept { return b.way != Way::begun; }
template <Match kMatch>
bool comes_to(const Bits& b) noexcept {
  return b.way == Way::begun && b.match == kMatch;
}
/// Among connections that are as the records say.
template <std::uint8_t kUsage>
Judgement by_usage(const Bits& b) noexcept {
  const Judgement valid = is_valid(b);
  if (is_fail(valid)) return Judgement::not_applicable();
  return is_pass(valid) ? Judgement::pass_if(b.usage == kUsage) : valid;
}

/// Whether TLS begins with a server of mail that has records.
Judgement begins_tls(const Bits& b) noexcept {
  if (!b.mail) return Judgement::ignored();
  return all_of({has_records(b), in_tls(b)});
}

/// Whether the server of a connection between servers has TLSA records at all.
Judgement has_any(const Bits& b) noexcept {
  if (!b.relay) return Judgement::ignored();
  switch (b.published) {
    case Published::usable:
    case Published::unusable:
    case Published::insecure:
      return Judgement::pass();
    case Published::absent:
      return Judgement::fail();
    case Published::address:
      return Judgement::not_applicable();
    case Published::unseen:
      return Judgement::unobservable(Reason::not_asked);
    default:
      return has_records(b);
  }
}
Judgement is_usable(const Bits& b) noexcept {
  if (b.published == Published::unusable || b.published == Published::insecure) return Judgement::fail();
  return has_records(b);
}
Judgement is_secure(const Bits& b) noexcept {
  if (b.published == Published::unusable) return Judgement::pass();
  if (b.published == Published::insecure) return Judgement::fail();
  return has_records(b);
}
Judgement is_pair(const Bits& b) noexcept {
  const Judgement records = has_records(b);
  return is_pass(records) ? Judgement::pass_if(b.pair) : records;
}

/// Of those whose chain the protocol hides.
Judgement is_inferred(const Bits& b) noexcept {
  const bool hidden = b.way == Way::begun && (b.sight == Sight::tls13 || b.sight == Sight::resumed);
  return all_of({has_records(b), hidden ? Judgement::pass_if(b.inferred) : Judgement::not_applicable()});
}
Judgement names_server(const Bits& b) noexcept {
  if (!b.relay || b.way != Way::begun) return Judgement::ignored();
  if (b.server_name == ServerName::unseen) return Judgement::unobservable(kNoHello);
  return Judgement::pass_if(b.server_name == ServerName::present);
}
Judgement was_asked(const Bits& b) noexcept { return b.relay ? Judgement::pass_if(b.asked) : Judgement::ignored(); }

using OfBits = Judgement (*)(const Bits&) noexcept;
template <OfBits kJudge>
Judgement of_value(std::uint64_t v, const Profile&) noexcept {
  return kJudge(Bits::unpack(v));
}

}  // namespace
}  // namespace dane

namespace {

using namespace dane;
using namespace standards;

constexpr std::string_view kHidden =
    "Chains in TLS 1.3 (tls13), which encrypts it: of mail 80 to 90 % of all in 2025; resumed sessions; chains that "
    "were cut, lost, or pushed out; answers for TLSA records that fail validation or could not be validated. The "
    "records are "
    "those of the host that the hello names, as the last answer before the connection has them; without a name those "
    "of the hosts of its address, and what does not fit one of several may be meant for another (ambiguous).";
constexpr std::string_view kOutside =
    "Servers without TLSA records that a client can use: none, none in a signed zone, or of usages or types that are "
    "not for it; clients that do not use the TLS on offer, or are themselves refused; suites without a certificate. "
    "Servers for whose "
    "records nobody was seen to ask are not counted at all.";

template <OfBits kJudge>
constexpr Measure row(const Unit& unit, std::string_view id, const Standard& standard, std::string_view question,
                      std::string_view passes) {
  return Measure{id,       &standard,   unit,
                 "dane",   kConnection, is_entity(unit) ? by_entity<of_value<kJudge>> : of_value<kJudge>,
                 question, passes,      kHidden}
      .from_join()
      .leaves_out(kOutside);
}
template <OfBits kJudge>
constexpr Measure connections(std::string_view id, const Standard& standard, std::string_view question,
                              std::string_view passes) {
  return row<kJudge>(Unit::connections, id, standard, question, passes);
}
template <OfBits kJudge>
constexpr Measure servers(std::string_view id, const Standard& standard, std::string_view question,
                          std::string_view passes) {
  return row<kJudge>(Unit::servers, id, standard, question, passes);
}

constexpr std::string_view kValidWords =
    "A record matches as RFC 7671 says: usage 3 the server's certificate or key, whatever its name and dates; usage "
    "2 "
    "an authority above it, with name and dates.";
constexpr std::string_view kInvalidWords =
    "No record matches, a certificate under usage 2 is not current or for another name, or SMTP stays in clear "
    "because STARTTLS is not offered, masked or refused.";
constexpr std::string_view kDomainTrap =
    "Under usage 2 a certificate may also be for the domain of the mail, which is not tried.";
constexpr std::string_view kSenderTrap =
    "Senders that go by MTA-STS name the server, too, and some that go by neither. Under usage 2 a certificate may "
    "also "
    "be for the domain of the mail, which is not tried.";
constexpr std::string_view kInferredTrap = "An inference: it is not part of dane.valid or dane.verified.";

constexpr std::array kRows = {
    connections<is_verified>("dane.verified", kDaneForSmtp,
                             "How many deliveries by senders that go by DANE find what the TLSA records say?",
                             kValidWords)
        .fails_if(kInvalidWords)
        .leaves_out("Servers without records that a client can use; senders that do not show that they go by DANE: "
                    "they name no server in the hello behind STARTTLS and, where TLS does not begin, nobody asked "
                    "for the records in the five minutes before. Servers for whose records nobody was seen to ask "
                    "are not counted at all.")
        .beware(kSenderTrap)
        .first_screen("mail by DANE that fits", 2),
    connections<is_valid>("dane.valid", kDane,
                          "How many connections to servers with TLSA records are as the records say?", kValidWords)
        .fails_if(kInvalidWords)
        .beware(kDomainTrap),
    servers<is_valid>("dane.valid", kDane, "How many servers with TLSA records are always as the records say?",
                      kValidWords)
        .fails_if(kInvalidWords)
        .beware(kDomainTrap),
    connections<among_judged<comes_to<Match::mismatch>>>("dane.invalid.mismatch", kDane,
                                                         "How many chains does no TLSA record match?",
                                                         "None matches the server's certificate or one above it.")
        .low_is_good(),
    connections<among_judged<comes_to<Match::expired>>>(
        "dane.invalid.expired", kDane, "How many chains under usage 2 are not current?",
        "The packet time does not lie in the time of a certificate of the chain.")
        .low_is_good(),
    connections<among_judged<comes_to<Match::wrong_name>>>("dane.invalid.name", kDane,
                                                           "How many chains under usage 2 are for another name?",
                                                           "The server's certificate is not for the host.")
        .low_is_good()
        .beware(kDomainTrap),
    connections<among_judged<comes_to<Match::untrusted>>>("dane.invalid.chain", kDane,
                                                          "How many chains under usage 2 are broken?",
                                                          "A signature, a purpose or a constraint is wrong.")
        .low_is_good(),
    connections<among_judged<is_in_clear>>("dane.invalid.in_clear", kDaneForSmtp,
                                           "How many connections to servers with TLSA records find no way to TLS?",
                                           "STARTTLS is not offered, masked or refused.")
        .low_is_good(),
    connections<by_usage<3>>("dane.usage.ee", kDane, "How many valid chains are so by usage 3?",
                             "The record is for the server's own certificate or key.")
        .neutral(),
    connections<by_usage<2>>("dane.usage.ta", kDane, "How many valid chains are so by usage 2?",
                             "The record is for an authority above it.")
        .neutral(),
    connections<begins_tls>("dane.tls", kDaneForSmtp,
                            "How many mail connections to servers with TLSA records begin TLS?", "TLS begins.")
        .fails_if("STARTTLS is not offered, masked or refused."),
    servers<begins_tls>("dane.tls", kDaneForSmtp, "How many mail servers with TLSA records always begin TLS?",
                        "TLS begins.")
        .fails_if("STARTTLS is not offered, masked or refused."),
    connections<has_any>("dane.tlsa.published", kDaneForSmtp,
                         "How many connections between mail servers go to one with TLSA records?",
                         "It has some, secure or not, usable or not.")
        .fails_if("There are none.")
        .leaves_out("Servers whose address stands in no signed zone, for which a sender does not ask.")
        .beware("Only of servers for whose records somebody was seen to ask is it known; of all others it is not "
                "(not_asked)."),
    servers<has_any>("dane.tlsa.published", kDaneForSmtp, "How many mail servers have TLSA records?",
                     "It has some, secure or not, usable or not.")
        .fails_if("There are none.")
        .leaves_out("Servers whose address stands in no signed zone, for which a sender does not ask."),
    servers<is_secure>("dane.tlsa.secure", kDane, "How many servers with TLSA records have them in a signed zone?",
                       "The answer is secure.")
        .fails_if("They stand in no signed zone."),
    servers<is_usable>("dane.tlsa.usable", kDane,
                       "How many servers with TLSA records have one that a client can use?",
                       "It is secure, of a known usage, selector and type, of the right length; for mail of usage 2 "
                       "or 3.")
        .fails_if("None is, or they stand in no signed zone: a sender then encrypts, and authenticates nobody."),
    servers<is_pair>("dane.tlsa.pair", kDane, "How many servers have two usable TLSA records, or more?",
                     "Two or more are usable, so that a key can be changed.")
        .neutral(),
    connections<is_inferred>("dane.inferred.chain", kDane,
                             "How many hidden chains belong to a server that lately showed one that matches?",
                             "The same address, port and name showed a chain in the 24 hours before that matches the "
                             "same records.")
        .leaves_out("Connections whose chain is not hidden by TLS 1.3 or resumption, and servers without records.")
        .beware(kInferredTrap),
    connections<names_server>("dane.inferred.server_name", kDaneForSmtp,
                              "How many senders name the server in the hello behind STARTTLS?",
                              "The hello has a server name: postfix sends one exactly when it goes by DANE.")
        .leaves_out("Connections to other ports than 25 and 2525.")
        .beware("An inference: it is not part of dane.valid. Senders that go by MTA-STS (RFC 8461) send one, too, "
                "and some "
                "that go by neither."),
    connections<was_asked>("dane.inferred.asked", kDaneForSmtp,
                           "How many deliveries follow a question for the server's TLSA records?",
                           "An answer to one was seen in the five minutes before.")
        .fails_if("None was seen: nobody asked, it was answered from a cache, or out of sight.")
        .leaves_out("Connections to other ports than 25 and 2525.")
        .beware(kInferredTrap),
};

}  // namespace

Area dane_area() { return {.name = "dane", .measures = kRows, .words = dane::kWords, .events = dane_events()}; }

}  // namespace uptake
