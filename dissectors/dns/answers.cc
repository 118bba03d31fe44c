#include "dissectors/dns/answers.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "dissectors/ascii.h"

namespace uptake::dns {
namespace {

/// IPv4-mapped ::ffff:0:0/96 (RFC 4291 §2.5.5.2), or made by a translator whose prefix all share or this network has.
bool is_made_of_ipv4(const std::uint8_t* address, std::span<const AddressRange> translated) noexcept {
  if (be64(address) == 0 && be32(address + 8) == 0xffff) return true;
  if (is_translated(address)) return true;
  if (translated.empty()) return false;
  std::array<std::uint8_t, 16> octets;
  std::copy_n(address, octets.size(), octets.begin());
  return holds(translated, octets);
}

/// What the type of a record shows, and whether more stands inside.
struct Shown {
  std::uint64_t seen = 0;
  bool inside = false;
  bool alias = false;
  bool soa = false;
};
constexpr std::array<Shown, 66> kShown = [] {
  std::array<Shown, 66> shown{};
  shown[kTypeA] = {seen_bit(kSeenA), true};
  shown[kTypeAaaa] = {seen_bit(kSeenAaaa), true};
  shown[kTypeCname].alias = shown[kTypeDname].alias = true;
  shown[kTypeSoa].soa = true;
  shown[kTypeTxt] = {seen_bit(kSeenTxt), true};
  shown[kTypeDs] = {seen_bit(kSeenDs), true};
  shown[kTypeRrsig] = {seen_bit(kSeenRrsig), true};
  shown[kTypeNsec] = {seen_bit(kSeenNsec), false};
  shown[kTypeDnskey] = {seen_bit(kSeenDnskey), true};
  shown[kTypeNsec3] = {seen_bit(kSeenNsec3), true};
  shown[kTypeNsec3Param] = {0, true};
  shown[kTypeTlsa] = {seen_bit(kSeenTlsa), false};
  shown[kTypeSvcb] = {seen_bit(kSeenSvcb), true};
  shown[kTypeHttps] = {seen_bit(kSeenHttps), true};
  return shown;
}();
static_assert(kTypeHttps + 1 == kShown.size());

/// `text` is `version`, or goes on after it with a space or a semicolon.
bool states(std::string_view text, std::string_view version) noexcept {
  if (!text.starts_with(version)) return false;
  if (text.size() == version.size()) return true;
  const char next = text[version.size()];
  return next == ' ' || next == '\t' || next == ';';
}

/// The version of SPF is compared without regard to case (RFC 7208 §4.5, RFC 5234 §2.3).
bool states_spf(std::string_view text) noexcept {
  constexpr std::string_view kVersion = "v=spf1";
  if (text.size() < kVersion.size()) return false;
  for (std::size_t i = 0; i < kVersion.size(); ++i)
    if (lower(static_cast<std::uint8_t>(text[i])) != kVersion[i]) return false;
  return text.size() == kVersion.size() || text[kVersion.size()] == ' ';
}

/// A key record may leave its version out, but not its key (RFC 6376 §3.6.1): a tag `p` in the tag list.
bool has_key_tag(std::string_view text) noexcept {
  for (;;) {
    const std::size_t tag = text.find_first_not_of(" \t");
    if (tag == std::string_view::npos) return false;
    text.remove_prefix(tag);
    if (text.starts_with("p=") || text.starts_with("p =")) return true;
    const std::size_t end = text.find(';');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
}

/// PolicyText: the character-strings of a TXT record, read as one text without anything between them (RFC 7208 §3.3,
/// RFC 6376 §3.6.2.2). Borrows a record of one string.
class PolicyText {
 public:
  explicit PolicyText(Cursor strings) noexcept {
    Cursor first = strings;
    const Cursor text = first.prefixed8();
    whole_ = !first.failed() && !text.failed();
    if (!whole_) {  // what the capture kept of it
      strings.skip(1);
      text_ = text_of(strings.rest());
    } else {
      text_ = text_of(text.rest());
      if (!first.empty()) join(first);
    }
  }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// Nothing of it is missing.
  [[nodiscard]] bool whole() const noexcept { return whole_; }

 private:
  static std::string_view text_of(Bytes bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  /// Puts what follows behind the first string, as long as there is room.
  void join(Cursor more) noexcept {
    std::size_t size = text_.copy(room_.data(), room_.size());
    while (!more.empty()) {
      const Cursor next = more.prefixed8();
      if (more.failed() || next.failed() || next.left() > room_.size() - size) {
        whole_ = false;
        break;
      }
      size += text_of(next.rest()).copy(room_.data() + size, next.left());
    }
    text_ = {room_.data(), size};
  }

  std::array<char, 1024> room_;  // longer ones do not fit a UDP answer that is not cut
  std::string_view text_;
  bool whole_ = true;
};

bool equal_without_case(std::string_view text, std::string_view lower_case) noexcept {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (lower(static_cast<std::uint8_t>(text[i])) != lower_case[i]) return false;
  return true;
}

/// Takes what stands before `end` off `text`, or all of it.
std::string_view take_until(std::string_view& text, char end) noexcept {
  const std::size_t size = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return part;
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// version *( 1*SP term ): the first `all` decides; without one a redirect leads to the policy of another name
/// (RFC 7208 §4.6.1, §5.1, §6.1).
Policy spf_of(const PolicyText& record) noexcept {
  std::string_view rest = record.text();
  bool elsewhere = !record.whole();
  while (!rest.empty()) {
    const std::string_view term = take_until(rest, ' ');
    if (rest.empty() && !record.whole()) break;  // it may go on
    if (equal_without_case(term, "-all") || equal_without_case(term, "~all")) return Policy::strict;
    if (equal_without_case(term, "all") || equal_without_case(term, "+all") || equal_without_case(term, "?all"))
      return Policy::stated;
    elsewhere = elsewhere || equal_without_case(term.substr(0, 9), "redirect=");
  }
  return elsewhere ? Policy::doubtful : Policy::stated;
}

/// tag "=" value *( ";" tag "=" value ): `p` says what is asked for, t=y that it is only a test, pct=0 as much
/// (RFC 9989 §4.7, RFC 7489 §6.3).
Policy dmarc_of(const PolicyText& record) noexcept {
  std::string_view rest = record.text();
  bool strict = false;
  bool test = false;
  while (!rest.empty()) {
    std::string_view value = take_until(rest, ';');
    const std::string_view tag = trimmed(take_until(value, '='));
    value = trimmed(value);
    if (equal_without_case(tag, "p"))
      strict = equal_without_case(value, "quarantine") || equal_without_case(value, "reject");
    test = test || (equal_without_case(tag, "t") && equal_without_case(value, "y")) ||
           (equal_without_case(tag, "pct") && value == "0");
  }
  if (!record.whole()) return Policy::doubtful;
  return strict && !test ? Policy::strict : Policy::stated;
}

/// What a TXT record states of the policy of this label.
Policy policy_of(const PolicyText& record, Label label) noexcept {
  const std::string_view text = record.text();
  const auto stated = [&](std::string_view version) { return states(text, version) ? Policy::stated : Policy::none; };
  switch (label) {
    case Label::plain:
      return states_spf(text) ? spf_of(record) : Policy::none;
    case Label::dmarc:
      return states(text, "v=DMARC1") ? dmarc_of(record) : Policy::none;
    case Label::domainkey:
      if (text.starts_with("v=") || text.starts_with("V=")) return stated("v=DKIM1");
      return has_key_tag(text) ? Policy::stated : Policy::none;
    case Label::mta_sts:
      return stated("v=STSv1");
    case Label::tls_rpt:
      return stated("v=TLSRPTv1");
    case Label::bimi:
      return stated("v=BIMI1");
  }
  return Policy::none;
}

/// key tag(2) algorithm(1) digest type(1) digest (RFC 4034 §5.1)
bool list_ds(Cursor rdata, ListedValues& listed) noexcept {
  rdata.skip(2);
  const std::uint64_t algorithm = rdata.u8();
  const std::uint64_t digest_type = rdata.u8();
  if (rdata.failed()) return false;
  listed.add_once({algorithm | digest_type << 8, kDs});
  return true;
}

/// flags(2) protocol(1) algorithm(1) key (RFC 4034 §2.1)
bool list_dnskey(Cursor rdata, ListedValues& listed) noexcept {
  rdata.skip(3);
  const std::uint64_t algorithm = rdata.u8();
  if (rdata.failed()) return false;
  listed.add_once({algorithm, kDnskey});
  return true;
}

/// hash algorithm(1) flags(1) iterations(2) salt length(1) salt ... (RFC 5155 §3.2, §4.2)
bool list_nsec3(std::uint16_t type, Cursor rdata, ListedValues& listed) noexcept {
  const std::uint64_t hash_algorithm = rdata.u8();
  const std::uint64_t opt_out = rdata.u8() & 1U;
  const std::uint64_t iterations = rdata.u16();
  const std::uint64_t salt_length = rdata.u8();
  rdata.skip(salt_length);
  if (rdata.failed()) return false;
  const std::uint64_t parameters = type == kTypeNsec3Param ? 1 : 0;
  listed.add_once({iterations | salt_length << 16 | opt_out << 24 | hash_algorithm << 32 | parameters << 40, kNsec3});
  return true;
}

/// SvcPriority(2) TargetName { SvcParamKey(2) length(2) SvcParamValue } (RFC 9460 §2.2): keys in ascending order.
bool list_svcb(std::uint16_t type, Cursor rdata, ListedValues& listed) noexcept {
  const std::uint8_t* start = rdata.here();
  const bool service_mode = rdata.u16() != 0;
  if (!skip_name(rdata, start) || rdata.failed()) return false;
  std::uint64_t keys = 0;
  std::int32_t last = -1;
  while (!rdata.empty()) {
    const std::int32_t key = rdata.u16();
    const Cursor value = rdata.prefixed16();
    if (rdata.failed() || value.failed() || key <= last) return false;
    if (key < 32) keys |= std::uint64_t{1} << key;
    last = key;
  }
  if (service_mode) listed.add({keys | std::uint64_t{type} << 32, kSvcParams});
  return true;
}

}  // namespace

void StatedPolicy::take(Cursor strings) noexcept {
  const PolicyText text(strings);
  const Policy found = policy_of(text, label_);
  if (found == Policy::none) return;
  // Of two records neither is in force (RFC 7208 §4.5, RFC 9989 §4.10).
  policy_ = policy_ == Policy::none ? found : Policy::stated;
}

void AnswerAddresses::take(const std::uint8_t* address) noexcept {
  (is_made_of_ipv4(address, translated_) ? synthesised_ : genuine_) = true;
}

std::uint64_t Answers::bits(bool cut, bool answers_cut) const noexcept {
  const bool only_alias = alias_ && !soa_ && (bits_ & kAnswered) == 0;
  // The SOA of a denial may stand in what was cut.
  const bool missing = answers_cut || (only_alias && cut) || (bits_ & kAnswersCut) != 0;
  // An address that a translator made is no answer while others may be missing.
  const bool doubtful = missing && addresses_.only_synthesised();
  return (doubtful ? bits_ & ~kAnswered : bits_) | ResponseBits{.policy = policy_.policy()}.pack() |
         (only_alias ? kAlias : 0) | (missing ? kAnswersCut : 0) |
         (addresses_.only_synthesised() && !doubtful ? kAaaaSynthesised : 0);
}

/// Takes what a record shows from a table by its type, because a switch on the type would be mispredicted.
void Answers::look(bool in_answer, const Record& record) noexcept {
  const std::uint16_t type = record.type();
  bool sound = !record.bad_owner;
  if (type < kShown.size()) [[likely]] {
    const Shown& shown = kShown[type];
    bits_ |= shown.seen;
    alias_ |= in_answer & shown.alias;
    soa_ |= !in_answer & shown.soa;
    if (shown.inside) sound = look_inside(in_answer, record) && sound;
  } else if (type == kTypeCaa) {
    bits_ |= seen_bit(kSeenCaa);
  }
  if (!sound) [[unlikely]] {
    bad(in_answer, record);
    return;
  }
  bits_ |= asked(in_answer, type) ? kAnswered : 0;
}

/// Takes a malformed record for one that says nothing: unless another record shows what was asked for, or its
/// signature, neither is known.
void Answers::bad(bool in_answer, const Record& record) noexcept {
  listed.add({record.type(), kBadRecord});
  if (asked(in_answer, record.type()) || (in_answer && record.type() == kTypeRrsig)) bits_ |= kAnswersCut | kBroken;
}

void Answers::look_at_cut(bool in_answer, const Record& record) noexcept {
  const std::uint16_t type = record.type();
  if (type < kShown.size()) {
    bits_ |= kShown[type].seen;
    alias_ |= in_answer & kShown[type].alias;
    soa_ |= !in_answer & kShown[type].soa;
  }
  Cursor rdata = record.rdata;
  switch (type) {
    case kTypeAaaa:  // whose address it is, the octets that are missing would tell
      return;
    case kTypeTxt:
      if (in_answer && qtype_ == kTypeTxt) policy_.take(rdata);
      break;
    case kTypeRrsig:
      if (rdata.left() >= 3) {
        const std::uint16_t covered = rdata.u16();
        listed.add_once({rdata.u8(), kRrsig});
        bits_ |= asked(in_answer, covered) ? kAnswerSigned : 0;
      }
      break;
    case kTypeDs:
      (void)(rdata.left() >= 4 && list_ds(rdata, listed));
      break;
    case kTypeDnskey:
      (void)(rdata.left() >= 4 && list_dnskey(rdata, listed));
      break;
    default:
      break;
  }
  bits_ |= asked(in_answer, type) ? kAnswered : 0;
}

bool Answers::look_inside(bool in_answer, const Record& record) noexcept {
  switch (record.type()) {
    case kTypeA:
      return record.klass() != kClassIn || record.rdata.left() == 4;
    case kTypeAaaa:
      return record.klass() != kClassIn || aaaa(in_answer, record);
    case kTypeTxt:
      return txt(in_answer, record.rdata);
    default:
      return list(in_answer, record);
  }
}

bool Answers::list(bool in_answer, const Record& record) noexcept {
  switch (record.type()) {
    case kTypeDs:
      return list_ds(record.rdata, listed);
    case kTypeRrsig:
      return rrsig(in_answer, record.rdata);
    case kTypeDnskey:
      return list_dnskey(record.rdata, listed);
    case kTypeNsec3:
    case kTypeNsec3Param:
      return list_nsec3(record.type(), record.rdata, listed);
    default:
      return list_svcb(record.type(), record.rdata, listed);
  }
}

/// type covered(2) algorithm(1) labels(1) TTL(4) expiration(4) inception(4) key tag(2) signer signature (RFC 4034
/// §3.1)
bool Answers::rrsig(bool in_answer, Cursor rdata) noexcept {
  const std::uint8_t* const start = rdata.here();
  const std::uint16_t covered = rdata.u16();
  const std::uint8_t algorithm = rdata.u8();
  rdata.skip(15);
  if (!skip_name(rdata, start) || rdata.failed() || rdata.empty()) return false;
  listed.add_once({algorithm, kRrsig});
  bits_ |= asked(in_answer, covered) ? kAnswerSigned : 0;
  return true;
}

/// address(16) (RFC 3596 §2.2)
bool Answers::aaaa(bool in_answer, const Record& record) noexcept {
  if (record.rdata.left() != 16) return false;
  if (in_answer) addresses_.take(record.rdata.here());
  return true;
}

/// { length(1) characters } (RFC 1035 §3.3.14)
bool Answers::txt(bool in_answer, Cursor rdata) noexcept {
  const Cursor strings = rdata;
  const Cursor first = rdata.prefixed8();
  if (rdata.failed() || first.failed()) return false;
  if (in_answer && qtype_ == kTypeTxt) policy_.take(strings);
  return true;
}

}  // namespace uptake::dns
