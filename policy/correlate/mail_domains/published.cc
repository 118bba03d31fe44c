#include "policy/correlate/mail_domains/published.h"

#include <algorithm>

#include "dissectors/dns/record.h"
#include "policy/correlate/dane/response.h"
#include "policy/correlate/dane/tlsa.h"
#include "policy/correlate/mail_domains/policy_text.h"

namespace uptake::mail_domains {
namespace {

constexpr std::uint16_t kTypeMx = 15;

/// Where policies stand: in front of the domain's name.
constexpr std::string_view kMtaStsLabel = "_mta-sts.";
constexpr std::string_view kTlsRptLabels = "_smtp._tls.";
constexpr std::string_view kTlsaLabels = "_25._tcp.";

std::uint64_t name_digest(const dnssec::Name& name, const Digests& digests) noexcept {
  std::array<std::uint8_t, dnssec::Name::kMostText> text;
  return digests.name({text.data(), name.text(text.data())});
}

/// Puts a domain in front of those of a host.
void put_first(std::array<std::uint64_t, Host::kDomains>& domains, std::uint64_t domain) noexcept {
  auto place = std::ranges::find(domains, domain);
  if (place == domains.end()) place = domains.end() - 1;
  std::rotate(domains.begin(), place, place + 1);
  domains[0] = domain;
}

std::string_view text_of(Bytes name) noexcept { return {reinterpret_cast<const char*>(name.data()), name.size()}; }

Promise promise_if(bool holds) noexcept { return holds ? Promise::yes : Promise::no; }

}  // namespace

std::optional<Published::Said> Published::learn(const dnssec::Message& message, const dnssec::Bits& judged,
                                                const About& about) noexcept {
  const bool settles = judged.kind != dnssec::Kind::error && judged.kind != dnssec::Kind::referral;
  if (judged.verdict == dnssec::Security::bogus || !settles || !judged.is_taken()) return std::nullopt;
  const std::string_view name = text_of(about.subject.name);
  const std::uint64_t packet_ns = about.packet_ns;
  switch (judged.qtype) {
    case dns::kTypeA:
    case dns::kTypeAaaa:
      addresses_.learn(message, judged, about);
      return std::nullopt;
    case dns::kTypeTlsa:
      learn_tlsa(message, judged, name, packet_ns);
      return std::nullopt;
    case kTypeMx:
      return Said{learn_exchangers(message, about.name_digest(digests_), packet_ns), about.name_digest(digests_)};
    case dns::kTypeTxt:
      learn_texts(message, name, packet_ns);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// uint16 preference; name exchange  RFC 1035 section 3.3.9; a null MX has the root alone: RFC 7505 section 3
Exchange Published::learn_exchangers(const dnssec::Message& message, std::uint64_t domain,
                                     std::uint64_t packet_ns) noexcept {
  const dnssec::Rrset* const records = dane::follow(message).rrset;
  Exchange exchange = Exchange::none;
  if (records == nullptr) return exchange;
  message.each_record(*records, [&](Bytes rdata) {
    Cursor at(rdata);
    at.skip(2);
    dnssec::Name host;
    if (at.failed() || !dnssec::read_name(rdata, at, host)) return;
    if (host.is_root() && records->count == 1) exchange = Exchange::null_mx;
    if (host.is_root()) return;
    exchange = Exchange::hosts;
    const JoinKey key = key_of(name_digest(host, digests_));
    put_first(hosts_.put(key, packet_ns, packet_ns + kRememberNs).domains, domain);
  });
  return exchange;
}

void Published::learn_texts(const dnssec::Message& message, std::string_view name, std::uint64_t packet_ns) noexcept {
  const dnssec::Rrset* const records = dane::follow(message).rrset;
  const auto keep = [&](std::string_view labels, std::string_view version, IsSound is_sound, Kept Domain::*what) {
    if (!name.starts_with(labels)) return;
    const JoinKey key = key_of(digest_of(name.substr(labels.size())));
    const bool published = records != nullptr && has_policy(message, *records, version, is_sound);
    domains_.put(key, packet_ns, packet_ns + kRememberNs).*what = {promise_if(published), packet_ns + kRememberNs};
  };
  keep(kMtaStsLabel, kMtaStsVersion, is_sound_mta_sts, &Domain::mta_sts);
  keep(kTlsRptLabels, kTlsRptVersion, is_sound_tls_rpt, &Domain::tls_rpt);
}

/// One record of that version, and it is sound: where there are several, none is in force.
bool Published::has_policy(const dnssec::Message& message, const dnssec::Rrset& records, std::string_view version,
                           IsSound is_sound) noexcept {
  unsigned count = 0;
  bool sound = false;
  message.each_record(records, [&](Bytes rdata) {
    Cursor strings(rdata);
    std::size_t size = 0;
    while (!strings.empty()) {
      const Bytes part = strings.prefixed8().rest();
      std::ranges::copy(part, text_.begin() + static_cast<std::ptrdiff_t>(size));
      size += part.size();
    }
    const std::string_view text(text_.data(), size);
    if (strings.failed() || !is_of_version(text, version)) return;
    ++count;
    sound = is_sound(text);
  });
  return count == 1 && sound;
}

/// Records that senders can rely on are secure, and usable in mail (RFC 7672 sections 2.2 and 3.1).
void Published::learn_tlsa(const dnssec::Message& message, const dnssec::Bits& judged, std::string_view name,
                           std::uint64_t packet_ns) noexcept {
  const dnssec::Rrset* const records = dane::follow(message).rrset;
  if (!name.starts_with(kTlsaLabels) || judged.verdict == dnssec::Security::not_judged) return;
  bool usable = false;
  if (records != nullptr && judged.verdict == dnssec::Security::secure)
    message.each_record(*records, [&](Bytes rdata) { usable = usable || dane::Tlsa::read(rdata).is_usable(true); });
  const JoinKey key = key_of(digest_of(name.substr(kTlsaLabels.size())));
  hosts_.put(key, packet_ns, packet_ns + kRememberNs).dane = {promise_if(usable), packet_ns + kRememberNs};
}

}  // namespace uptake::mail_domains
