#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "dataplane/flows/flow_table.h"
#include "dataplane/flows/free_list.h"
#include "dissectors/address.h"
#include "dissectors/dissector.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// Chunk of stream bytes: 2 KiB of a direction that a dissector wants more of.
inline constexpr std::uint32_t kStreamChunk = 2048;
/// handshake_bytes: the most that is held of one direction, unless its dissector wants more.
inline constexpr std::uint32_t kHandshakeBytes = 16 * 1024;
/// The most that any dissector may want.
inline constexpr std::uint32_t kMostHeld = 64 * 1024 - 1;

/// StreamSide: the unread start of one direction of a TCP flow: bytes [0, whole) from `next` on are there, and up to
/// kIslands islands behind them that came too early.
struct StreamSide {
  static constexpr std::size_t kIslands = 6;
  struct Island {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
  };
  std::array<std::uint16_t, kHandshakeBytes / kStreamChunk + 1> chunks{};  ///< 1 + place in the slab; 0 none
  std::uint16_t table = 0;   ///< the same of a chunk that lists those behind `chunks`
  std::uint16_t skip = 0;    ///< octets of the first chunk that were consumed
  std::uint16_t whole = 0;   ///< contiguous octets
  std::uint16_t offers = 0;  ///< since a dissector took something
  std::array<Island, kIslands> islands{};
  std::uint8_t island_count = 0;
  std::uint8_t chunk_count = 0;  ///< chunks in use, that of `table` too
  std::uint8_t asked = 0;        ///< payloads that were passed over because nothing begins in them
  std::uint8_t patience = 0;     ///< segments of the flow since the peer acknowledged what is missing here
  std::uint8_t far = 0;          ///< segments in a row that follow each other far from `next`
  bool known = false;            ///< `next` means something
  bool from_start = false;
  bool begun = false;            ///< a dissector reads it: it is claimed, and nothing is to be passed over any more
  bool over = false;             ///< nothing more is wanted
  bool offered = false;          ///< its first payload was offered
  bool self_over = false;        ///< the dissector itself ended it
  bool heard = false;            ///< a segment of it was seen
  bool acknowledged = false;     ///< `acked` means something
  bool waits = false;            ///< octets came, or were acknowledged, before some in front of them
  bool disputed = false;         ///< more than one SYN-ACK: the client's acknowledgement tells which is the right one
  Ending lost = Ending::closed;  ///< why octets in front of `next` are missing, until a dissector was told
  std::uint16_t passed = 0;      ///< octets in front of `next` that were passed over
  std::uint32_t next = 0;        ///< sequence number of the first unread octet
  std::uint32_t acked = 0;       ///< what the peer acknowledged last
  std::uint32_t since = 0;       ///< ticks since when it `waits`
  std::uint32_t far_next = 0;    ///< where the last segment far from `next` ended
};

/// Standing: in which order Conversations give up their places, each with a share of its own, so that no number of
/// one throws out another.
enum class Standing : std::uint8_t {
  brief,      ///< streams that are done with when their handshakes are
  lasting,    ///< streams whose messages go on
  datagrams,  ///< flows of datagrams that a dissector remembers
  doubtful,   ///< the same while it is in doubt whether they are its own: whoever forges one packet makes one
  count_,
};

/// Conversation: a flow while a dissector still wants something of it, or may.
struct Conversation {
  Memory memory;
  std::array<StreamSide, 2> sides;  ///< [0] what the low endpoint sent, [1] what the high one sent
  Address low;
  Address high;
  std::uint16_t low_port = 0;
  std::uint16_t high_port = 0;
  std::uint16_t carriage = 0;  ///< 1 + place of what an inner stream needs; 0 none
  std::uint32_t flow = 0;      ///< its place in the flow table
  std::uint16_t newer = 0;     ///< 1 + neighbours in the order of last use; 0 none
  std::uint16_t older = 0;
  enum class Renewal : std::uint8_t { none, low, high };
  std::uint32_t renewal = 0;             ///< ISN of a SYN that came in the middle of the connection
  Renewal renewal_from = Renewal::none;  ///< who sent it
  bool resuming = false;                 ///< what is offered was held behind a hole that was given up
  std::uint64_t bytes = 0;               ///< counted for no class yet
  std::uint64_t time_ns = 0;             ///< of its last segment, as stamped
  std::uint64_t packet_ns = 0;           ///< packet time of the same
  std::uint64_t name_digest = 0;
  Ending ending = Ending::closed;  ///< the first reason for which a direction was given up
  std::uint8_t name_size = 0;      ///< of the name kept for events
  std::uint8_t presumed = 0;       ///< row that the flow counts for when nobody claims it; kVetoed: none
  bool missed = false;             ///< octets were sent that are not in the capture
  Standing standing = Standing::brief;
  bool handed_over = false;  ///< its dissector got it from another one
  Carrier carrier = Carrier::transport;
  static constexpr std::uint8_t kVetoed = 0xff;

  /// Notes the time of a segment that came: its stamp, but no later than packet time.
  void hear(const Frame& frame) noexcept {
    time_ns = std::min(frame.time_ns, frame.packet_ns);
    packet_ns = frame.packet_ns;
  }
};

/// Carriage: what the stream inside a conversation of datagrams needs besides the sides that it uses.
struct Carriage {
  /// Of the client's side: browsers cut a hello into a dozen pieces of each datagram, in any order. A server does
  /// not.
  static constexpr std::size_t kClientRanges = 24;
  static constexpr std::size_t kServerRanges = 8;
  Memory memory;  ///< of the dissector that reads it
  std::array<StreamSide::Island, kClientRanges + kServerRanges> ranges{};

  [[nodiscard]] std::span<StreamSide::Island> ranges_of(Side from) noexcept {
    const std::span all(ranges);
    return from == Side::client ? all.first(kClientRanges) : all.last(kServerRanges);
  }
};

/// ConversationPool: a fixed number of Conversations, of chunks and of Carriages, for one shard. When take() has none
/// left the caller must give up oldest(). Each Standing has an order of use of its own. Memory is borrowed and
/// outlives the pool.
class ConversationPool {
 public:
  static constexpr std::uint32_t kConversations = 1440;          ///< of one shard, without those in doubt
  static constexpr std::uint32_t kLasting = kConversations / 4;  ///< of these, those that last
  static constexpr std::uint32_t kCarriages = 216;               ///< of one shard
  static constexpr std::uint32_t kDatagrams = kCarriages - 1;    ///< one is left for the next in doubt
  static constexpr std::uint32_t kDoubtful = 32;
  static constexpr std::uint32_t kPlaces = kConversations + kDoubtful;
  static constexpr std::uint32_t kChunks = 256;   ///< of one shard
  static constexpr std::size_t kNameBytes = 255;  ///< kept per Conversation only for events
  static constexpr std::size_t kBytes =
      kPlaces * sizeof(Conversation) + kCarriages * sizeof(Carriage) + std::size_t{kChunks} * kStreamChunk;
  static constexpr std::uint32_t kNone = 0xffffffff;

  ConversationPool() = default;
  /// `memory` is kBytes of zeroes; `names` is empty or kPlaces * kNameBytes octets.
  ConversationPool(std::byte* memory, std::span<std::uint8_t> names) noexcept;

  /// A clean Conversation for the flow at `flow`, or kNone when all of this standing are in use.
  [[nodiscard]] std::uint32_t take(std::uint32_t flow, Standing standing = Standing::brief) noexcept;
  /// Gives it and its chunks back.
  void give(std::uint32_t place) noexcept;
  /// The one to be given up when take() has none.
  [[nodiscard]] std::uint32_t oldest(Standing standing = Standing::brief) const noexcept;
  /// The oldest of one standing; kNone when there is none.
  [[nodiscard]] std::uint32_t oldest_of(Standing standing) const noexcept { return place_of(order(standing).oldest); }
  /// Gives it another standing. When more have it than may, `beyond` tells whom to give up.
  void put(std::uint32_t place, Standing standing) noexcept;
  /// The one to be given up because more than their share have this standing, or more are sure than may be; kNone:
  /// nobody.
  [[nodiscard]] std::uint32_t beyond(Standing standing) const noexcept;
  /// The one used next after `place`; kNone behind the last.
  [[nodiscard]] std::uint32_t newer(std::uint32_t place) const noexcept {
    return place_of(conversations_[place].newer);
  }
  /// The least recently used Conversation, other than `except`, that holds chunks. kNone: none of the oldest 64 does.
  [[nodiscard]] std::uint32_t oldest_with_chunks(std::uint32_t except) const noexcept;
  void touch(std::uint32_t place) noexcept;
  /// Makes it the first to be given up.
  void retire(std::uint32_t place) noexcept;
  [[nodiscard]] Conversation& at(std::uint32_t place) noexcept { return conversations_[place]; }
  [[nodiscard]] std::uint32_t in_use() const noexcept { return in_use_; }

  /// What the inner stream of a conversation needs; null when there is no Carriage left.
  [[nodiscard]] Carriage* carriage_of(Conversation& conversation) noexcept;

  [[nodiscard]] std::uint32_t free_chunks() const noexcept { return free_chunks_.size(); }
  /// 1 + a free chunk, or 0.
  [[nodiscard]] std::uint16_t take_chunk() noexcept;
  void give_chunk(std::uint16_t chunk) noexcept;
  [[nodiscard]] std::uint8_t* chunk(std::uint16_t chunk) noexcept {
    return chunks_ + std::size_t{chunk - 1U} * kStreamChunk;
  }
  /// Room for the name of a Conversation; empty when names are not kept.
  [[nodiscard]] std::span<std::uint8_t> name_room(std::uint32_t place) noexcept {
    return names_.empty() ? names_ : names_.subspan(place * kNameBytes, kNameBytes);
  }

 private:
  /// Order: conversations by their last use; 1 + places, 0 none.
  struct Order {
    std::uint16_t newest = 0;
    std::uint16_t oldest = 0;
    std::uint32_t count = 0;
  };
  static constexpr auto kStandings = static_cast<std::size_t>(Standing::count_);
  [[nodiscard]] static std::uint32_t place_of(std::uint16_t link) noexcept { return link == 0 ? kNone : link - 1U; }
  [[nodiscard]] Order& order(Standing standing) noexcept { return orders_[static_cast<std::size_t>(standing)]; }
  [[nodiscard]] const Order& order(Standing standing) const noexcept {
    return orders_[static_cast<std::size_t>(standing)];
  }
  /// How many are not in doubt.
  [[nodiscard]] std::uint32_t sure() const noexcept { return in_use_ - order(Standing::doubtful).count; }
  void unlink(Conversation& conversation) noexcept;
  void link_newest(std::uint32_t place) noexcept;

  Conversation* conversations_ = nullptr;
  Carriage* carriages_ = nullptr;
  std::uint8_t* chunks_ = nullptr;
  std::span<std::uint8_t> names_;
  std::uint32_t in_use_ = 0;
  std::array<Order, kStandings> orders_{};
  FreeList<kPlaces> free_;
  FreeList<kChunks> free_chunks_;
  FreeList<kCarriages> free_carriages_;
};
static_assert(16 * ConversationPool::kBytes <= std::size_t{16} << 20, "the pool of all shards stays within 16 MiB");

}  // namespace uptake
