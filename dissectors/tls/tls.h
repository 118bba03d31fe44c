#pragma once

#include "dissectors/dissector.h"
#include "dissectors/tls/certificates.h"
#include "dissectors/tls/facts.h"
#include "dissectors/tls/session.h"

namespace uptake::tls {

/// Dissector of TLS over TCP on any port (RFC 9846, RFC 5246): feeds a Session with the messages in the records, and
/// with SSL 2.0. The certificate flight is passed over without being kept, but
/// where somebody wants to see it.
/// Every claimed flow notes kSession once, from dissect() or from finish(), and kOffer once unless it was picked up
/// midstream. finish() of zeroed Memory is a connection that is TLS by its port alone: no_hello, or what `ending`
/// says.
struct Dissector {
  static constexpr std::string_view kName = "tls";

  struct Memory {
    Session session;
    std::uint32_t record_left = 0;   ///< server: octets left of the current record
    std::uint32_t message_left = 0;  ///< and of the message that is passed over
  };
  static std::span<const FactRow> facts() noexcept { return tls::facts(); }
  static std::span<const ExhibitRow> exhibits() noexcept { return tls::exhibits(); }
  static Claim claims(const Payload& payload) noexcept;
  static std::uint32_t search(const Payload& payload) noexcept;
  static bool presumes(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::tls
