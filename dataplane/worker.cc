#include "dataplane/worker.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dataplane/sources/filter.h"
#include "dissectors/frame/decode.h"
#include "policy/report/events.h"

namespace uptake {
namespace {

constexpr std::size_t kMinBuckets = 64;  // of one shard

std::size_t buckets_per_shard(std::uint64_t max_flows) {
  const std::uint64_t places = max_flows * 2 / kShards;
  return std::max<std::size_t>(kMinBuckets, (places + 3) / 4);
}

[[gnu::noinline]] std::uint32_t decoded_shard(const Engine& engine, const Frame& frame) noexcept {
  Segment segment;
  if (decode(frame, segment) != Disposition::parsed) return 0;
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
      pool_pages_(HandshakePool::kBytes * kShards, engine.touch_pool ? Pages::Size::huge : Pages::Size::small),
      shards_(std::make_unique<Shard[]>(kShards)) {
  if (engine.touch_pool) pool_pages_.touch(0, pool_pages_.bytes());
  const std::size_t buckets = buckets_per_shard(engine.max_flows);
  const std::size_t name_bytes = HandshakePool::kHandshakes * HandshakePool::kNameBytes;
  if (engine.keep_names) name_pages_ = Pages(name_bytes * kShards, Pages::Size::small);
  for (std::size_t i = 0; i < kShards; ++i) {
    Shard& shard = shards_[i];
    shard.flows = FlowTable({flow_pages_.as<FlowBucket>() + i * buckets, buckets});
    std::span<std::uint8_t> names;
    if (engine.keep_names) names = {name_pages_.as<std::uint8_t>() + i * name_bytes, name_bytes};
    shard.pool = HandshakePool(pool_pages_.as<std::byte>(i * HandshakePool::kBytes), names);
  }
}

void ShardSet::touch(std::size_t index) noexcept {
  const std::size_t bytes = flow_pages_.bytes() / kShards;
  flow_pages_.touch(index * bytes, bytes);
}

Worker::Worker(const Engine& engine, ShardSet& shards, unsigned index, unsigned workers, ClosedWindows& closed,
               const Events* events)
    : engine_(engine),
      shards_(shards),
      index_(index),
      workers_(workers),
      events_(events),
      windows_(engine, closed, index),
      named_(engine.registry.fact_count()),
      notes_(std::make_unique<Notes>()),
      tracker_(std::make_unique<Tracker>(
          engine, *notes_, [](void* self) noexcept { static_cast<Worker*>(self)->absorb(); }, this)) {
  for (std::size_t s = index; s < kShards; s += workers) own_shards_ |= 1U << s;
  for (std::size_t fact = 0; fact < named_.size(); ++fact)
    named_[fact] = engine.keep_names || engine.catalogue.uses_names(static_cast<FactId>(fact)) ? 1 : 0;
  notes_->name_facts(named_);
  windows_.before_close([this](Window& window, unsigned place) {
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
    window.counts.add(tracker_->direction_of(segment), segment.source.family, segment.path, segment.ip_length);
    window.unread.add(unread_protocol(segment.protocol), segment.source.family, segment.ip_length);
    return Disposition::no_interest;
  }
  const Disposition how = tracker_->track(shard, item, window);
  window.unread.add(tracker_->last_unread(), segment.source.family, segment.ip_length);
  window.counts.add(tracker_->last_direction(), segment.source.family, segment.path, segment.ip_length);
  return how;
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
  }
  Disposition how = item.disposition;
  if (how == Disposition::no_interest && item.segment.has_ip) {
    // Something that is no IP in a tunnel: its carrier is counted.
    window.counts.add(tracker_->direction_of(item.segment), item.segment.source.family, item.segment.path,
                      item.segment.ip_length);
    window.unread.add(unread_protocol(item.segment.protocol), item.segment.source.family, item.segment.ip_length);
  } else if (how == Disposition::parsed) {
    Shard& shard = shards_[item.id.shard];
    if (shard.duplicates.is_copy(item.id.flow, item.segment.header_digest, item.id.source_is_low, frame.time_ns)) {
      how = Disposition::duplicate;
    } else if (item.segment.is_fragment) [[unlikely]] {
      fragment(item, shard, window);
      return;
    } else {
      how = packet(item, shard, window);
    }
  }
  if (how == Disposition::filtered && is_wrapped(frame, item.segment) && !engine_.filter->looks_inside()) [[unlikely]]
    window.limit(Limit::filter_outside);
  ++ledger.frames;
  ledger.end(how);
}

void Worker::run(std::span<const Item> items, std::span<const std::uint16_t> own) noexcept {
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < std::min(kAhead, own.size()); ++i) shards_.prefetch(items[own[i]].id);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (i + kAhead < own.size()) shards_.prefetch(items[own[i + kAhead]].id);
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
    if ((own_shards_ >> item.id.shard & 1) == 0 && item.disposition == Disposition::parsed) [[unlikely]]
      item.disposition = Disposition::malformed;
}

// One burst is run while the memory of the next one's flows is on its way.
void Worker::take(std::span<const Frame> frames) noexcept {
  std::span<Item> now;
  for (std::size_t at = 0, turn = 0; at < frames.size() || !now.empty(); turn ^= 1) {
    const std::span<Item> next{bursts_[turn].data(), std::min(frames.size() - at, kBurst)};
    decode(engine_, frames.subspan(at), next);
    at += next.size();
    std::size_t prefetched = 0;
    for (const Item& item : now) {
      if (prefetched < next.size()) shards_.prefetch(next[prefetched++].id);
      end(item);
    }
    for (; prefetched < next.size(); ++prefetched) shards_.prefetch(next[prefetched].id);
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
  window.counts.add(tracker_->direction_of(segment), segment.source.family, segment.path, segment.ip_length);
  const FragmentTable::Outcome outcome = shard.fragments.add(segment, item.frame->packet_ns);
  if (outcome.conflict) window.limit(Limit::overlap_conflict);
  window.limit(Limit::fragment_memory, outcome.evicted);
  const std::uint32_t copies = outcome.what == FragmentTable::What::duplicate ? 1 : 0;
  window.ledger.frames += outcome.dropped + outcome.completed + copies;
  window.ledger.end(Disposition::fragment_dropped, outcome.dropped);
  window.ledger.end(Disposition::parsed, outcome.completed);
  window.ledger.end(Disposition::duplicate, copies);
  if (outcome.what != FragmentTable::What::whole) return;
  Item whole = item;
  if (decode_reassembled(*outcome.first, outcome.payload, whole.segment) != Disposition::parsed) return;
  // It stays in the shard of its fragments, though a tunnel inside may carry other addresses.
  const std::uint32_t own = item.id.shard;
  whole.id = engine_.hash.of(whole.segment);
  whole.id.shard = own;
  Unread unread = unread_protocol(whole.segment.protocol);
  if (whole.segment.has_ports) {
    (void)tracker_->track(shard, whole, window);
    unread = tracker_->last_unread();
  }
  window.unread.add(unread, whole.segment.source.family, whole.segment.ip_length);
}

void Worker::describe(std::span<const Observation> observations, std::span<const Subject> subjects) {
  for (const Observation& observation : observations) {
    const Subject& subject = subjects[observation.subject];
    EventLine line{subject.ordinal, {}};
    if (events_->append(line.text, observation, subject)) event_lines_.push_back(std::move(line));
  }
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
  if (notes_->dropped() != notes_dropped_) {
    windows_.of(packet_ns_).limit(Limit::notes_full, notes_->dropped() - notes_dropped_);
    notes_dropped_ = notes_->dropped();
  }
  notes_->clear();
}

void Worker::finish(const Frame& last) noexcept {
  Item item;
  item.frame = &last;
  advance(last.packet_ns);
  Window& window = windows_.of(last.packet_ns);
  packet_ns_ = last.packet_ns;
  for (std::size_t s = index_; s < kShards; s += workers_) {
    tracker_->finish(shards_[s], item, window);
    const std::uint32_t held = shards_[s].fragments.drain();
    window.ledger.frames += held;
    window.ledger.end(Disposition::fragment_dropped, held);
  }
  absorb();
  windows_.close_all();
}

}  // namespace uptake
