#pragma once

#include "dataplane/tracking/claims.h"
#include "dataplane/tracking/scribe.h"
#include "dataplane/tracking/workspaces.h"

namespace uptake {

/// Caller: calls the dissectors of one worker, and keeps of what they note what their flows remember: the name, and
/// the class of their bytes. What a dissector of datagrams notes of the stream inside, its carrier is told.
class Caller {
 public:
  /// Throws what a dissector's Workspace throws.
  Caller(const Engine& engine, const Scribe& scribe) : scribe_(scribe), workspaces_(engine.registry.rows()) {}

  /// A burst begins, where what a burst costs is bounded.
  void begin_burst() const noexcept { workspaces_.refill(); }
  /// Calls the dissector of `row`, and keeps nothing.
  [[nodiscard]] Result call(const Claims& claims, std::size_t row, const Payload& payload, Memory& memory) noexcept;
  /// Offers a payload of a flow with a Conversation to the dissector of `row`.
  [[nodiscard]] Result hear(const Claims& claims, const Now& now, Flow& flow, std::size_t row, Subject& subject,
                            const Payload& payload, Memory& memory) noexcept;
  /// Tells the dissector of `row` that a flow with a Conversation ends.
  void finish(const Claims& claims, const Now& now, Flow& flow, std::size_t row, Memory& memory,
              Ending ending) noexcept;
  /// What the last call took out of a datagram.
  [[nodiscard]] Carried& carried() noexcept { return carried_; }

 private:
  void tell_carrier(const Claims& claims, const Now& now, const Flow& flow,
                    std::size_t first_observation) const noexcept;

  const Scribe& scribe_;
  const Workspaces workspaces_;
  Carried carried_;
};

// Inlined into what follows UDP: it runs for every datagram that a dissector reads.
[[gnu::always_inline]] inline Result Caller::call(const Claims& claims, std::size_t row, const Payload& payload,
                                                  Memory& memory) noexcept {
  Call call{payload, scribe_.notes, carried_, workspaces_.of(row)};
  return claims.row(row).dissect(call, memory);
}

}  // namespace uptake
