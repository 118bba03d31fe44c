#include "policy/correlate/dnssec/join.h"

#include <utility>

#include "policy/correlate/dnssec/lent.h"

namespace uptake::dnssec {
namespace {

Anchors anchors_of(const JoinFiles& files) {
  if (files.dnssec_anchors.empty()) return Anchors::of_root();
  Either<Anchors> read = Anchors::parse(files.dnssec_anchors, "trust anchors");
  Anchors* const anchors = std::get_if<Anchors>(&read);
  return anchors != nullptr ? *anchors : Anchors::of_root();
}

std::vector<std::vector<std::uint8_t>> lent_of(const JoinFiles& files) {
  auto read = lent_messages(files.dnssec_records, "records");
  auto* const messages = std::get_if<std::vector<std::vector<std::uint8_t>>>(&read);
  return messages != nullptr ? std::move(*messages) : std::vector<std::vector<std::uint8_t>>{};
}

Chain::Bounds with_budget(Chain::Bounds bounds, const JoinFiles& files) {
  bounds.verifier.per_second = files.dnssec_per_second;
  return bounds;
}

/// What comes later cannot change it: one good path is enough (RFC 6840 §5.11), and so is one proof that there is no
/// path, where nothing is signed.
bool is_final(const Message& message, const Bits& bits) noexcept {
  if (bits.verdict == Security::secure || bits.kind == Kind::error) return true;
  if (bits.verdict != Security::insecure) return false;
  for (const Rrset& set : message.rrsets())
    if (set.signatures != 0) return false;
  return true;
}

/// What is missing is a record, whose owner is known.
bool is_record(Missing missing) noexcept {
  return missing == Missing::anchor || missing == Missing::dnskey || missing == Missing::ds ||
         missing == Missing::denial;
}

Missing missing_of(const dns::ResponseBits& said) noexcept {
  return said.broken && !said.tc ? Missing::malformed : Missing::truncated;
}
Missing missing_of(Message::Reading reading) noexcept {
  return reading == Message::Reading::limit ? Missing::limit : Missing::malformed;
}

Bits bits_of(const dns::ResponseBits& said, Missing missing) noexcept {
  return {.missing = missing,
          .side = side_of(said),
          .ad = said.ad,
          .cd = said.cd,
          .asked_ad = asked_ad(said),
          .qtype = said.qtype};
}

/// Whether a chain may learn from it: from signatures, or from a zone's word that it has no keys.
bool may_teach(const dns::ResponseBits& said) noexcept {
  return said.has(dns::kSeenRrsig) || said.qtype == kTypeDnskey || said.broken || said.answers_cut;
}

}  // namespace

std::span<const Wanted> Join::reads() noexcept {
  static constexpr std::array<Wanted, dns::kKindCount> kReads{{{"dns", dns::kResponseShown}}};
  return kReads;
}

Join::Join(const Digests& digests, const JoinFiles& files, const Bounds& bounds)
    : digests_(digests),
      lent_(lent_of(files)),
      chain_(digests, anchors_of(files), with_budget(bounds.chain, files), kWaitNs),
      judge_(chain_),
      message_(std::make_unique<Message>()),
      waiting_(digests, bounds.waiting, bounds.waiting_octets) {}

void Join::lend(std::uint64_t packet_ns) noexcept {
  for (const std::vector<std::uint8_t>& octets : lent_)
    if (message_->read(octets) == Message::Reading::read)
      chain_.learn(*message_, octets, DnsSide::other, {packet_ns});
  lent_.clear();
}

void Join::file(std::size_t, const Filed& filed, Findings& findings) noexcept {
  const At at{filed.about.packet_ns};
  if (!lent_.empty()) [[unlikely]]
    lend(at.ns);
  const dns::ResponseBits said = dns::ResponseBits::unpack(filed.value);
  if (filed.bytes.empty()) return findings.note(kResponse, bits_of(said, missing_of(said)).pack(), filed.about);
  // Without keys nothing can be judged yet.
  const bool must_wait = chain_.has_no_keys() && !Judge::is_error(said, said.qtype);
  if (must_wait && !may_teach(said)) return wait(filed, findings);
  if (const Message::Reading reading = message_->read(filed.bytes); reading != Message::Reading::read)
    return findings.note(kResponse, bits_of(said, missing_of(reading)).pack(), filed.about);
  // Only an answer of an authority is held against its zone.
  chain_.learn(*message_, filed.bytes, was_asked(said) ? side_of(said) : DnsSide::other, at);
  if (must_wait && chain_.has_no_keys()) return wait(filed, findings);
  const Judged judged = judge_.judge(*message_, said, at);
  if (is_final(*message_, judged.bits)) return note(*message_, judged, filed.about, findings);
  wait(filed, findings);
}

/// Where there is no room, one is answered early.
void Join::wait(const Filed& filed, Findings& findings) noexcept {
  if (!waiting_.may_hold(filed.bytes)) return answer({filed.about, filed.value, filed.bytes}, true, findings);
  while (!waiting_.has_room(filed.bytes)) answer(waiting_.pop_of_longest(), true, findings);
  waiting_.push(filed.about, filed.value, filed.bytes);
}

void Join::answer(const WaitingRoom::Response& waiting, bool hurried, Findings& findings) noexcept {
  const dns::ResponseBits said = dns::ResponseBits::unpack(waiting.said);
  if (const Message::Reading reading = message_->read(waiting.octets); reading != Message::Reading::read)
    return findings.note(kResponse, bits_of(said, missing_of(reading)).pack(), waiting.about);
  Judged judged = judge_.judge(*message_, said, {waiting.about.packet_ns});
  if (hurried) {
    ++hurried_;
    // What it would have waited for may have come.
    const bool holds = judged.bits.verdict == Security::secure || judged.bits.verdict == Security::insecure;
    if (!holds) judged.bits.missing = Missing::limit;
    if (!holds) judged.bits.verdict = Security::not_judged;
    if (!holds) judged.bits.fault = Fault::none;
  }
  note(*message_, judged, waiting.about, findings);
}

void Join::note(const Message& message, const Judged& judged, const About& about, Findings& findings) const noexcept {
  std::array<std::uint8_t, Name::kMostText> text;
  About whose = about;
  whose.subject.name = {text.data(), message.qname().text(text.data())};
  whose.subject.name_digest = digests_.name(whose.subject.name);
  const std::uint64_t value = judged.bits.pack();
  findings.note(kResponse, value, whose);
  findings.show(kJudged, value, message.octets(), whose, &message);
  if (judged.bits.kind == Kind::error || judged.bits.verdict == Security::insecure) return;
  const bool is_open = judged.bits.verdict == Security::not_judged;
  if (is_open && !is_record(judged.bits.missing)) return;
  whose.subject.name = {text.data(), judged.link.text(text.data())};
  whose.subject.name_digest = 0;
  findings.note(is_open ? kMissing : kZone, value, whose);
}

void Join::advance(std::uint64_t packet_ns, Findings& findings) noexcept {
  while (!waiting_.empty() && waiting_.oldest_ns() + kWaitNs <= packet_ns)
    answer(waiting_.pop_oldest(), false, findings);
}

void Join::finish(Findings& findings) noexcept {
  while (!waiting_.empty()) answer(waiting_.pop_oldest(), false, findings);
}

}  // namespace uptake::dnssec
