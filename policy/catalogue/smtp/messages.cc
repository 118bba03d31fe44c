#include <array>

#include "policy/catalogue/smtp/judges.h"
#include "policy/catalogue/smtp/measures.h"
#include "policy/catalogue/smtp/standards.h"
#include "policy/catalogue/smtp/units.h"

namespace uptake {
namespace {

using smtp::Envelope;
using smtp::MessageBits;
using smtp::Outcome;

Reason reason_of(const MessageBits& m) noexcept { return uptake::reason_of(m.why, smtp::kOneSided); }

/// What a predicate says of an envelope that was read.
template <bool (*kHolds)(const Envelope&)>
Judgement says(std::uint64_t v, const Profile&) noexcept {
  const MessageBits m = MessageBits::unpack(v);
  if (!m.envelope_seen) return Judgement::unobservable(reason_of(m));
  return Judgement::pass_if(kHolds(Envelope::unpack(m.envelope)));
}
/// What became of the messages whose envelope a predicate holds of.
template <bool (*kHolds)(const Envelope&)>
Judgement taken(std::uint64_t v, const Profile&) noexcept {
  const MessageBits m = MessageBits::unpack(v);
  if (!m.envelope_seen) return Judgement::unobservable(reason_of(m));
  if (!kHolds(Envelope::unpack(m.envelope))) return Judgement::not_applicable();
  if (m.non_ascii_refused) return Judgement::fail();
  if (m.outcome == Outcome::unseen) return Judgement::unobservable(reason_of(m));
  if (m.outcome == Outcome::abandoned) return Judgement::not_applicable();
  return Judgement::pass_if(m.outcome == Outcome::accepted);
}
Judgement is_taken(std::uint64_t v, const Profile&) noexcept {
  const MessageBits m = MessageBits::unpack(v);
  if (m.outcome == Outcome::unseen) return Judgement::unobservable(reason_of(m));
  if (m.outcome == Outcome::abandoned) return Judgement::not_applicable();
  return Judgement::pass_if(m.outcome == Outcome::accepted);
}
Judgement is_chunked(std::uint64_t v, const Profile&) noexcept {
  const MessageBits m = MessageBits::unpack(v);
  if (m.outcome != Outcome::accepted && m.outcome != Outcome::unseen) return Judgement::not_applicable();
  const bool is_known = m.chunked || m.by_data;
  return is_known ? Judgement::pass_if(m.chunked) : Judgement::unobservable(reason_of(m));
}
/// An address that is not ASCII needs SMTPUTF8 (RFC 6531 section 3.4).
Judgement asks_when_needed(std::uint64_t v, const Profile&) noexcept {
  const MessageBits m = MessageBits::unpack(v);
  if (!m.envelope_seen) return Judgement::unobservable(reason_of(m));
  const Envelope e = Envelope::unpack(m.envelope);
  return e.local || e.domain ? Judgement::pass_if(e.smtputf8) : Judgement::not_applicable();
}

bool has_smtputf8(const Envelope& e) { return e.smtputf8; }
bool has_eight_bit(const Envelope& e) { return e.eight_bit; }
bool has_require_tls(const Envelope& e) { return e.require_tls; }
bool has_dsn(const Envelope& e) { return e.dsn; }
bool has_local(const Envelope& e) { return e.local; }
bool has_domain(const Envelope& e) { return e.domain; }
bool has_a_label(const Envelope& e) { return e.a_label; }
bool is_not_ascii(const Envelope& e) { return e.local || e.domain; }

using namespace standards;

constexpr std::string_view kHidden =
    "Messages of which the commands, or the replies that settle them, were lost or cut, came another way "
    "(one_sided), or behind the end of the capture (unfinished). What is handed over in TLS nobody sees.";

constexpr Measure message(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                          std::string_view passes) {
  return {id, &standard, units::kMessages, "smtp", smtp::kMessage, judge, question, passes, kHidden};
}

constexpr std::array kRows = {
    message("smtp.message.accepted", kSmtp, is_taken, "How many messages in clear text are accepted?",
            "The reply behind the mail is positive.")
        .fails_if("A reply to the envelope, or the one behind the mail, is negative.")
        .leaves_out("Messages that the client gives up before it hands them over.")
        .neutral(),
    message("smtp.message.8bitmime", kEightBitMime, says<has_eight_bit>,
            "How many messages in clear text have bodies of eight bits?", "MAIL says BODY=8BITMIME, or BINARYMIME.")
        .neutral(),
    message("smtp.message.dsn", kDsn, says<has_dsn>, "How many messages in clear text ask for a status notification?",
            "MAIL or RCPT has a parameter of DSN: RET, ENVID, NOTIFY, ORCPT.")
        .neutral(),
    message("smtp.message.requiretls", kRequireTls, says<has_require_tls>,
            "How many messages in clear text say that they require TLS?",
            "MAIL says REQUIRETLS, which a server must refuse outside of TLS.")
        .low_is_good(),
    message("smtp.message.chunking", kChunking, is_chunked, "How many messages in clear text are sent in chunks?",
            "BDAT stands instead of DATA.")
        .leaves_out("Messages that were not handed over.")
        .neutral(),
    message("smtp.message.smtputf8", kSmtpUtf8, says<has_smtputf8>,
            "How many messages in clear text use internationalised mail?", "MAIL says SMTPUTF8.")
        .neutral(),
    message("smtp.message.smtputf8.accepted", kSmtpUtf8, taken<has_smtputf8>,
            "How many messages that use internationalised mail are accepted?",
            "The reply behind the mail is positive.")
        .leaves_out("Messages without SMTPUTF8, and those that the client gives up."),
    message("smtp.message.local.non_ascii", kSmtpUtf8, says<has_local>,
            "How many messages in clear text have a local part that is not ASCII?",
            "That of the sender, or of a recipient.")
        .neutral(),
    message("smtp.message.domain.non_ascii", kSmtpUtf8, says<has_domain>,
            "How many messages in clear text have a domain that is not ASCII?",
            "That of the sender, or of a recipient, in UTF-8.")
        .neutral(),
    message("smtp.message.domain.a_label", kSmtpUtf8, says<has_a_label>,
            "How many messages in clear text have an internationalised domain in its ASCII form?",
            "A label of the sender's domain, or of a recipient's, begins with \"xn--\".")
        .neutral(),
    message("smtp.message.non_ascii.asks", kSmtpUtf8, asks_when_needed,
            "How many messages with an address that is not ASCII ask for SMTPUTF8?", "MAIL says SMTPUTF8.")
        .leaves_out("Messages whose addresses are ASCII."),
    message("smtp.message.non_ascii.accepted", kSmtpUtf8, taken<is_not_ascii>,
            "How many messages with an address that is not ASCII are accepted?",
            "No command with such an address is refused, and the reply behind the mail is positive.")
        .leaves_out("Messages whose addresses are ASCII, and those that the client gives up."),
};

}  // namespace

std::span<const Measure> smtp_message_measures() noexcept { return kRows; }

}  // namespace uptake
