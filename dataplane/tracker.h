#pragma once

#include <array>
#include <cstdint>

#include "dataplane/engine.h"
#include "dataplane/flows/stream_prefix.h"
#include "dataplane/item.h"
#include "dataplane/shard.h"
#include "dataplane/windows.h"
#include "dissectors/observation.h"

namespace uptake {

/// Tracker: follows the flows of one worker's shards: finds or makes each flow, extends the in-order start of a TCP
/// direction, asks the dissectors, and gives a flow's bytes their class. Neither allocates nor throws.
class Tracker {
 public:
  /// `absorb(context)` empties the notes; it is called when they may not hold what a dissector notes next.
  Tracker(const Engine& engine, Notes& notes, void (*absorb)(void*) noexcept, void* context) noexcept;

  /// How a frame with ports ends. `window` is the frame's; `frames` of bytes are counted by the caller.
  [[nodiscard]] Disposition track(Shard& shard, const Item& item, Window& window) noexcept;
  /// The direction that the packet's addresses give, of a flow that track() has just seen or of any other packet.
  [[nodiscard]] Direction direction_of(const Segment& segment) const noexcept;
  /// Ends every flow of a shard, in the order of its places.
  void finish(Shard& shard, const Item& last, Window& window) noexcept;
  [[nodiscard]] Direction last_direction() const noexcept { return direction_; }

 private:
  /// What is at hand while one frame is tracked.
  struct Now {
    Shard& shard;
    const Item& item;
    Window& window;
    Ticks ticks;
    bool from_low;
  };

  // flows
  void begin_flow(const Now& now, Flow& flow) noexcept;
  void end_flow(const Now& now, Flow& flow) noexcept;
  void answered(const Now& now, Flow& flow, bool only_answer) noexcept;
  void note_answer(Flow& flow, const Subject& subject, bool only_answer) noexcept;
  void describe(const Now& now, const Flow& flow, Subject& subject) const noexcept;
  [[nodiscard]] Direction client_direction(const Flow& flow) const noexcept;
  [[nodiscard]] Subject subject_of(const Now& now, const Flow& flow) const noexcept;

  // TCP: connections (tracker_tcp.cc), and what their streams carry (tracker_stream.cc)
  [[nodiscard]] static constexpr unsigned side_of(bool from_low) noexcept { return from_low ? 0 : 1; }
  [[nodiscard]] Disposition tcp(const Now& now, Flow& flow, bool is_new) noexcept;
  [[nodiscard]] Disposition syn(const Now& now, Flow& flow) noexcept;
  void fast_open(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] static Payload payload_of(const Now& now, const Flow& flow) noexcept;
  [[nodiscard]] Disposition syn_ack(const Now& now, Flow& flow) noexcept;
  void infer_answer(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] bool midstream(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] bool stream(const Now& now, Flow& flow) noexcept;
  void give_up(const Now& now, std::uint32_t place) noexcept;
  void free_chunks(const Now& now, std::uint32_t own) noexcept;
  [[nodiscard]] Handshake* handshake_of(const Now& now, Flow& flow) noexcept;
  bool offer_held(const Now& now, Flow& flow, Handshake& handshake, unsigned side) noexcept;
  [[nodiscard]] std::uint32_t offer(const Now& now, Flow& flow, Handshake& handshake, unsigned side, Bytes bytes,
                                    std::uint32_t wire) noexcept;
  [[nodiscard]] bool claim(const Payload& payload, Flow& flow) noexcept;
  void side_over(const Now& now, Flow& flow, Handshake& handshake, unsigned side, Ending ending, bool self) noexcept;
  void settle(const Now& now, Flow& flow, Handshake& handshake) noexcept;
  void release(const Now& now, Flow& flow) noexcept;
  void finish_dissector(const Now& now, Flow& flow, Handshake& handshake, Ending ending) noexcept;
  void note_class(const Now& now, Flow& flow, std::size_t first_observation) noexcept;
  void keep_name(const Now& now, Handshake& handshake, std::uint32_t place, Notes::Mark before) noexcept;
  void closing(const Now& now, Flow& flow) noexcept;

  // UDP
  [[nodiscard]] Disposition udp(const Now& now, Flow& flow, bool is_new) noexcept;

  void make_room() noexcept {
    if (notes_.nearly_full()) [[unlikely]]
      absorb_(context_);
  }

  const Engine& engine_;
  Notes& notes_;
  void (*absorb_)(void*) noexcept;
  void* context_;
  Direction direction_ = Direction::unknown;
  std::array<std::uint8_t, kHandshakeBytes> scratch_;
};

}  // namespace uptake
