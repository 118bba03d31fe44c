#pragma once

#include <cstdint>

namespace uptake {

/// Pulse: a few sums of what was counted so far, for a display while the run goes on. Adding commutes.
struct Pulse {
  std::uint64_t frames = 0;
  std::uint64_t flows = 0;    ///< begun
  std::uint64_t packets = 0;  ///< of IP
  std::uint64_t packets_v6 = 0;
  std::uint64_t packets_unread = 0;
  std::uint64_t tls = 0;  ///< connections whose version is known
  std::uint64_t tls_1_3 = 0;

  void add(const Pulse& other) noexcept {
    frames += other.frames;
    flows += other.flows;
    packets += other.packets;
    packets_v6 += other.packets_v6;
    packets_unread += other.packets_unread;
    tls += other.tls;
    tls_1_3 += other.tls_1_3;
  }
};

}  // namespace uptake
