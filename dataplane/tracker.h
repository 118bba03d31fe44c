#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/engine.h"
#include "dataplane/flows/stream_prefix.h"
#include "dataplane/item.h"
#include "dataplane/shard.h"
#include "dataplane/windows.h"
#include "dissectors/frame/facts.h"
#include "dissectors/observation.h"
#include "dissectors/unread/unread.h"

namespace uptake {

/// Tracker: follows the flows of one worker's shards: finds or makes each flow, extends the in-order start of a TCP
/// direction, asks the dissectors, and gives a flow's bytes their class. Neither allocates nor throws.
class Tracker {
 public:
  /// `absorb(context)` empties the notes; it is called when they may not hold what a dissector notes next.
  Tracker(const Engine& engine, Notes& notes, void (*absorb)(void*) noexcept, void* context) noexcept;

  /// How a frame with ports ends. `window` is the frame's; `frames` of bytes are counted by the caller.
  [[nodiscard]] Disposition track(Shard& shard, const Item& item, Window& window) noexcept;
  /// Counts the conversation of a packet of which transport_cut() holds: once, as one that could not be seen.
  void track_cut(Shard& shard, const Item& item, Window& window) noexcept;
  /// The direction that the packet's addresses give, of a flow that track() has just seen or of any other packet.
  [[nodiscard]] Direction direction_of(const Segment& segment) const noexcept;
  /// Ends what is pending in a shard, and of which nothing was heard since the packet time `before_ns`; true when
  /// something was. `window` is about to close.
  [[nodiscard]] bool end_silent(Shard& shard, const Item& item, Window& window, std::uint64_t before_ns) noexcept;
  /// Ends the flows of a shard, in the order of its places; nothing is tracked after that.
  void finish(Shard& shard, const Item& last, Window& window) noexcept;
  [[nodiscard]] Direction last_direction() const noexcept { return direction_; }
  /// Flows begun so far.
  [[nodiscard]] std::uint64_t flows() const noexcept { return flows_; }
  /// What the packet that track() has just seen carries, when no dissector reads its flow.
  [[nodiscard]] Unread last_unread() const noexcept { return unread_; }

 private:
  /// What is at hand while one frame is tracked.
  struct Now {
    Shard& shard;
    const Item& item;
    Window& window;
    Ticks ticks;
    bool from_low;
  };

  /// Payloads of one flow that nobody claims, after which nobody is asked again.
  static constexpr unsigned kMaxAsked = 16;

  // flows
  [[nodiscard]] Flow new_flow(const Now& now) const noexcept;
  void evict(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] unsigned customers_of(const Now& now) const noexcept;
  void end_flow(const Now& now, Flow& flow) noexcept;
  void answered(const Now& now, Flow& flow, bool only_answer) noexcept;
  void note_answer(Flow& flow, const Subject& subject, bool only_answer) noexcept;
  void describe(const Now& now, const Flow& flow, Subject& subject) const noexcept;
  /// The direction of what one end sends, when customers are known.
  [[nodiscard]] static Direction direction_in(const Flow& flow, bool from_low) noexcept;
  [[nodiscard]] static Direction client_direction(const Flow& flow) noexcept {
    return direction_in(flow, flow.is(Flow::kClientIsLow));
  }
  [[nodiscard]] Subject subject_of(const Now& now, const Flow& flow) const noexcept;
  [[nodiscard]] static Subject subject_of(const Now& now, const Flow& flow, const Handshake& handshake) noexcept;

  // TCP: connections (tracker_tcp.cc), whose their streams are (tracker_claim.cc), what is missing of them
  // (tracker_holes.cc), and what they carry (tracker_stream.cc)
  [[nodiscard]] static constexpr unsigned side_of(bool from_low) noexcept { return from_low ? 0 : 1; }
  [[nodiscard]] Disposition tcp(const Now& now, Flow& flow, bool is_new) noexcept;
  [[nodiscard]] Disposition syn(const Now& now, Flow& flow) noexcept;
  void fast_open(const Now& now, Flow& flow) noexcept;
  static void attempt(const Now& now, Flow& flow, std::uint32_t isn, bool from_low) noexcept;
  void renew(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] Payload payload_of(const Now& now, const Flow& flow, bool stream) const noexcept;
  void surround(const Now& now, Payload& payload) const noexcept;
  [[nodiscard]] Disposition syn_ack(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] bool infer_answer(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] bool midstream(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] bool stream(const Now& now, Flow& flow) noexcept;
  void give_up(const Now& now, std::uint32_t place, Limit why) noexcept;
  void free_chunks(const Now& now, std::uint32_t own) noexcept;
  [[nodiscard]] bool hear(const Now& now, Flow& flow) noexcept;
  [[nodiscard]] static bool acceptable(const Now& now, StreamSide& side) noexcept;
  void resume(const Now& now, Flow& flow, Handshake& handshake, unsigned side) noexcept;
  [[nodiscard]] bool lose(const Now& now, Flow& flow, Handshake& handshake, unsigned side, Ending why) noexcept;
  void jump(const Now& now, Flow& flow, Handshake& handshake, unsigned side, std::uint32_t to, Ending why) noexcept;
  [[nodiscard]] Handshake* handshake_of(const Now& now, Flow& flow) noexcept;
  void segment_of(const Now& now, Flow& flow, Handshake& handshake, unsigned side) noexcept;
  void hold(const Now& now, Flow& flow, Handshake& handshake, unsigned side, std::uint32_t sequence, Bytes bytes,
            bool offered) noexcept;
  void give_up_side(const Now& now, Flow& flow, Handshake& handshake, unsigned side, Limit why) noexcept;
  [[nodiscard]] bool goes_on(const Now& now, Flow& flow, Handshake& handshake, unsigned side, Result result) noexcept;
  bool offer_held(const Now& now, Flow& flow, Handshake& handshake, unsigned side) noexcept;
  [[nodiscard]] std::uint32_t offer(const Now& now, Flow& flow, Handshake& handshake, unsigned side, Bytes bytes,
                                    std::uint32_t wire) noexcept;
  [[nodiscard]] bool claim(const Payload& payload, Flow& flow) noexcept;
  [[nodiscard]] Payload payload_of(const Now& now, const Flow& flow, const Handshake& handshake, unsigned side,
                                   Bytes bytes, std::uint32_t wire) const noexcept;
  /// Where in some octets a dissector begins to read.
  struct Beginning {
    enum class What : std::uint8_t { here, wait, nowhere, done };
    What what;
    std::uint32_t at;
  };
  [[nodiscard]] Beginning begin(const Now& now, Flow& flow, Handshake& handshake, unsigned side,
                                const Payload& payload) noexcept;
  [[nodiscard]] std::uint32_t search(const Payload& payload, Flow& flow) noexcept;
  [[nodiscard]] static Payload behind(const Payload& payload, std::uint32_t at) noexcept;
  [[nodiscard]] bool begins_before(const Now& now, Flow& flow, Handshake& handshake, unsigned side) noexcept;
  void conclude(const Now& now, Flow& flow, Handshake& handshake, Ending ending) noexcept;
  [[nodiscard]] std::size_t presumed(const Payload& payload) const noexcept;
  void side_over(const Now& now, Flow& flow, Handshake& handshake, unsigned side, Ending ending, bool self) noexcept;
  void settle(const Now& now, Flow& flow, Handshake& handshake) noexcept;
  void release(const Now& now, Flow& flow) noexcept;
  void finish_dissector(const Now& now, Flow& flow, Handshake& handshake, Ending ending) noexcept;
  void note_class(const Now& now, Flow& flow, std::size_t first_observation) noexcept;
  void keep_name(const Now& now, Handshake& handshake, std::uint32_t place, Notes::Mark before) noexcept;
  void closing(const Now& now, Flow& flow) noexcept;

  /// No dissector claims the flow with this payload.
  void unclaimed(const Now& now, Flow& flow, const Payload& payload, unsigned most) const noexcept;
  [[nodiscard]] static Unread unread_in(const Flow& flow) noexcept {
    const bool unread = !flow.is(Flow::kIsn | Flow::kSession) && flow.row() == 0;
    return unread ? static_cast<Unread>(flow.byte_class & 0xff) : Unread::none;
  }

  // UDP
  [[nodiscard]] Disposition udp(const Now& now, Flow& flow, bool is_new) noexcept;
  [[nodiscard]] Disposition datagram(const Now& now, Flow& flow, bool is_new) noexcept;

  static void count_displaced(const Now& now) noexcept {
    const std::uint64_t displaced = now.shard.exchanges.take_displaced();
    if (displaced != 0) [[unlikely]]
      now.window.limit(Limit::query_displaced, displaced);
  }
  void make_room() noexcept {
    if (notes_.nearly_full()) [[unlikely]]
      absorb_(context_);
  }

  const Engine& engine_;
  const std::span<const Row> rows_;                 ///< of the engine's registry
  const std::span<const AddressRange> translated_;  ///< the engine's NAT64 prefixes
  Notes& notes_;
  void (*absorb_)(void*) noexcept;
  void* context_;
  Direction direction_ = Direction::unknown;
  std::uint64_t flows_ = 0;
  Unread unread_ = Unread::none;
  std::array<std::uint8_t, kHandshakeBytes> scratch_;
};

// Inlined into what follows UDP and TCP: they run for nearly every packet that a dissector sees.

/// Adds what a payload shares with its shard and with the whole run.
[[gnu::always_inline]] inline void Tracker::surround(const Now& now, Payload& payload) const noexcept {
  payload.ticks = now.ticks;
  payload.flow = now.item.id.flow;
  payload.exchanges = &now.shard.exchanges;
  payload.translated = translated_;
}

/// The payload of the frame at hand, as one side of its flow sent it.
[[gnu::always_inline]] inline Payload Tracker::payload_of(const Now& now, const Flow& flow,
                                                          bool stream) const noexcept {
  const Segment& segment = now.item.segment;
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  Payload payload;
  payload.bytes = {segment.payload, segment.payload_captured};
  payload.wire = segment.payload_wire;
  payload.stream = stream;
  payload.begun = flow.is(Flow::kBegun);
  payload.from = from_client ? Side::client : Side::server;
  payload.client_port = from_client ? segment.source_port : segment.destination_port;
  payload.server_port = from_client ? segment.destination_port : segment.source_port;
  surround(now, payload);
  return payload;
}

[[gnu::always_inline]] inline Flow Tracker::new_flow(const Now& now) const noexcept {
  const Segment& segment = now.item.segment;
  // A guess that a SYN or a claim corrects: the lower port is the service.
  const bool from_client = segment.source_port > segment.destination_port;
  Flow flow;
  flow.identity = (now.item.id.flow & Flow::kIdentityMask) | static_cast<std::uint64_t>(segment.path) << 5 |
                  static_cast<std::uint64_t>(segment.source.family) << 4;
  flow.mark = now.ticks;
  flow.state = static_cast<std::uint16_t>(
      Flow::kInUse | (segment.protocol == frame::protocol::kTcp ? Flow::kTcp : 0) |
      (from_client == now.from_low ? Flow::kClientIsLow : 0) | (engine_.customers.empty() ? 0 : customers_of(now)));
  return flow;
}

inline Direction Tracker::direction_in(const Flow& flow, bool from_low) noexcept {
  if (!flow.is(Flow::kLowCustomer | Flow::kHighCustomer)) return Direction::unknown;
  return flow.is(from_low ? Flow::kLowCustomer : Flow::kHighCustomer) ? Direction::from_customer
                                                                      : Direction::toward_customer;
}

/// Writes every field of `subject`: it may hold an old one.
[[gnu::always_inline]] inline void Tracker::describe(const Now& now, const Flow& flow,
                                                     Subject& subject) const noexcept {
  const Segment& segment = now.item.segment;
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  subject.client = from_client ? segment.source : segment.destination;
  subject.server = from_client ? segment.destination : segment.source;
  subject.client_port = from_client ? segment.source_port : segment.destination_port;
  subject.server_port = from_client ? segment.destination_port : segment.source_port;
  subject.transport = segment.protocol;
  subject.direction = client_direction(flow);
  subject.time_ns = now.item.frame->time_ns;
  subject.ordinal = now.item.frame->ordinal;
  subject.name_digest = 0;
  subject.name = {};
}

/// Notes a connection that was answered; `subject` is whom the notes are about.
[[gnu::always_inline]] inline void Tracker::note_answer(Flow& flow, const Subject& subject,
                                                        bool only_answer) noexcept {
  const std::uint8_t* const octets = subject.client.octets.data();
  const bool v6 = subject.client.family == Family::v6;
  // An interface identifier made of a MAC address (RFC 4291 Appendix A): FF FE in the middle. The universal/local bit
  // says of which kind the MAC is, not whether there is one: locally administered ones are embedded too (RFC 7136).
  const bool eui64 = v6 & (octets[11] == 0xff) & (octets[12] == 0xfe);
  const bool global = v6 & ((octets[0] & 0xe0) == 0x20);  // global unicast 2000::/3 (RFC 4291 §2.4)
  flow.set(Flow::kAnswered);
  notes_.note(frame::kConnection, flow.kind() | frame::ConnectionBits{.tcp = flow.is(Flow::kTcp),
                                                                      .answered = true,
                                                                      .client_eui64 = eui64,
                                                                      .client_global = global,
                                                                      .only_answer = only_answer}
                                                    .pack());
}

[[gnu::always_inline]] inline void Tracker::answered(const Now& now, Flow& flow, bool only_answer) noexcept {
  make_room();
  Subject& subject = notes_.about(rows_[0].base);
  describe(now, flow, subject);
  note_answer(flow, subject, only_answer);
}

/// Asks the dissectors, in their order, whose the flow is.
[[gnu::always_inline]] inline bool Tracker::claim(const Payload& payload, Flow& flow) noexcept {
  bool wait = false;
  for (std::size_t row = 1; row < rows_.size(); ++row) {
    const Claim claim = rows_[row].claims(payload);
    if (claim == Claim::need_more) wait = true;
    if (!is_mine(claim)) continue;
    flow.set_row(row);
    const bool turned = claim == (payload.from == Side::client ? Claim::from_server : Claim::from_client);
    flow.state = static_cast<std::uint16_t>(flow.state ^ (turned ? Flow::kClientIsLow : 0));
    return true;
  }
  return wait;
}

}  // namespace uptake
