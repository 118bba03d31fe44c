#pragma once

#include "dataplane/tracking/streams.h"

namespace uptake {

/// Tcp: the connections of one worker: how they begin, are answered, go on and end (RFC 9293).
class Tcp {
 public:
  Tcp(const PrefixSet& customers, const Scribe& scribe, Listener& listener, Streams& streams) noexcept
      : customers_(customers), scribe_(scribe), listener_(listener), streams_(streams) {}

  /// How a segment ends. `is_new`: its flow has just been made.
  [[nodiscard]] Disposition track(const Now& now, Flow& flow, bool is_new) noexcept;

 private:
  [[nodiscard]] Disposition syn(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] Disposition syn_ack(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] Disposition answer_again(const Now& now, Flow& flow) noexcept;
  void fast_open(const Now& now, Flow& flow) noexcept;
  void start_over(const Now& now, Flow& flow) noexcept;
  void renew(const Now& now, Flow& flow) noexcept;
  void renew_done(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] static bool is_of_another(const Now& now, const Flow& flow) noexcept;
  [[nodiscard]] bool infer_answer(const Now& now, Flow& flow) noexcept;
  void closing(const Now& now, Flow& flow) noexcept;

  const PrefixSet& customers_;
  const Scribe& scribe_;
  Listener& listener_;
  Streams& streams_;
};

}  // namespace uptake
