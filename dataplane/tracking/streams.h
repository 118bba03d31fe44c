#pragma once

#include <cstdint>

#include "dataplane/tracking/listener.h"

namespace uptake {

/// Streams: the TCP connections of which a dissector wants something: judges whether a segment is theirs, puts their
/// octets in order, and decides when what is missing will not come.
class Streams {
 public:
  explicit Streams(Listener& listener) noexcept : listener_(listener) {}

  /// Any segment of a flow with a Conversation. False when it is none of the connection's.
  [[nodiscard]] bool hear(const Now& now, Flow& flow) noexcept;
  /// One segment with payload. True when a dissector reads it.
  [[nodiscard]] bool segment(const Now& now, Flow& flow) noexcept;
  /// One datagram of a flow whose dissector remembers them.
  void datagram(const Now& now, Flow& flow) noexcept;
  /// Whether nobody knows yet whose the datagrams of a flow are.
  [[nodiscard]] static bool is_in_doubt(const Now& now, const Flow& flow) noexcept {
    return flow.is(Flow::kConversation) && now.conversation(flow).standing == Standing::doubtful;
  }
  /// The Conversation of a flow, which gets one of this standing if it has none.
  [[nodiscard]] Conversation& conversation_of(const Now& now, Flow& flow,
                                              Standing standing = Standing::brief) noexcept;
  /// Ends a flow that has a Conversation: what is held behind a hole is read now or never.
  void conclude(const Now& now, Flow& flow, Ending ending) noexcept;
  /// Ends a flow: what is pending of it is told, and an attempt that nobody answered counts as one.
  void end(const Now& now, Flow& flow) noexcept;
  /// Ends what is pending in a shard, and of which nothing was heard since the packet time `before_ns`; true when
  /// something was.
  [[nodiscard]] bool end_silent(const Now& now, std::uint64_t before_ns) noexcept;

 private:
  [[nodiscard]] static bool acceptable(const Now& now, StreamSide& side) noexcept;
  static void acknowledged(const Now& now, const StreamSide& side, StreamSide& peer,
                           Conversation& conversation) noexcept;
  void place(const Now& now, Flow& flow, Conversation& conversation, unsigned index) noexcept;
  void hold(const Now& now, Flow& flow, Conversation& conversation, unsigned index, std::uint32_t sequence,
            Bytes bytes, bool offered) noexcept;
  [[nodiscard]] std::uint32_t offer(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                    Bytes bytes, std::uint32_t wire) noexcept;
  bool offer_held(const Now& now, Flow& flow, Conversation& conversation, unsigned index) noexcept;
  [[nodiscard]] bool lose(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                          Ending why) noexcept;
  void resume(const Now& now, Flow& flow, Conversation& conversation, unsigned index) noexcept;
  void jump(const Now& now, Flow& flow, Conversation& conversation, unsigned index, std::uint32_t to,
            Ending why) noexcept;
  void begin_before(const Now& now, const Flow& flow, Conversation& conversation, unsigned index) noexcept;
  void give_up(const Now& now, std::uint32_t place, Limit why) noexcept;
  void free_chunks(const Now& now, std::uint32_t own, std::size_t octets) noexcept;
  void put(const Now& now, std::uint32_t place, Standing standing) noexcept;
  [[nodiscard]] bool end_silent(const Now& now, std::uint64_t before_ns, Standing standing) noexcept;

  Listener& listener_;
};

}  // namespace uptake
