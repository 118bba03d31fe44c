#include "policy/report/themes.h"

#include <algorithm>
#include <array>

namespace uptake::report {
namespace {

constexpr std::array<std::string_view, 8> kAddress = {"ipv6", "ipv4",   "6in4",  "6-in-tunnel",
                                                      "6to4", "teredo", "nat64", "ipv6-privacy"};
constexpr std::array<std::string_view, 5> kSigned = {"dnssec", "dnssec-algorithms", "nsec3", "dane", "caa"};
constexpr std::array<std::string_view, 9> kNames = {
    "dns", "dns-tcp", "edns", "dns-cookies", "dns-client-subnet", "dns-padding", "dns-errors", "svcb", "dot"};
constexpr std::array<std::string_view, 14> kSecure = {"tls",
                                                      "tls-deprecated",
                                                      "tls-profile",
                                                      "tls-groups",
                                                      "tls-pq",
                                                      "tls-sni",
                                                      "tls-alpn",
                                                      "tls-ems",
                                                      "tls-renegotiation",
                                                      "tls-compression",
                                                      "tls-fallback",
                                                      "tls-stapling",
                                                      "tls-cert-compression",
                                                      "tls-ech"};
constexpr std::array<std::string_view, 6> kMail = {"spf", "dkim", "dmarc", "mta-sts", "tls-rpt", "bimi"};

constexpr std::array<Theme, 6> kThemes = {{
    {"Modern address: IPv6", kAddress},
    {"Signed names: DNSSEC, DANE, CAA", kSigned},
    {"Secure connection: TLS", kSecure},
    {"Secure mail: policies in DNS", kMail},
    {"Name service: DNS", kNames},
    {"Other standards", {}},
}};

}  // namespace

std::span<const Theme> themes() noexcept { return kThemes; }

std::size_t theme_of(std::string_view standard) noexcept {
  for (std::size_t i = 0; i + 1 < kThemes.size(); ++i) {
    const std::span<const std::string_view> of = kThemes[i].standards;
    if (std::find(of.begin(), of.end(), standard) != of.end()) return i;
  }
  return kThemes.size() - 1;
}

}  // namespace uptake::report
