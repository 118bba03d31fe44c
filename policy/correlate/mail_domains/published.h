#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dissectors/packet_time.h"
#include "policy/correlate/dane/hosts.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/join_table.h"
#include "policy/correlate/mail_domains/facts.h"

namespace uptake::mail_domains {

/// Kept: a promise, and until when it is remembered.
struct Kept {
  Promise promise = Promise::unknown;
  std::uint64_t until_ns = 0;

  [[nodiscard]] Promise at(std::uint64_t packet_ns) const noexcept {
    return packet_ns < until_ns ? promise : Promise::unknown;
  }
};

/// Domain: what a domain publishes about its mail.
struct Domain {
  Kept mta_sts;
  Kept tls_rpt;
};

/// Host: a mail server by name: its domains, the last that was asked for first, and whether it has TLSA records that
/// senders can rely on.
struct Host {
  static constexpr std::size_t kDomains = 4;
  std::array<std::uint64_t, kDomains> domains{};  ///< digests; 0: none
  Kept dane;
};

/// Promises: what is known at a time of what a domain publishes.
struct Promises {
  Promise mta_sts;
  Promise tls_rpt;
  Promise dane;
};

/// Published: what answers about mail said in the last day, by domain, by host and by address.
class Published {
 public:
  /// Bounds: domains, hosts and addresses that are remembered.
  struct Bounds {
    std::size_t domains = std::size_t{1} << 15;
    std::size_t hosts = std::size_t{1} << 14;
    std::size_t addresses = std::size_t{1} << 14;
  };

  /// The digests are borrowed.
  Published(const Digests& digests, const Bounds& bounds)
      : digests_(digests), domains_(bounds.domains), hosts_(bounds.hosts), addresses_(digests, bounds.addresses) {}

  /// Said: what a response says of a domain's MX records.
  struct Said {
    Exchange exchange;
    std::uint64_t domain;  ///< digest
  };
  /// Takes a response that was judged. Nothing where it was not asked for MX.
  std::optional<Said> learn(const dnssec::Message& message, const dnssec::Bits& judged, const About& about) noexcept;

  /// Calls each(domain's digest, Promises) for the domains whose mail the server with that address takes. Returns how
  /// many those are.
  template <class Each>
  unsigned each_domain(const Address& server, std::uint64_t packet_ns, Each each) noexcept {
    const dane::Hosts::Names* const names = addresses_.find(server, packet_ns);
    unsigned count = 0;
    if (names == nullptr) return count;
    for (const dane::Hosts::Host& name : names->hosts) {
      const Host* const host =
          name.name == 0 || name.until_ns <= packet_ns ? nullptr : hosts_.find(key_of(name.name), packet_ns);
      if (host == nullptr) continue;
      for (const std::uint64_t digest : host->domains) {
        if (digest == 0) continue;
        ++count;
        const Domain* const domain = domains_.find(key_of(digest), packet_ns);
        each(digest, Promises{.mta_sts = domain == nullptr ? Promise::unknown : domain->mta_sts.at(packet_ns),
                              .tls_rpt = domain == nullptr ? Promise::unknown : domain->tls_rpt.at(packet_ns),
                              .dane = host->dane.at(packet_ns)});
      }
    }
    return count;
  }

  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return domains_.forgotten() + hosts_.forgotten() + addresses_.forgotten();
  }

 private:
  static constexpr std::uint64_t kRememberNs = 24 * 3600 * kSecondNs;
  using IsSound = bool (*)(std::string_view text) noexcept;
  [[nodiscard]] static JoinKey key_of(std::uint64_t digest) noexcept { return {digest, 0, 0}; }
  [[nodiscard]] std::uint64_t digest_of(std::string_view name) const noexcept {
    return digests_.name({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
  }
  [[nodiscard]] Exchange learn_exchangers(const dnssec::Message& message, std::uint64_t domain,
                                          std::uint64_t packet_ns) noexcept;
  void learn_texts(const dnssec::Message& message, std::string_view name, std::uint64_t packet_ns) noexcept;
  [[nodiscard]] bool has_policy(const dnssec::Message& message, const dnssec::Rrset& records,
                                std::string_view version, IsSound is_sound) noexcept;
  void learn_tlsa(const dnssec::Message& message, const dnssec::Bits& judged, std::string_view name,
                  std::uint64_t packet_ns) noexcept;

  const Digests& digests_;
  JoinTable<Domain> domains_;
  JoinTable<Host> hosts_;
  dane::Hosts addresses_;
  std::array<char, 65536> text_;  ///< of a TXT record
};

}  // namespace uptake::mail_domains
