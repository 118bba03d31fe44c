#pragma once

#include <array>
#include <cstdint>

#include "dataplane/flows/stream_prefix.h"
#include "dataplane/tracking/caller.h"
#include "dataplane/tracking/claims.h"
#include "dataplane/tracking/scribe.h"

namespace uptake {

/// Listener: the only one that asks a dissector what octets say, and what there is to say when a flow ends. It obeys
/// the verdicts, and hands over from one dissector to the next. Who calls it has put the octets of a stream in order.
class Listener {
 public:
  /// Payloads of one flow that nobody claims, after which nobody is asked again.
  static constexpr unsigned kMaxAsked = 16;

  /// Throws what a dissector's Workspace throws.
  Listener(const Engine& engine, const Scribe& scribe);

  /// A burst begins, where what a burst costs is bounded.
  void begin_burst() const noexcept { caller_.begin_burst(); }
  [[nodiscard]] const Habits& habits_of(const Flow& flow) const noexcept { return claims.row_of(flow).habits; }
  /// Offers a datagram of a flow to its dissector. `is_noted`: its subject is open in the notes already.
  void datagram(const Now& now, Flow& flow, const Payload& payload, bool is_noted) noexcept;
  /// The same of a flow whose dissector remembers datagrams, and of what it carries. False while it is in doubt
  /// whether the flow is its own.
  [[nodiscard]] bool remembered(const Now& now, Flow& flow, Conversation& conversation) noexcept;
  /// Offers the frame at hand, of a stream that was picked up midstream. True when the flow needs a Conversation.
  [[nodiscard]] bool midstream(const Now& now, Flow& flow) noexcept;
  /// Keeps since when the sides of a flow whose messages go on have holes, and tells its dissector where it asks.
  void watch_holes(const Now& now, Flow& flow, Conversation& conversation) noexcept;
  /// Offers `bytes` of one side until the dissector, or that which it hands over to, wants more. How many octets are
  /// done with: more than there are where what is still to come is passed over.
  [[nodiscard]] std::uint32_t offer(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                    Bytes bytes, std::uint32_t wire) noexcept;
  /// The contiguous start of a side, in one piece; valid until the next call.
  [[nodiscard]] Bytes held_of(const Now& now, StreamSide& side) noexcept {
    return StreamPrefix(now.shard.pool, side).whole(scratch_.data());
  }

  /// Ends one side; both over: the conversation. `self`: the dissector wants no more of it.
  void end_side(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Ending ending,
                bool self) noexcept;
  /// A bound of uptake ends a side.
  void give_up_side(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Limit why) noexcept;
  /// Ends a flow that has a Conversation, which goes back to its pool; what nobody claimed counts for the protocol
  /// that its port promises.
  void conclude(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept;

  const Claims claims;

 private:
  /// Where in some octets a dissector begins to read.
  struct Beginning {
    enum class What : std::uint8_t { here, wait, nowhere, done };
    What what;
    std::uint32_t at;
  };

  [[nodiscard]] Beginning begin(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                const Payload& payload) noexcept;
  [[nodiscard]] Beginning begin_unclaimed(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                          const Payload& payload) noexcept;
  [[nodiscard]] bool read(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Bytes bytes,
                          std::uint32_t wire, std::uint32_t& done) noexcept;
  [[nodiscard]] bool obey(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                          Result result) noexcept;
  void hand_over(const Now& now, Flow& flow, Conversation& conversation, bool carries) noexcept;
  void finish(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept;
  void forget(const Now& now, Flow& flow, const Payload& payload) const noexcept;
  void carry(const Now& now, Flow& flow, Conversation& conversation, unsigned index) noexcept;
  void read_carried(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                    Carriage& carriage) noexcept;

  void end_carried(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept;

  const Scribe& scribe_;
  Caller caller_;
  std::array<std::uint8_t, kMostHeld> scratch_;
};

// Inlined into what follows UDP: it runs for every datagram that a dissector reads.

[[gnu::always_inline]] inline void Listener::datagram(const Now& now, Flow& flow, const Payload& payload,
                                                      bool is_noted) noexcept {
  Memory memory;
  const FactId base = claims.row_of(flow).base;
  if (is_noted) {
    scribe_.notes.rebase(base);
  } else {
    scribe_.make_room();
    scribe_.describe(now, flow, scribe_.notes.about(base));
  }
  const Result result = caller_.call(claims, flow.row(), payload, memory);
  count_displaced(now);
  if (result.verdict == Verdict::not_mine || result.verdict == Verdict::settled ||
      result.verdict == Verdict::concluded)
    flow.set(Flow::kDone);
}

}  // namespace uptake
