#pragma once

#include "dissectors/dissector.h"
#include "dissectors/tls/facts.h"

namespace uptake::tls {

/// Dissector of TLS over TCP on any port (RFC 9846, RFC 5246): ClientHello, HelloRetryRequest, ServerHello and,
/// below 1.3, ServerKeyExchange; and SSL 2.0. The certificate flight is passed over without being kept.
/// Every claimed flow notes kSession once, from dissect() or from finish(), and kOffer once unless it was picked up
/// midstream. finish() of zeroed Memory is a connection that is TLS by its port alone: no_hello, or what `ending`
/// says.
struct Dissector {
  static constexpr std::string_view kName = "tls";

  /// How far one direction has come.
  enum class Step : std::uint8_t {
    start,   ///< no hello yet
    flight,  ///< server: behind its hello, on the way to the ServerKeyExchange
    done,    ///< all read that is wanted
    lost,    ///< it will show no hello that can be read
  };
  struct Memory {
    std::uint64_t session = 0;       ///< SessionBits as known so far
    std::uint64_t client_id = 0;     ///< mix of the client's session_id
    std::uint64_t server_id = 0;     ///< mix of the server's
    std::uint32_t record_left = 0;   ///< server: octets left of the current record
    std::uint32_t message_left = 0;  ///< and of the message that is passed over
    Step client = Step::start;
    Step server = Step::start;
    std::uint8_t client_waits = 0;  ///< payloads that came while the other side was waited for
    std::uint8_t server_waits = 0;
    Sight why = Sight::complete;         ///< the first reason for which a hello could not be read; complete: none
    Sight client_why = Sight::complete;  ///< the same of the ClientHello
    bool alpn_offered = false;
    bool full = false;  ///< a Certificate or what only follows one was passed: nothing is resumed
    bool noted = false;
    bool met = false;    ///< some payload was offered
    bool begun = false;  ///< and the start of one direction, or of the connection, is known
  };
  static std::span<const FactRow> facts() noexcept { return tls::facts(); }
  static Claim claims(const Payload& payload) noexcept;
  static std::uint32_t search(const Payload& payload) noexcept;
  static bool presumes(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::tls
