#include <array>

#include "policy/catalogue/mailbox/standards.h"
#include "policy/catalogue/smtp/standards.h"
#include "policy/catalogue/tls/judges.h"
#include "policy/catalogue/tls/measures.h"

namespace uptake {
namespace {

using tls::SessionBits;

bool is_smtp(Carrier carrier) { return carrier == Carrier::smtp; }
bool is_mailbox(Carrier carrier) { return carrier == Carrier::imap || carrier == Carrier::pop3; }

/// Whether a handshake that a protocol of mail handed over comes about, as far as TLS 1.3 shows it.
template <bool (*kIsCarrier)(Carrier)>
Judgement is_established(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  if (!kIsCarrier(s.carrier) || s.sight == tls::Sight::midstream) return Judgement::ignored();
  if (s.sight == tls::Sight::refused) return Judgement::fail();
  return tls::negotiated(s);
}
template <bool (*kIsCarrier)(Carrier)>
Judgement is_modern(std::uint64_t v, const Profile& profile) noexcept {
  const Judgement there = is_established<kIsCarrier>(v, profile);
  if (is_fail(there)) return Judgement::not_applicable();
  if (!is_pass(there)) return there;
  const SessionBits s = SessionBits::unpack(v);
  return Judgement::pass_if(s.version_minor == tls::kTls12 || tls::is_13(s));
}

using namespace standards;

constexpr std::string_view kPasses =
    "The server's hello answers the client's: what comes behind it TLS 1.3 encrypts.";
constexpr std::string_view kRefused = "The server answers with an alert, or closes.";
constexpr std::string_view kModernPasses = "TLS 1.2 or 1.3 was negotiated.";
constexpr std::string_view kNotAgreed = "Handshakes that were refused, for they chose nothing.";

constexpr Measure behind(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                         std::string_view passes) {
  return {id,
          &standard,
          Unit::connections,
          "tls",
          tls::kSession,
          judge,
          question,
          passes,
          "Handshakes whose ServerHello was not seen, was cut, or never came to this side of the link."};
}

constexpr std::array kRows = {
    behind("smtp.starttls.established", kStarttls, is_established<is_smtp>,
           "How many TLS handshakes behind STARTTLS of SMTP come about?", kPasses)
        .fails_if(kRefused),
    behind("smtp.starttls.version.modern", kStarttls, is_modern<is_smtp>,
           "How many connections behind STARTTLS of SMTP use TLS 1.2 or later?", kModernPasses)
        .leaves_out(kNotAgreed),
    behind("mailbox.starttls.established", kMailboxStarttls, is_established<is_mailbox>,
           "How many TLS handshakes behind STARTTLS of IMAP and STLS of POP3 come about?", kPasses)
        .fails_if(kRefused),
    behind("mailbox.starttls.version.modern", kMailboxStarttls, is_modern<is_mailbox>,
           "How many connections behind STARTTLS of IMAP and STLS of POP3 use TLS 1.2 or later?", kModernPasses)
        .leaves_out(kNotAgreed),
};

}  // namespace

std::span<const Measure> tls_mail_measures() noexcept { return kRows; }

}  // namespace uptake
