#pragma once

#include "dataplane/tracking/tcp.h"

namespace uptake {

/// Udp: the exchanges of datagrams of one worker: how they begin, are answered and end.
class Udp {
 public:
  Udp(const PrefixSet& customers, const Scribe& scribe, Listener& listener, Tcp& tcp) noexcept
      : customers_(customers), scribe_(scribe), listener_(listener), tcp_(tcp) {}

  /// How a datagram ends. `is_new`: its flow is to be made. `direction` is that of its sender.
  [[nodiscard]] Disposition track(const Now& now, Flow& flow, bool is_new, Direction& direction) noexcept;

 private:
  [[nodiscard]] Disposition datagram(const Now& now, Flow& flow, bool is_new) noexcept;

  const PrefixSet& customers_;
  const Scribe& scribe_;
  Listener& listener_;
  Tcp& tcp_;
};

}  // namespace uptake
