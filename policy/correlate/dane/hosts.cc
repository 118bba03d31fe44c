#include "policy/correlate/dane/hosts.h"

#include <algorithm>

#include "policy/correlate/dane/response.h"

namespace uptake::dane {
namespace {

/// A mail server keeps connections, and tries again: an address serves so long at least.
constexpr std::uint32_t kShortestTtl = 60;

std::uint64_t digest_of(const dnssec::Name& name, const Digests& digests) noexcept {
  std::array<std::uint8_t, dnssec::Name::kMostText> text;
  return digests.name({text.data(), name.text(text.data())});
}

}  // namespace

void Hosts::learn(const dnssec::Message& message, const dnssec::Bits& judged, const About& about) noexcept {
  const Followed found = follow(message);
  // Whoever validates throws away what is bogus.
  if (found.rrset == nullptr || judged.verdict == dnssec::Security::bogus) return;
  const std::uint32_t ttl = std::clamp(found.ttl, kShortestTtl, kLongestTtl);
  const std::uint64_t packet_ns = about.packet_ns;
  Host asked{.name = about.name_digest(digests_),
             .until_ns = packet_ns + ttl * kSecondNs,
             .insecure = judged.verdict == dnssec::Security::insecure};
  Host behind = asked;
  const bool has_alias = !(found.name == message.qname());
  if (has_alias) behind.name = asked.behind = digest_of(found.name, digests_);
  message.each_record(*found.rrset, [&](Bytes rdata) {
    Address address{.octets{}, .family = message.qtype() == kTypeA ? Family::v4 : Family::v6};
    if (rdata.size() != (message.qtype() == kTypeA ? 4U : 16U)) return;
    std::ranges::copy(rdata, address.octets.begin());
    add(address, asked, packet_ns);
    if (has_alias) add(address, behind, packet_ns);
  });
}

void Hosts::add(const Address& address, const Host& host, std::uint64_t packet_ns) noexcept {
  const JoinKey key{digests_.server(address, 0, 0), 0, 0};
  Names* const known = table_.find(key, packet_ns);
  Names names = known != nullptr ? *known : Names{};
  auto place = std::ranges::find(names.hosts, host.name, &Host::name);
  if (place == names.hosts.end()) {
    place = names.hosts.end() - 1;
    if (place->until_ns > packet_ns) names.crowded_ns = std::max(names.crowded_ns, place->until_ns);
  }
  std::rotate(names.hosts.begin(), place, place + 1);
  names.hosts[0] = host;
  std::uint64_t until = names.crowded_ns;
  for (const Host& one : names.hosts) until = std::max(until, one.until_ns);
  table_.put(key, packet_ns, until + kLateNs) = names;
}

}  // namespace uptake::dane
