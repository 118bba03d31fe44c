#include "policy/catalogue/mail/area.h"

#include <array>

#include "policy/catalogue/dane/standards.h"
#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/mail/words.h"
#include "policy/catalogue/smtp/standards.h"
#include "policy/correlate/mail/facts.h"

namespace uptake {
namespace mail {
namespace {

using smtp::Offer;

/// Whether the server answers as it answered others: pass when it does.
Judgement is_alike(const AnswerBits& b) noexcept {
  if (!b.known_before) return Judgement::unobservable(kFirst);
  return Judgement::pass_if(b.starttls == Offer::offered ? !b.missed_before : !b.offered_before);
}
/// Of the answers without an offer, those of a server that offered it to others.
template <Offer kOffer>
Judgement offered_elsewhere(const AnswerBits& b) noexcept {
  if (b.starttls != kOffer) return Judgement::not_applicable();
  if (!b.known_before) return Judgement::unobservable(kFirst);
  return Judgement::pass_if(b.offered_before);
}

/// Whether those that asked deliver in TLS.
template <bool DeliveryBits::*kAsked>
Judgement encrypts(const DeliveryBits& b) noexcept {
  if (!(b.*kAsked)) return Judgement::not_applicable();
  if (b.in_tls) return Judgement::pass();
  return b.heard ? Judgement::fail() : Judgement::unobservable(reason_of(b.why, Reason::gap));
}

template <class Bits, Judgement (*kJudge)(const Bits&) noexcept>
Judgement of_value(std::uint64_t v, const Profile&) noexcept {
  return kJudge(Bits::unpack(v));
}
template <Judgement (*kJudge)(const AnswerBits&) noexcept>
constexpr Judge of_answer = of_value<AnswerBits, kJudge>;
template <Judgement (*kJudge)(const DeliveryBits&) noexcept>
constexpr Judge of_delivery = of_value<DeliveryBits, kJudge>;

}  // namespace
}  // namespace mail

namespace {

using namespace mail;
using namespace standards;

constexpr std::string_view kHidden =
    "Servers of which no other list of extensions was read in the 24 hours before (first). Connections whose list "
    "was "
    "not read are not counted at all.";
constexpr std::string_view kTrap =
    "It counts what was seen and accuses nobody: behind one address may stand several machines, and a mask is often "
    "the receiver's own firewall's, for some senders only.";

constexpr std::string_view kOutOfSight =
    "Senders that asked out of sight of this capture, by another address, or knew the answer from a cache, are not "
    "counted at all.";
constexpr std::string_view kSenderTrap =
    "The question and the delivery have the sender's address in common, and no more: it may have been about another "
    "domain.";

constexpr Measure sender(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                         std::string_view passes) noexcept {
  return Measure{id, &standard, Unit::connections, "mail", kDelivery, judge, question, passes, kOutOfSight}
      .from_join()
      .fails_if("A mail is handed over in clear text.")
      .leaves_out(
          "Senders whose address was not seen to be answered in the five minutes before; connections to other "
          "ports than 25 and 2525, those whose client was not heard, and those in clear text without a mail.")
      .beware(kSenderTrap);
}

constexpr Measure row(const Unit& unit, std::string_view id, Judge judge, std::string_view question,
                      std::string_view passes) noexcept {
  return Measure{id, &kStarttls, unit, "mail", kAnswer, judge, question, passes, kHidden}.from_join().beware(kTrap);
}

constexpr std::string_view kAlikeWords =
    "STARTTLS is offered here, and was in all that was read of the same server in the 24 hours before; or in none.";
constexpr std::string_view kUnlikeWords = "It is offered here and was not there, or the other way round.";

constexpr std::array kRows = {
    row(Unit::connections, "mail.starttls.alike", of_answer<is_alike>,
        "How many mail connections hear of STARTTLS what others hear of the same server?", kAlikeWords)
        .fails_if(kUnlikeWords),
    row(Unit::servers, "mail.starttls.alike", of_answer<is_alike>,
        "How many mail servers say the same of STARTTLS in all connections?", kAlikeWords)
        .fails_if(kUnlikeWords),
    row(Unit::connections, "mail.starttls.masked_here_only", of_answer<offered_elsewhere<Offer::masked>>,
        "How many masked offers of STARTTLS are a server's that offers it to others?",
        "In the 24 hours before, the same server offered it in some connection.")
        .fails_if("It did in none.")
        .leaves_out("Connections in which STARTTLS is not masked.")
        .low_is_good(),
    row(Unit::connections, "mail.starttls.missing_here_only", of_answer<offered_elsewhere<Offer::absent>>,
        "How many lists without STARTTLS are a server's that offers it to others?",
        "In the 24 hours before, the same server offered it in some connection.")
        .fails_if("It did in none.")
        .leaves_out("Connections in which STARTTLS is offered or masked.")
        .low_is_good(),
    sender("mail.sender.tlsa.encrypted", kDaneForSmtp, of_delivery<encrypts<&DeliveryBits::asked_tlsa>>,
           "How many deliveries of senders that asked for TLSA records are encrypted?", "TLS begins."),
    sender("mail.sender.mta_sts.encrypted", kMtaSts, of_delivery<encrypts<&DeliveryBits::asked_mta_sts>>,
           "How many deliveries of senders that asked for a policy of MTA-STS are encrypted?", "TLS begins."),
};

}  // namespace

Area mail_area() { return {.name = "mail", .measures = kRows, .words = mail::kWords}; }

}  // namespace uptake
