#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "policy/correlate/correlator.h"
#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/zone_table.h"

namespace uptake::dnssec {

/// Records: the DS and DNSKEY RRsets that were verified, with their signatures: of each owner the last. Memory is
/// taken when it is made. The joins' thread fills it; text() is for whoever comes when that has ended.
class Records {
 public:
  explicit Records(std::size_t places = std::size_t{1} << 14);

  /// The correlator that takes them out of secure responses: it stands below that of DNSSEC. Borrows this.
  [[nodiscard]] CorrelatorRow row();
  /// As zone-file text, in canonical order. A TTL is the original one, which is signed.
  [[nodiscard]] std::string text() const;

  void file(const Filed& filed, const Digests& digests) noexcept;
  /// RRsets that had no room, or lost it.
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return table_.forgotten() + too_long_; }

 private:
  /// Known: an RRset. `octets`: { type(2) size(2) RDATA }, records and then signatures.
  struct Known {
    static constexpr std::size_t kMost = 2048;
    Name name;
    Lifetime life;  ///< orders by need: what ends first is forgotten first
    std::uint64_t id = 0;
    std::uint64_t seen_ns = 0;
    std::uint32_t ttl = 0;
    std::uint16_t size = 0;
    std::array<std::uint8_t, kMost> octets;

    [[nodiscard]] bool add(std::uint16_t type, Bytes rdata) noexcept { return add(type, {&rdata, 1}); }
    /// RDATA that stands in parts.
    [[nodiscard]] bool add(std::uint16_t type, std::span<const Bytes> parts) noexcept;
  };

  void take(const Rrset& set, std::uint64_t packet_ns, const Digests& digests) noexcept;

  ZoneTable<Known> table_;
  std::unique_ptr<Message> message_;
  std::unique_ptr<Known> made_;
  std::uint64_t too_long_ = 0;
};

}  // namespace uptake::dnssec
