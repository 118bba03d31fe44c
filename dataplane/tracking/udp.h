#pragma once

#include "dataplane/tracking/streams.h"

namespace uptake {

/// Udp: the exchanges of datagrams of one worker: how they begin, are answered and end.
class Udp {
 public:
  Udp(const PrefixSet& customers, const Scribe& scribe, Listener& listener, Streams& streams) noexcept
      : customers_(customers), scribe_(scribe), listener_(listener), streams_(streams) {}

  /// How a datagram ends. `is_new`: its flow is to be made. `direction` is that of its sender.
  [[nodiscard]] Disposition track(const Now& now, Flow& flow, bool is_new, Direction& direction) noexcept;

 private:
  /// How a datagram of a flow without a Conversation ends. `remembers`: its flow is to have one.
  [[nodiscard]] Disposition datagram(const Now& now, Flow& flow, bool is_new, bool& remembers) noexcept;
  [[nodiscard]] bool answer(const Now& now, Flow& flow, bool is_new) noexcept;

  const PrefixSet& customers_;
  const Scribe& scribe_;
  Listener& listener_;
  Streams& streams_;
};

}  // namespace uptake
