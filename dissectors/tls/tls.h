#pragma once

#include "dissectors/dissector.h"
#include "dissectors/tls/facts.h"

namespace uptake::tls {

/// Dissector of TLS over TCP on any port (RFC 9846, RFC 5246): ClientHello, HelloRetryRequest, ServerHello and,
/// below 1.3, ServerKeyExchange. The certificate flight is passed over without being kept.
struct Dissector {
  static constexpr std::string_view kName = "tls";
  struct Memory {
    std::uint64_t octets[8] = {};
  };
  static std::span<const FactRow> facts() noexcept { return tls::facts(); }
  static Claim claims(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::tls
