#include "policy/correlate/dnssec/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "dissectors/packet_time.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/dnssec/rrsig.h"
#include "policy/correlate/dnssec/zone_text.h"
#include "policy/report/format.h"

namespace uptake::dnssec {
namespace {

/// Filling: the correlator of a Records.
class Filling final : public AnyCorrelator {
 public:
  Filling(Records& records, const Digests& digests) noexcept : records_(records), digests_(digests) {}
  void file(std::size_t, const Filed& filed, Findings&) noexcept override { records_.file(filed, digests_); }
  void advance(std::uint64_t, Findings&) noexcept override {}
  void finish(Findings&) noexcept override {}
  [[nodiscard]] std::uint64_t forgotten() const noexcept override { return records_.forgotten(); }

 private:
  Records& records_;
  const Digests& digests_;
};

/// The RRset that made a response secure, if it is a DS or a DNSKEY: what was asked for, or that of a referral.
const Rrset* shown_by(const Message& message, const Bits& judged) noexcept {
  if (judged.kind == Kind::answer && (judged.qtype == kTypeDs || judged.qtype == kTypeDnskey))
    return message.find(Section::answer, message.qname(), judged.qtype);
  if (judged.kind != Kind::referral) return nullptr;
  for (const Rrset& set : message.rrsets())
    if (set.section == Section::authority && set.type == kTypeNs && message.qname().is_within(set.owner))
      return message.find(Section::authority, set.owner, kTypeDs);
  return nullptr;
}

}  // namespace

Records::Records(std::size_t places)
    : table_(places), message_(std::make_unique<Message>()), made_(std::make_unique<Known>()) {}

CorrelatorRow Records::row() {
  static constexpr std::array<Wanted, 1> kReads{{{"dnssec", kJudged}}};
  return {"dnssec_records", {}, kReads, 0, [this](const Digests& digests, const JoinFiles&) {
            return std::make_unique<Filling>(*this, digests);
          }};
}

bool Records::Known::add(std::uint16_t type, std::span<const Bytes> parts) noexcept {
  std::size_t length = 0;
  for (const Bytes part : parts) length += part.size();
  if (kMost - size < length + 4) return false;
  for (const std::size_t value : {std::size_t{type}, length}) {
    octets[size++] = static_cast<std::uint8_t>(value >> 8);
    octets[size++] = static_cast<std::uint8_t>(value);
  }
  for (const Bytes part : parts) {
    std::ranges::copy(part, octets.begin() + size);
    size = static_cast<std::uint16_t>(size + part.size());
  }
  return true;
}

void Records::file(const Filed& filed, const Digests& digests) noexcept {
  const Bits judged = Bits::unpack(filed.value);
  const bool may_show = judged.qtype == kTypeDs || judged.qtype == kTypeDnskey || judged.kind == Kind::referral;
  if (judged.verdict != Security::secure || !may_show) return;
  if (message_->read(filed.bytes) != Message::Reading::read) return;
  if (const Rrset* const set = shown_by(*message_, judged); set != nullptr)
    take(*set, filed.about.packet_ns, digests);
}

void Records::take(const Rrset& set, std::uint64_t packet_ns, const Digests& digests) noexcept {
  // A few thousand names at the top serve all others, and are asked for least often.
  constexpr std::uint64_t kTopNs = 7 * 86'400 * kSecondNs;
  Known& made = *made_;
  made.name = set.owner;
  made.id = set.type;
  made.seen_ns = packet_ns;
  made.life = {0, packet_ns + (set.owner.labels() < 2 ? kTopNs : 0)};
  made.ttl = set.ttl;
  made.size = 0;
  bool fits = true;
  message_->each_record(set, [&](Bytes rdata) { fits = fits && made.add(set.type, rdata); });
  message_->each_signature(set, [&](const Signature& signature) {
    if (!may_sign(signature, set)) return true;
    made.ttl = signature.original_ttl;
    const std::array<Bytes, 3> parts = {signature.front, signature.signer.wire(), signature.octets};
    fits = fits && made.add(kTypeRrsig, parts);
    return fits;
  });
  if (!fits) {
    ++too_long_;
    return;
  }
  bool is_new = false;
  Known& place = table_.put(set.owner, digests.octets(set.owner.wire()), set.type, 0, is_new);
  // A verdict may come later than one on a later response.
  if (is_new || place.seen_ns <= packet_ns) place = made;
}

std::string Records::text() const {
  std::vector<ZoneRecord> records;
  std::uint64_t sets = 0;
  std::uint64_t last_ns = 0;
  table_.all([&](const Known& one) {
    ++sets;
    last_ns = std::max(last_ns, one.seen_ns);
    Cursor at(Bytes{one.octets.data(), one.size});
    while (!at.empty()) {
      ZoneRecord& record = records.emplace_back();
      record.owner = one.name;
      record.ttl = one.ttl;
      record.type = at.u16();
      const Bytes rdata = at.prefixed16().rest();
      record.rdata.assign(rdata.begin(), rdata.end());
    }
  });
  const auto place = [](const ZoneRecord& record) {
    using Place = std::tuple<const Name&, std::uint16_t, bool, const std::vector<std::uint8_t>&>;
    return Place(record.owner, record.covers(), record.type == kTypeRrsig, record.rdata);
  };
  std::ranges::sort(records, {}, place);
  std::string out =
      fmt::format("; {} DS and DNSKEY RRsets that uptake verified; {} more had no room\n", sets, forgotten());
  if (sets != 0) {
    out += "; the last was seen at ";
    report::append_time(out, last_ns, report::TimeDigits::seconds);
    out += "\n";
  }
  return out + zone_text(records);
}

}  // namespace uptake::dnssec
