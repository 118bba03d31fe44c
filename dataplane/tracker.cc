#include "dataplane/tracker.h"

#include "dissectors/frame/facts.h"

namespace uptake {
namespace {

constexpr std::uint8_t kTcpProtocol = 6;

/// An interface identifier made of a MAC address (RFC 4291 Appendix A): FF FE in the middle. The universal/local bit
/// says of which kind the MAC is, not whether there is one: locally administered ones are embedded too (RFC 7136).
bool is_eui64(const Address& address) noexcept {
  return address.family == Family::v6 && address.octets[11] == 0xff && address.octets[12] == 0xfe;
}
/// Global unicast 2000::/3 (RFC 4291 §2.4).
bool is_global(const Address& address) noexcept {
  return address.family == Family::v6 && (address.octets[0] & 0xe0) == 0x20;
}

}  // namespace

Tracker::Tracker(const Engine& engine, Notes& notes, void (*absorb)(void*) noexcept, void* context) noexcept
    : engine_(engine), notes_(notes), absorb_(absorb), context_(context) {}

Direction Tracker::direction_of(const Segment& segment) const noexcept {
  if (engine_.customers.empty()) return Direction::unknown;
  if (engine_.customers.holds(segment.source)) return Direction::from_customer;
  return engine_.customers.holds(segment.destination) ? Direction::toward_customer : Direction::unknown;
}

Disposition Tracker::track(Shard& shard, const Item& item, Window& window) noexcept {
  const Now now{shard, item, window, ticks_of(item.packet_ns), item.id.source_is_low};
  const FlowTable::Found found = shard.flows.find(item.id.flow, now.ticks);
  if (found.flow == nullptr) {
    direction_ = direction_of(item.segment);
    return Disposition::flow_full;
  }
  Flow& flow = *found.flow;
  if (found.is_new) {
    if (!flow.empty()) {
      const Ticks age = flow.is(Flow::kIsn) ? 0 : now.ticks - flow.mark;
      if (!flow.is(Flow::kClosed) && (flow.is(Flow::kIsn) || age < seconds(30))) window.limit(Limit::flow_evicted);
      end_flow(now, flow);
    }
    begin_flow(now, flow);
  }
  flow.set(now.from_low ? Flow::kLowSeen : Flow::kHighSeen);
  const bool source_customer = flow.is(now.from_low ? Flow::kLowCustomer : Flow::kHighCustomer);
  const bool other_customer = flow.is(now.from_low ? Flow::kHighCustomer : Flow::kLowCustomer);
  direction_ = source_customer  ? Direction::from_customer
               : other_customer ? Direction::toward_customer
                                : Direction::unknown;
  return item.segment.protocol == kTcpProtocol ? tcp(now, flow, found.is_new) : udp(now, flow, found.is_new);
}

void Tracker::begin_flow(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  flow.identity = (now.item.id.flow & Flow::kIdentityMask) | static_cast<std::uint64_t>(segment.path) << 5 |
                  static_cast<std::uint64_t>(segment.source.family) << 4;
  flow.mark = now.ticks;
  flow.byte_class = 0;
  flow.state = 0;
  if (segment.protocol == kTcpProtocol) flow.set(Flow::kTcp);
  if (!engine_.customers.empty()) {
    if (engine_.customers.holds(segment.source)) flow.set(now.from_low ? Flow::kLowCustomer : Flow::kHighCustomer);
    if (engine_.customers.holds(segment.destination))
      flow.set(now.from_low ? Flow::kHighCustomer : Flow::kLowCustomer);
  }
  // A guess that a SYN or a claim corrects: the lower port is the service.
  const bool from_client = segment.source_port > segment.destination_port;
  if (from_client == now.from_low) flow.set(Flow::kClientIsLow);
}

void Tracker::end_flow(const Now& now, Flow& flow) noexcept {
  if (flow.is(Flow::kHandshake)) {
    Handshake& handshake = now.shard.pool.at(flow.mark);
    finish_dissector(now, flow, handshake, handshake.ending);
    release(now, flow);
  }
  if (flow.is(Flow::kBegun) && !flow.is(Flow::kAnswered))
    now.window.unanswered.attempt(client_direction(flow), flow.family(), flow.is(Flow::kTcp), flow.path());
  flow = Flow{};
}

Direction Tracker::client_direction(const Flow& flow) const noexcept {
  const bool client_is_low = flow.is(Flow::kClientIsLow);
  if (flow.is(client_is_low ? Flow::kLowCustomer : Flow::kHighCustomer)) return Direction::from_customer;
  if (flow.is(client_is_low ? Flow::kHighCustomer : Flow::kLowCustomer)) return Direction::toward_customer;
  return Direction::unknown;
}

/// Writes every field of `subject`: it may hold an old one.
void Tracker::describe(const Now& now, const Flow& flow, Subject& subject) const noexcept {
  const Segment& segment = now.item.segment;
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  subject.client = from_client ? segment.source : segment.destination;
  subject.server = from_client ? segment.destination : segment.source;
  subject.client_port = from_client ? segment.source_port : segment.destination_port;
  subject.server_port = from_client ? segment.destination_port : segment.source_port;
  subject.transport = segment.protocol;
  subject.direction = client_direction(flow);
  subject.time_ns = now.item.time_ns;
  subject.ordinal = now.item.ordinal;
  subject.name_digest = 0;
  subject.name = {};
}

Subject Tracker::subject_of(const Now& now, const Flow& flow) const noexcept {
  Subject subject;
  describe(now, flow, subject);
  return subject;
}

void Tracker::answered(const Now& now, Flow& flow, bool only_answer) noexcept {
  make_room();
  Subject& subject = notes_.about(engine_.registry.base(0));
  describe(now, flow, subject);
  note_answer(flow, subject, only_answer);
}

/// Notes a connection that was answered; `subject` is whom the notes are about.
void Tracker::note_answer(Flow& flow, const Subject& subject, bool only_answer) noexcept {
  flow.set(Flow::kAnswered);
  frame::ConnectionBits bits;
  bits.family = flow.family();
  bits.path = flow.path();
  bits.tcp = flow.is(Flow::kTcp);
  bits.answered = true;
  bits.client_eui64 = is_eui64(subject.client);
  bits.client_global = is_global(subject.client);
  bits.only_answer = only_answer;
  notes_.note(frame::kConnection, bits.pack());
}

void Tracker::finish(Shard& shard, const Item& last, Window& window) noexcept {
  const Now now{shard, last, window, ticks_of(last.packet_ns), true};
  for (FlowBucket& bucket : shard.flows.all())
    for (Flow& flow : bucket.flows)
      if (!flow.empty()) end_flow(now, flow);
}

}  // namespace uptake
