#pragma once

#include <cstdint>
#include <span>

#include "policy/correlate/dnssec/message.h"

namespace uptake::dnssec {

/// Validity: how a packet time lies to a signature's times.
enum class Validity : std::uint8_t { current, expired, not_yet_valid };

/// Compares as serial numbers (RFC 4034 §3.1.5). Clocks differ: a tenth of the signature's life, at least an hour and
/// at most a day, is allowed on both sides, as unbound does.
[[nodiscard]] Validity validity_of(const Signature& signature, std::int64_t seconds) noexcept;

/// Whether the signature may be one of the RRset, whatever the key and the time (RFC 4035 §5.3.1). A DS is signed by
/// the zone above, a DNSKEY by its own.
[[nodiscard]] bool may_sign(const Signature& signature, const Rrset& set) noexcept;

/// The records were made from a wildcard (RFC 4035 §5.3.4). Requires may_sign().
[[nodiscard]] bool is_expanded(const Signature& signature, const Rrset& set) noexcept;

/// SignedData: the octets that a signature is over (RFC 4034 §3.1.8.1), made in a room of its own. A large object.
class SignedData {
 public:
  /// False: the RRset does not fit. Requires may_sign(). The result is valid until the next call.
  [[nodiscard]] bool make(const Message& message, const Rrset& set, const Signature& signature) noexcept;
  [[nodiscard]] Bytes octets() const noexcept { return {octets_.data(), size_}; }

 private:
  static constexpr std::size_t kMost = std::size_t{128} * 1024;

  [[nodiscard]] bool add(Bytes more) noexcept;
  [[nodiscard]] bool add_u16(std::uint16_t value) noexcept;

  std::array<Bytes, Message::kRecords> records_;
  std::array<std::uint8_t, kMost> octets_;
  std::size_t size_ = 0;
};

}  // namespace uptake::dnssec
