#pragma once

#include "dissectors/dissector.h"
#include "dissectors/quic/connection.h"
#include "dissectors/quic/opener.h"
#include "dissectors/quic/packet.h"

namespace uptake::quic {

/// Datagram: reads the packets of one datagram (RFC 9000 section 12.2) into its Connection, and carries the CRYPTO
/// frames of its Initials on.
class Datagram {
 public:
  Datagram(Call& call, Connection& connection, Opener& opener) noexcept
      : call_(call), connection_(connection), opener_(opener) {}

  /// need_more: no connection beyond doubt yet; concluded: all is known of it that will be; not_mine: none.
  [[nodiscard]] Verdict read() noexcept;

 private:
  void take(const Packet& packet) noexcept;
  void take_from_client(const Packet& packet) noexcept;
  void take_from_server(const Packet& packet) noexcept;
  void client_initial(const Packet& packet) noexcept;
  void server_initial(const Packet& packet) noexcept;
  [[nodiscard]] Opener::Opened open_client(const Packet& packet) noexcept;
  [[nodiscard]] bool is_wanted(const Packet& packet) const noexcept;
  [[nodiscard]] Verdict verdict() const noexcept;

  Call& call_;
  Connection& connection_;
  Opener& opener_;
  bool brought_ = false;  ///< something that was not known
};

}  // namespace uptake::quic
