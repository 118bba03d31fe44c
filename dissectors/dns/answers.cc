#include "dissectors/dns/answers.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace uptake::dns {
namespace {

/// IPv4-mapped ::ffff:0:0/96 (RFC 4291 §2.5.5.2) or NAT64's 64:ff9b::/96 (RFC 6052 §2.1).
bool is_made_of_ipv4(const std::uint8_t* address) noexcept {
  const std::uint64_t front = be64(address);
  const std::uint32_t next = be32(address + 8);
  return (front == 0 && next == 0xffff) || (front == 0x0064'ff9b'0000'0000 && next == 0);
}

/// What the type of a record shows, and whether more stands inside.
struct Shown {
  std::uint64_t seen = 0;
  bool inside = false;
};
constexpr std::array<Shown, 66> kShown = [] {
  std::array<Shown, 66> shown{};
  shown[kTypeA] = {seen_bit(kSeenA), true};
  shown[kTypeAaaa] = {seen_bit(kSeenAaaa), true};
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

constexpr Policy policy_under(Label label) noexcept {
  switch (label) {
    case Label::plain:
      return Policy::spf;
    case Label::dmarc:
      return Policy::dmarc;
    case Label::domainkey:
      return Policy::dkim;
    case Label::mta_sts:
      return Policy::mta_sts;
    case Label::tls_rpt:
      return Policy::tls_rpt;
    case Label::bimi:
      return Policy::bimi;
  }
  return Policy::none;
}

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
  for (std::size_t i = 0; i < kVersion.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != kVersion[i]) return false;
  }
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

}  // namespace

Policy policy_of(Bytes bytes, Label label) noexcept {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("v=") || text.starts_with("V=")) {
    if (states_spf(text)) return Policy::spf;
    if (states(text, "v=DMARC1")) return Policy::dmarc;
    if (states(text, "v=DKIM1")) return Policy::dkim;
    if (states(text, "v=STSv1")) return Policy::mta_sts;
    if (states(text, "v=TLSRPTv1")) return Policy::tls_rpt;
    if (states(text, "v=BIMI1")) return Policy::bimi;
    return Policy::none;
  }
  return label == Label::domainkey && has_key_tag(text) ? Policy::dkim : Policy::none;
}

/// What a record shows stands in a table by its type, and few are looked into: which type comes next, no processor
/// can guess.
bool Answers::look(bool in_answer, const Record& record) noexcept {
  const std::uint16_t type = record.type();
  bits_ |= asked(in_answer, type) ? kAnswered : 0;
  if (type < kShown.size()) [[likely]] {
    bits_ |= kShown[type].seen;
    return !kShown[type].inside || look_inside(in_answer, record);
  }
  if (type == kTypeCaa) bits_ |= seen_bit(kSeenCaa);
  return true;
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
      listed_ = true;
      return list(in_answer, record);
  }
}

bool Answers::list(bool in_answer, const Record& record) noexcept {
  switch (record.type()) {
    case kTypeDs:
      return ds_record(record.rdata);
    case kTypeRrsig:
      return rrsig(in_answer, record.rdata);
    case kTypeDnskey:
      return dnskey(record.rdata);
    case kTypeNsec3:
    case kTypeNsec3Param:
      return nsec3(record.rdata);
    default:
      return svcb(record.type(), record.rdata);
  }
}

/// key tag(2) algorithm(1) digest type(1) digest (RFC 4034 §5.1)
bool Answers::ds_record(Cursor rdata) noexcept {
  rdata.skip(2);
  const std::uint64_t algorithm = rdata.u8();
  ds.add_once(algorithm | std::uint64_t{rdata.u8()} << 8);
  return rdata.ok();
}

/// flags(2) protocol(1) algorithm(1) key (RFC 4034 §2.1)
bool Answers::dnskey(Cursor rdata) noexcept {
  rdata.skip(3);
  dnskeys.add_once(rdata.u8());
  return rdata.ok();
}

/// type covered(2) algorithm(1) labels(1) TTL(4) expiration(4) inception(4) key tag(2) signer signature (RFC 4034
/// §3.1)
bool Answers::rrsig(bool in_answer, Cursor rdata) noexcept {
  const std::uint16_t covered = rdata.u16();
  const std::uint8_t algorithm = rdata.u8();
  rdata.skip(15);
  if (rdata.empty()) return false;
  rrsigs.add_once(algorithm);
  bits_ |= asked(in_answer, covered) ? kAnswerSigned : 0;
  return true;
}

/// address(16) (RFC 3596 §2.2)
bool Answers::aaaa(bool in_answer, const Record& record) noexcept {
  if (record.rdata.left() != 16) return false;
  if (!in_answer) return true;
  (is_made_of_ipv4(record.rdata.here()) ? synthesised_ : genuine_) = true;
  return true;
}

/// hash algorithm(1) flags(1) iterations(2) salt length(1) salt ... (RFC 5155 §3.2, §4.2)
bool Answers::nsec3(Cursor rdata) noexcept {
  const std::uint64_t hash_algorithm = rdata.u8();
  const std::uint64_t opt_out = rdata.u8() & 1U;
  const std::uint64_t iterations = rdata.u16();
  const std::uint64_t salt_length = rdata.u8();
  rdata.skip(salt_length);
  if (rdata.failed()) return false;
  nsec3s.add_once(iterations | salt_length << 16 | opt_out << 24 | hash_algorithm << 32);
  return true;
}

/// SvcPriority(2) TargetName { SvcParamKey(2) length(2) SvcParamValue } (RFC 9460 §2.2): keys in ascending order.
bool Answers::svcb(std::uint16_t type, Cursor rdata) noexcept {
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
  if (service_mode) svc_params.add(keys | std::uint64_t{type} << 32);
  return true;
}

/// { length(1) characters } (RFC 1035 §3.3.14)
bool Answers::txt(bool in_answer, Cursor rdata) noexcept {
  const Cursor first = rdata.prefixed8();
  if (rdata.failed() || first.failed()) return false;
  if (!in_answer || qtype_ != kTypeTxt) return true;
  const Policy policy = policy_of(first.rest(), label_);
  if (policy != Policy::none && (policy_ == Policy::none || policy == policy_under(label_))) policy_ = policy;
  return true;
}

}  // namespace uptake::dns
