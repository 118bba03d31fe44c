// Frames through decode() and the fragment table. The input is a list of frames: link type (index), flags
// (1: the wire held more, 2: two seconds passed), length (16 bits), octets.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "dataplane/fragments/fragment_table.h"
#include "dissectors/cursor.h"
#include "dissectors/frame/decode.h"
#include "tests/dissectors/frame/walk.h"

namespace uptake {
namespace {

constexpr std::array kLinks = {
    LinkType::ethernet,   LinkType::null, LinkType::ppp,        LinkType::ppp_hdlc,
    LinkType::raw_ip,     LinkType::loop, LinkType::ipv4,       LinkType::linux_sll,
    LinkType::linux_sll2, LinkType::ipv6, LinkType::cisco_hdlc,
};

void require(bool holds) {
  if (!holds) std::abort();
}

void check(Bytes octets, Disposition how, const Segment& segment) {
  require(segment.payload_captured <= segment.payload_wire);
  require(segment.layers <= kMaxLayers);
  require(how != Disposition::parsed || (segment.has_ip && segment.payload != nullptr));
  require(!segment.is_fragment || !segment.has_ports);
  if (segment.payload == nullptr) return;
  require(segment.payload >= octets.data());
  require(segment.payload + segment.payload_captured <= octets.data() + octets.size());
}

/// What glance() says of a frame must be what decode() finds.
void check_glance(const Frame& frame, Disposition how, const Segment& segment) {
  Address source;
  Address destination;
  if (!glance(frame, source, destination) || how != Disposition::parsed) return;
  require(source == segment.source && destination == segment.destination);
}

/// The straight way through a common frame must end where the walk over its headers does.
void check_walk(const Frame& frame, Disposition how, const Segment& segment) {
  const std::optional<Frame> inner = test::without_ethernet(frame);
  if (!inner) return;
  Segment walked;
  const Disposition ended = decode(*inner, walked);
  // One header less counts against the depth.
  if (how == Disposition::too_deep) return;
  require(ended == how && (how != Disposition::parsed || test::same_but_layers(walked, segment)));
}

struct Books {
  FragmentTable table{{.datagrams = 4, .bytes = 64 * 1024}};
  std::uint64_t added = 0;
  std::uint64_t ended = 0;

  void add(const Segment& segment, std::uint64_t now) {
    ++added;
    const FragmentTable::Outcome outcome = table.add(segment, now);
    ended += outcome.completed + outcome.dropped;
    if (outcome.what == FragmentTable::What::duplicate) ++ended;
    require(ended + table.held() == added);
    if (outcome.what != FragmentTable::What::whole) return;
    Segment whole;
    const Disposition how = decode_reassembled(*outcome.first, outcome.payload, whole);
    check(outcome.payload, how, whole);
  }
};

}  // namespace
}  // namespace uptake

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace uptake;
  Books books;
  std::uint64_t now = 0;
  Cursor input{Bytes{data, size}};
  while (!input.empty()) {
    const LinkType link = kLinks[input.u8() % kLinks.size()];
    const std::uint8_t flags = input.u8();
    Cursor octets = input.prefixed16();
    if (octets.failed()) break;
    // A copy of its own, so that a read beyond the frame is one beyond its memory.
    const std::size_t length = octets.left();
    const auto copy = std::make_unique<std::uint8_t[]>(length);
    for (std::size_t i = 0; i < length; ++i) copy[i] = octets.u8();
    Frame frame;
    frame.data = copy.get();
    frame.captured = static_cast<std::uint32_t>(length);
    frame.wire = frame.captured + ((flags & 1) != 0 ? 1500 : 0);
    frame.link = link;
    if ((flags & 2) != 0) now += 2'000'000'000;
    Segment segment;
    const Disposition how = decode(frame, segment);
    check({copy.get(), length}, how, segment);
    check_glance(frame, how, segment);
    check_walk(frame, how, segment);
    require(segment.inside == Inside::read || (segment.has_ip && how != Disposition::parsed));
    if (segment.is_fragment && how == Disposition::parsed) books.add(segment, now);
  }
  books.ended += books.table.drain();
  require(books.ended == books.added);
  return 0;
}
