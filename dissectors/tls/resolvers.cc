#include "dissectors/tls/resolvers.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace uptake::tls {
namespace {

/// As the resolvers' operators publish them; in order.
constexpr auto kNames = std::to_array<std::string_view>({
    "1dot1dot1dot1.cloudflare-dns.com",
    "base.dns.mullvad.net",
    "chrome.cloudflare-dns.com",
    "cloudflare-dns.com",
    "dns.adguard-dns.com",
    "dns.adguard.com",
    "dns.alidns.com",
    "dns.controld.com",
    "dns.digitale-gesellschaft.ch",
    "dns.google",
    "dns.google.com",
    "dns.mullvad.net",
    "dns.nextdns.io",
    "dns.njal.la",
    "dns.opendns.com",
    "dns.quad9.net",
    "dns.sb",
    "dns.switch.ch",
    "dns0.eu",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "dns4all.eu",
    "dns9.quad9.net",
    "doh.applied-privacy.net",
    "doh.cleanbrowsing.org",
    "doh.dns.sb",
    "doh.dns4all.eu",
    "doh.familyshield.opendns.com",
    "doh.libredns.gr",
    "doh.opendns.com",
    "doh.pub",
    "doh.umbrella.com",
    "doh.xfinity.com",
    "family.adguard-dns.com",
    "family.cloudflare-dns.com",
    "freedns.controld.com",
    "kids.dns0.eu",
    "mozilla.cloudflare-dns.com",
    "odvr.nic.cz",
    "one.one.one.one",
    "protective.joindns4.eu",
    "security.cloudflare-dns.com",
    "unfiltered.adguard-dns.com",
    "unfiltered.joindns4.eu",
    "zero.dns0.eu",
});
static_assert(std::ranges::is_sorted(kNames));

}  // namespace

bool is_public_resolver(Bytes server_name) noexcept {
  constexpr std::size_t kShortest = std::ranges::min(kNames, {}, &std::string_view::size).size();
  constexpr std::size_t kLongest = std::ranges::max(kNames, {}, &std::string_view::size).size();
  if (server_name.size() < kShortest || server_name.size() > kLongest) return false;
  const std::string_view name(reinterpret_cast<const char*>(server_name.data()), server_name.size());
  return std::ranges::binary_search(kNames, name);
}

}  // namespace uptake::tls
