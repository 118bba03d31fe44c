#include "policy/correlate/dnssec/rrsig.h"

#include <algorithm>
#include <cstring>

namespace uptake::dnssec {
namespace {

/// Octet by octet, left-justified; what is not there sorts before zero (RFC 4034 §6.3).
bool sorts_before(Bytes a, Bytes b) noexcept {
  const std::size_t both = std::min(a.size(), b.size());
  const int order = both == 0 ? 0 : std::memcmp(a.data(), b.data(), both);
  return order != 0 ? order < 0 : a.size() < b.size();
}

/// Without a wildcard's asterisk (RFC 4034 §3.1.3).
unsigned signed_labels(const Name& owner) noexcept { return owner.labels() - (owner.is_wildcard() ? 1U : 0U); }

}  // namespace

Validity validity_of(const Signature& signature, std::int64_t seconds) noexcept {
  constexpr std::int64_t kLeast = 3600;
  constexpr std::int64_t kMost = 86'400;
  const auto now = static_cast<std::uint32_t>(seconds);
  const std::int64_t life = static_cast<std::int32_t>(signature.expiration - signature.inception);
  if (life < 0) return Validity::expired;
  const std::int64_t skew = std::clamp(life / 10, kLeast, kMost);
  if (static_cast<std::int32_t>(now - signature.expiration) > skew) return Validity::expired;
  if (static_cast<std::int32_t>(signature.inception - now) > skew) return Validity::not_yet_valid;
  return Validity::current;
}

bool may_sign(const Signature& signature, const Rrset& set) noexcept {
  if (signature.covered != set.type || set.count == 0 || signature.octets.empty()) return false;
  if (!set.owner.is_within(signature.signer)) return false;
  if (signature.labels > signed_labels(set.owner) || signature.labels < signature.signer.labels()) return false;
  if (set.type == kTypeDs) return set.owner.is_below(signature.signer);
  return set.type != kTypeDnskey || set.owner == signature.signer;
}

bool is_expanded(const Signature& signature, const Rrset& set) noexcept {
  return signature.labels < signed_labels(set.owner);
}

bool SignedData::add(Bytes more) noexcept {
  if (more.size() > kMost - size_) return false;
  if (!more.empty()) std::memcpy(octets_.data() + size_, more.data(), more.size());
  size_ += more.size();
  return true;
}

bool SignedData::add_u16(std::uint16_t value) noexcept {
  const std::uint8_t octets[2] = {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  return add(octets);
}

/// RRSIG_RDATA without the signature | { owner type(2) class(2) original TTL(4) RDLENGTH(2) RDATA }, in order, each
/// once.
bool SignedData::make(const Message& message, const Rrset& set, const Signature& signature) noexcept {
  constexpr std::uint16_t kClassIn = 1;
  size_ = 0;
  std::size_t count = 0;
  message.each_record(set, [&](Bytes rdata) { records_[count++] = rdata; });
  const auto records = std::span(records_).first(count);
  if (count > 1) std::sort(records.begin(), records.end(), sorts_before);
  Name owner = set.owner;
  if (is_expanded(signature, set)) owner = owner.last(signature.labels).wildcard();
  if (!add(signature.front) || !add(signature.signer.wire())) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0 && std::ranges::equal(records[i - 1], records[i])) continue;
    const bool fits = add(owner.wire()) && add_u16(set.type) && add_u16(kClassIn) &&
                      add(signature.front.subspan(4, 4)) && add_u16(static_cast<std::uint16_t>(records[i].size())) &&
                      add(records[i]);
    if (!fits) return false;
  }
  return true;
}

}  // namespace uptake::dnssec
