#include "dataplane/worker.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dataplane/sources/filter.h"
#include "dissectors/frame/decode.h"
#include "dissectors/frame/digest.h"
#include "policy/tally.h"

namespace uptake {
namespace {

constexpr std::size_t kMinBuckets = 64;  // of one shard

std::size_t buckets_per_shard(std::uint64_t max_flows) {
  const std::uint64_t places = max_flows * 2 / kShards;
  return std::max<std::size_t>(kMinBuckets, (places + 3) / 4);
}

/// Packets that a host may send twice alike: without an IP identification, acknowledgements that carry nothing, and
/// datagrams of which what tells them apart may have been cut.
bool sent_alike(const Segment& segment) noexcept {
  if (segment.ip_id != 0) return false;
  if (segment.protocol == frame::protocol::kTcp)
    return segment.payload_wire == 0 && (segment.tcp_flags & (tcp::kSyn | tcp::kFin | tcp::kRst)) == 0;
  return segment.payload_captured <
         std::min(segment.payload_wire, frame::telling_octets(segment.source_port, segment.destination_port));
}

[[gnu::noinline]] std::uint32_t decoded_shard(const Engine& engine, const Frame& frame) noexcept {
  Segment segment;
  if (!Worker::needs_its_shard(decode(frame, segment), segment)) return 0;
  return engine.hash.shard_of(segment.source, segment.destination);
}

/// Of what the filter leaves out only how deep it lies is wanted.
[[gnu::noinline]] Disposition left_out(const Frame& frame, Segment& segment) noexcept {
  (void)decode(frame, segment);
  return Disposition::filtered;
}

/// An Ethernet frame with a VLAN or MPLS tag, a PPPoE session or a provider's frame, whatever is in it.
bool is_tagged(const Frame& frame) noexcept {
  constexpr std::array kTags = {0x8100, 0x88a8, 0x9100, 0x9200, 0x8847, 0x8848, 0x8864, 0x88e7};
  if (frame.link != LinkType::ethernet || frame.captured < 14) return false;
  return std::ranges::count(kTags, frame.data[12] << 8 | frame.data[13]) > 0;
}

/// The frame has more in front of its IP packet than its link layer, or other IP packets.
bool is_wrapped(const Frame& frame, const Segment& segment) noexcept {
  const bool bare = frame.link == LinkType::raw_ip || frame.link == LinkType::raw_ip_openbsd ||
                    frame.link == LinkType::ipv4 || frame.link == LinkType::ipv6;
  return segment.layers > (bare ? 1 : 2) || is_tagged(frame);
}

/// Packets to and from a network's own NAT64: by their addresses alone they are native.
[[gnu::noinline]] void find_translated(const PrefixSet& nat64, std::span<Item> items) noexcept {
  for (Item& item : items) {
    Segment& segment = item.segment;
    const bool native = segment.has_ip && segment.source.family == Family::v6 && segment.path == Path::native;
    if (native && (nat64.holds(segment.source) || nat64.holds(segment.destination))) segment.path = Path::nat64;
  }
}

}  // namespace

ShardSet::ShardSet(const Engine& engine)
    : flow_pages_(buckets_per_shard(engine.max_flows) * kShards * sizeof(FlowBucket), Pages::Size::huge),
      pool_pages_(ConversationPool::kBytes * kShards, engine.touch_pool ? Pages::Size::huge : Pages::Size::small),
      exchange_pages_(sizeof(Exchanges::Set) * Exchanges::kSets * kShards, Pages::Size::huge),
      shards_(std::make_unique<Shard[]>(kShards)) {
  if (engine.touch_pool) {
    pool_pages_.touch(0, pool_pages_.bytes());
    exchange_pages_.touch(0, exchange_pages_.bytes());
  }
  const std::size_t buckets = buckets_per_shard(engine.max_flows);
  const std::size_t name_bytes = ConversationPool::kConversations * ConversationPool::kNameBytes;
  if (engine.keep_names) name_pages_ = Pages(name_bytes * kShards, Pages::Size::small);
  for (std::size_t i = 0; i < kShards; ++i) {
    Shard& shard = shards_[i];
    shard.flows = FlowTable({flow_pages_.as<FlowBucket>() + i * buckets, buckets});
    using Sets = std::span<Exchanges::Set, Exchanges::kSets>;
    shard.exchanges = Exchanges(Sets(exchange_pages_.as<Exchanges::Set>() + i * Exchanges::kSets, Exchanges::kSets));
    std::span<std::uint8_t> names;
    if (engine.keep_names) names = {name_pages_.as<std::uint8_t>() + i * name_bytes, name_bytes};
    shard.pool = ConversationPool(pool_pages_.as<std::byte>(i * ConversationPool::kBytes), names);
  }
}

void ShardSet::touch(std::size_t index) noexcept {
  const std::size_t bytes = flow_pages_.bytes() / kShards;
  flow_pages_.touch(index * bytes, bytes);
}

Worker::Worker(const Engine& engine, ShardSet& shards, unsigned index, unsigned workers, ClosedWindows& closed,
               const Events* events, Correlation* correlation)
    : engine_(engine),
      shards_(shards),
      index_(index),
      workers_(workers),
      events_(events),
      windows_(engine, closed, index),
      named_(engine.registry.fact_count()),
      notes_(std::make_unique<Notes>()),
      tracker_(std::make_unique<Tracker>(
          engine, *notes_, [](void* self) noexcept { static_cast<Worker*>(self)->absorb(); }, this)),
      correlation_(correlation),
      tls_1_3_(engine.catalogue.find("tls.version.1_3", Unit::connections)) {
  for (std::size_t s = index; s < kShards; s += workers) own_shards_ |= 1U << s;
  for (std::size_t fact = 0; fact < named_.size(); ++fact)
    named_[fact] = engine.keep_names || engine.catalogue.uses_names(static_cast<FactId>(fact)) ? 1 : 0;
  notes_->name_facts(named_);
  if (correlation_ != nullptr) {
    exhibit_room_ = std::make_unique<ExhibitRoom>();
    notes_->take_exhibits(*exhibit_room_, correlation_->wanted(), packet_ns_);
  }
  windows_.at_end([this](Window& window, std::uint64_t silent_ns, std::uint64_t now_ns) {
    end_silent(window, silent_ns, now_ns);
  });
  windows_.before_close([this](Window& window, unsigned place) {
    closed_.add(pulse_of(window));
    for (std::size_t s = index_; s < kShards; s += workers_) {
      for (ByteClasses::Class& counted : shards_[s].classes.in_use()) {
        const std::uint64_t bytes = std::exchange(counted.bytes[place], 0);
        if (bytes > 0) window.figures.absorb_bytes(counted.fact, counted.value, Cell::of(counted.cell), bytes);
      }
    }
  });
}

void Worker::decode(const Engine& engine, std::span<const Frame> frames, std::span<Item> items) noexcept {
  constexpr std::size_t kAhead = 8;
  for (std::size_t first = 0; first < items.size(); first += kBurst) {
    const std::size_t end = std::min(first + kBurst, items.size());
    for (std::size_t i = first; i < end; ++i) {
      if (i + kAhead < frames.size()) {
        __builtin_prefetch(frames[i + kAhead].data);
        __builtin_prefetch(frames[i + kAhead].data + 64);
      }
      const Frame& frame = frames[i];
      Item& item = items[i];
      item.frame = &frame;
      const bool wanted = engine.filter == nullptr || engine.filter->matches(frame);
      item.disposition = wanted ? uptake::decode(frame, item.segment) : left_out(frame, item.segment);
    }
    if (engine.nat64 != nullptr) find_translated(*engine.nat64, items.subspan(first, end - first));
    // A loop of its own: the hashes do not depend on each other, so the processor works on several at once.
    for (std::size_t i = first; i < end; ++i) engine.hash.identify(items[i].segment, items[i].id);
  }
}

[[gnu::always_inline]] inline Disposition Worker::packet(const Item& item, Shard& shard, Window& window) noexcept {
  const Segment& segment = item.segment;
  if (!segment.has_ports) {
    window.counts.add(tracker_->direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
    window.unread.add(unread_protocol(segment.protocol), segment.source.family, segment.ip_length);
    return Disposition::no_interest;
  }
  const Tracker::Tracked tracked = track(item, shard, window);
  window.unread.add(tracked.unread, segment.source.family, segment.ip_length);
  window.counts.add(tracked.direction, frame::PacketKind::of(segment), segment.ip_length);
  return tracked.how;
}

/// Finds the conversation of a packet with ports. The same addresses and ports may be in use in several VLANs or
/// tunnels: Twins are asked about a packet that may begin something there, and about all while some are known.
[[gnu::always_inline]] inline Tracker::Tracked Worker::track(const Item& item, Shard& shard,
                                                             Window& window) noexcept {
  const Segment& segment = item.segment;
  const bool goes_on = segment.protocol == frame::protocol::kTcp && (segment.tcp_flags & tcp::kSyn) == 0;
  const bool in_wrapper = segment.outer != 0;
  const bool asks = shard.twins.any() || (in_wrapper && ((segment.outer & kInTunnel) != 0 || !goes_on)) ||
                    (segment.protocol == frame::protocol::kTcp && !goes_on);
  if (asks) [[unlikely]]
    return track_wrapped(item, shard, window);
  return tracker_->track(shard, item, window);
}

Tracker::Tracked Worker::track_wrapped(const Item& item, Shard& shard, Window& window) noexcept {
  const Segment& segment = item.segment;
  const bool begins = segment.protocol == frame::protocol::kTcp && (segment.tcp_flags & tcp::kSyn) != 0;
  const Ticks now = ticks_of(item.frame->packet_ns);
  const std::uint32_t outer = segment.outer != 0 ? segment.outer : Twins::kBare;
  const Twins::Answer whose = shard.twins.ask(item.id.flow, outer, item.id.source_is_low, now, begins);
  if (whose.found) window.limit(Limit::twin_flows);
  if (whose.salt == 0) return tracker_->track(shard, item, window);
  Item apart = item;
  apart.id.flow += whose.salt;
  return tracker_->track(shard, apart, window);
}

/// Whether a frame is one that the mirror has delivered before. In another tunnel it is another packet, however
/// alike.
[[gnu::always_inline]] inline bool Worker::is_copy(const Item& item, Shard& shard) noexcept {
  const Segment& segment = item.segment;
  const FlowId& id = item.id;
  const std::uint64_t time_ns = item.frame->time_ns;
  std::uint32_t digest = segment.header_digest;
  if ((segment.outer & kInTunnel) != 0) [[unlikely]] {
    const bool apart =
        !segment.has_ports || segment.is_fragment || shard.twins.elsewhere(id.flow, segment.outer, id.source_is_low);
    digest ^= apart ? segment.outer * 0x9e3779b9U : 0;
  }
  if (!shard.duplicates.is_copy(id.flow, digest, id.source_is_low, time_ns, item.frame->uncertain_us)) [[likely]]
    return false;
  return shard.duplicates.believe(sent_alike(segment), time_ns);
}

/// Counts a packet that nobody follows: as its IP header says, or as one that carries an unknown one.
void Worker::count(const Item& item, Window& window) noexcept {
  const Segment& segment = item.segment;
  window.counts.add(tracker_->direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
  if (transport_cut(item.disposition, segment)) tracker_->track_cut(shards_[item.id.shard], item, window);
  Unread kind = Unread::none;
  if (item.disposition == Disposition::no_interest) kind = unread_protocol(segment.protocol);
  if (item.disposition == Disposition::unsupported) kind = unread_tunnel(segment.tunnel);
  window.unread.add(kind, segment.source.family, segment.ip_length);
}

/// Takes one frame to its disposition.
[[gnu::always_inline]] inline void Worker::end(const Item& item) noexcept {
  const Frame& frame = *item.frame;
  advance(frame.packet_ns);
  Window& window = windows_.of(frame.time_ns);
  packet_ns_ = frame.packet_ns;
  if (!windows_.hold(frame.time_ns)) [[unlikely]]
    window.limit(windows_.why_not(frame.time_ns));
  Ledger& ledger = window.ledger;
  ledger.wire_bytes += frame.wire;
  ledger.captured_bytes += frame.captured;
  // A stamp that packet time does not follow is none of the span.
  if (frame.time_ns + PacketClock::kLeapNs > frame.packet_ns) [[likely]] {
    ledger.first_ns = std::min(ledger.first_ns, frame.time_ns);
    ledger.last_ns = std::max(ledger.last_ns, std::min(frame.time_ns, frame.packet_ns));
  } else if (engine_.window_ns == 0) {
    window.limit(Limit::late);
  }
  if (frame.uncertain_us > Duplicates::kSpanNs / 1000) [[unlikely]]
    window.limit(Limit::arrival_unknown);
  Disposition how = item.disposition;
  if (how == Disposition::parsed) [[likely]] {
    Shard& shard = shards_[item.id.shard];
    if (is_copy(item, shard)) {
      how = Disposition::duplicate;
    } else if (item.segment.is_fragment) [[unlikely]] {
      fragment(item, shard, window);
      return;
    } else {
      how = packet(item, shard, window);
    }
  } else if (how != Disposition::filtered && item.segment.has_ip) {
    count(item, window);
  }
  if (how == Disposition::filtered && is_wrapped(frame, item.segment) && !engine_.filter->looks_inside()) [[unlikely]]
    window.limit(Limit::filter_outside);
  ++ledger.frames;
  ledger.end(how);
}

void Worker::run(std::span<const Item> items, std::span<const std::uint16_t> own) noexcept {
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < std::min(kAhead, own.size()); ++i) shards_.prefetch(items[own[i]]);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (i + kAhead < own.size()) shards_.prefetch(items[own[i + kAhead]]);
    end(items[own[i]]);
  }
  absorb();
}

void Worker::start() noexcept {
  for (std::size_t s = index_; s < kShards; s += workers_) shards_.touch(s);
}

/// Someone wrote to the mapped file after a frame was dealt: its shard may be in use by another worker.
void Worker::refuse_foreign(std::span<Item> items) const noexcept {
  for (Item& item : items)
    if ((own_shards_ >> item.id.shard & 1) == 0 && needs_its_shard(item.disposition, item.segment)) [[unlikely]]
      item.disposition = Disposition::malformed;
}

// One burst is run while the memory of the next one's flows is on its way.
void Worker::take(std::span<const Frame> frames, std::span<const Frame> part) noexcept {
  part_ = part;
  std::span<Item> now;
  for (std::size_t at = 0, turn = 0; at < frames.size() || !now.empty(); turn ^= 1) {
    const std::span<Item> next{bursts_[turn].data(), std::min(frames.size() - at, kBurst)};
    decode(engine_, frames.subspan(at), next);
    at += next.size();
    std::size_t prefetched = 0;
    for (const Item& item : now) {
      if (prefetched < next.size()) shards_.prefetch(next[prefetched++]);
      end(item);
    }
    for (; prefetched < next.size(); ++prefetched) shards_.prefetch(next[prefetched]);
    absorb();
    if (workers_ > 1) refuse_foreign(next);
    now = next;
  }
}

std::uint32_t Worker::shard_of(const Engine& engine, const Frame& frame) noexcept {
  Address source;
  Address destination;
  if (glance(frame, source, destination)) [[likely]]
    return engine.hash.shard_of(source, destination);
  return decoded_shard(engine, frame);
}

/// Holds a fragment, or runs the datagram that it completes. The frames end when their datagram does.
void Worker::fragment(const Item& item, Shard& shard, Window& window) noexcept {
  const Segment& segment = item.segment;
  const FragmentTable::Outcome outcome = shard.fragments.add(segment, item.frame->packet_ns, window.index);
  if (outcome.what != FragmentTable::What::duplicate)
    window.counts.add(tracker_->direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
  if (outcome.conflict) window.limit(Limit::overlap_conflict);
  window.limit(Limit::fragment_memory, outcome.evicted);
  const std::uint32_t copies = outcome.what == FragmentTable::What::duplicate ? 1 : 0;
  window.ledger.frames += outcome.dropped + outcome.completed + copies;
  window.ledger.end(Disposition::fragment_dropped, outcome.dropped);
  window.ledger.end(Disposition::duplicate, copies);
  if (outcome.what != FragmentTable::What::whole) return;
  Item whole = item;
  whole.disposition = decode_reassembled(*outcome.first, outcome.payload, whole.segment);
  window.ledger.end(whole.disposition, outcome.completed);
  // It stays in the shard of its fragments, though a tunnel inside may carry other addresses.
  const std::uint32_t own = item.id.shard;
  whole.id = engine_.hash.of(whole.segment);
  whole.id.shard = own;
  datagram(whole, outcome, shard, window);
}

/// Runs a datagram whose fragments were counted each.
void Worker::datagram(const Item& whole, const FragmentTable::Outcome& outcome, Shard& shard,
                      Window& window) noexcept {
  const Segment& segment = whole.segment;
  Unread unread = unread_protocol(segment.protocol);
  if (whole.disposition == Disposition::parsed && segment.has_ports) {
    unread = track(whole, shard, window).unread;
  } else if (whole.disposition == Disposition::unsupported) {
    unread = unread_tunnel(segment.tunnel);
  }
  window.unread.add(unread, segment.source.family, segment.ip_length);
  // Of a tunnel not the pieces are counted, but the one packet inside. Not where the pieces came in several windows.
  const bool of_tunnel = segment.inside != Inside::read || segment.layers > outcome.first->layers;
  if (!of_tunnel || !outcome.one_window) return;
  const Segment& pieces = *outcome.first;
  window.counts.take_back(tracker_->direction_of(pieces), frame::PacketKind::of(pieces), outcome.completed,
                          outcome.bytes);
  window.counts.add(tracker_->direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
}

void Worker::describe(std::span<const Observation> observations, std::span<const Subject> subjects) {
  for (const Observation& observation : observations) {
    const Subject& subject = subjects[observation.subject];
    if (events_->has(observation.fact)) seen_events_.emplace_back(observation, subject);
  }
}

/// Sessions that were silent since their window ended are told in it; those that may only pause are left alone.
void Worker::end_silent(Window& window, std::uint64_t silent_ns, std::uint64_t now_ns) noexcept {
  Frame closing;
  closing.packet_ns = now_ns;
  // The event stands where the first frame of that time does, so that its place is the same for every worker.
  if (events_ != nullptr || correlation_ != nullptr) {
    const auto came = std::ranges::lower_bound(part_, now_ns, {}, &Frame::packet_ns);
    closing.ordinal = came != part_.end() ? came->ordinal : last_ordinal_;
  }
  Item item;
  item.frame = &closing;
  // In the last moment of the window, for what is filed then.
  const std::uint64_t came_ns = std::exchange(packet_ns_, now_ns - 1);
  end_shards([&](Shard& shard) {
    if (tracker_->end_silent(shard, item, window, silent_ns)) window.open = true;
  });
  packet_ns_ = came_ns;
  come_to(closing.ordinal, now_ns - 1);
}

/// Ends something in each of its shards, and absorbs what was noted.
template <class End>
void Worker::end_shards(End end) noexcept {
  for (std::size_t s = index_; s < kShards; s += workers_) {
    ending_shard_ = static_cast<std::uint8_t>(s);
    end(shards_[s]);
    if (correlation_ != nullptr) absorb();  // it wants to know which shard
  }
  ending_shard_ = Filed::kOfFrame;
  absorb();
}

/// What is still noted belongs to windows that may close now.
void Worker::move_to(std::uint64_t packet_ns) noexcept {
  absorb();
  windows_.move_to(packet_ns);
}

void Worker::absorb() noexcept {
  const std::span<const Observation> observations = notes_->observations();
  const std::span<Subject> subjects = notes_->subjects();
  // Those of one window together: most bursts lie in one.
  for (std::size_t from = 0, to = 0; from < observations.size(); from = to) {
    const auto window_at = [&](std::size_t i) -> Window& {
      return windows_.of(subjects[observations[i].subject].time_ns);
    };
    Window& window = window_at(from);
    to = windows_.single() ? observations.size() : from + 1;
    while (to < observations.size() && &window_at(to) == &window) ++to;
    window.figures.absorb(observations.subspan(from, to - from), subjects);
  }
  if (events_ != nullptr) describe(observations, subjects);
  if (correlation_ != nullptr) file();
  if (notes_->dropped() != notes_dropped_) {
    windows_.of(packet_ns_).limit(Limit::notes_full, notes_->dropped() - notes_dropped_);
    notes_dropped_ = notes_->dropped();
  }
  notes_->clear();
}

/// Hands Exhibits to the joins. Their windows are opened, for an answer may be all that is counted in one.
void Worker::file() noexcept {
  const std::span<const Exhibit> exhibits = notes_->exhibits();
  const std::span<const Subject> subjects = notes_->subjects();
  for (const Exhibit& exhibit : exhibits) (void)windows_.of(subjects[exhibit.subject].time_ns);
  limit(Limit::exhibits_dropped, correlation_->file(index_, exhibits, subjects, ending_shard_));
  limit(Limit::exhibits_full,
        notes_->exhibits_dropped() - std::exchange(exhibits_dropped_, notes_->exhibits_dropped()));
}

Pulse Worker::pulse_of(Window& window) const noexcept {
  Pulse pulse;
  pulse.frames = window.ledger.frames;
  for (std::size_t kind = 0; kind < PacketCounts::kKinds; ++kind) {
    const std::uint64_t packets = window.counts.packets[kind];
    pulse.packets += packets;
    if (frame::PacketKind::unpack(kind % frame::PacketKind::kCount).family == Family::v6) pulse.packets_v6 += packets;
  }
  pulse.packets_unread = window.unread.total().packets;
  window.figures.settle();
  if (tls_1_3_ == engine_.catalogue.size()) return pulse;
  const Counts counts = window.figures.tally().total(tls_1_3_);
  pulse.tls = counts.judged();
  pulse.tls_1_3 = counts.pass;
  return pulse;
}

void Worker::take_pulse() noexcept {
  pulse_wanted_.store(false, std::memory_order_relaxed);
  Pulse pulse = closed_;
  pulse.flows = tracker_->flows();
  windows_.each_open([&](Window& window) { pulse.add(pulse_of(window)); });
  const std::lock_guard lock(pulse_mutex_);
  pulse_ = pulse;
}

Pulse Worker::pulse() noexcept {
  pulse_wanted_.store(true, std::memory_order_relaxed);
  const std::lock_guard lock(pulse_mutex_);
  return pulse_;
}

void Worker::finish(const Frame& last) noexcept {
  Item item;
  item.frame = &last;
  advance(last.packet_ns);
  Window& window = windows_.of(last.packet_ns);
  packet_ns_ = last.packet_ns;
  last_ordinal_ = last.ordinal;
  end_shards([&](Shard& shard) {
    tracker_->finish(shard, item, window);
    const std::uint32_t held = shard.fragments.drain();
    window.ledger.frames += held;
    window.ledger.end(Disposition::fragment_dropped, held);
  });
  windows_.close_all();
  come_to(kInputEnd, kInputEnd);
}

}  // namespace uptake
