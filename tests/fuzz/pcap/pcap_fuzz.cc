// Whatever stands in a capture that begins as a classic one: chains and the plain walk agree, other captures behind
// it included, and every frame lies inside the input.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "dataplane/sources/sections.h"

namespace {

using uptake::Bytes;
using uptake::Frame;
using uptake::FrameSink;
using uptake::PcapReader;
using uptake::RecordChains;
using uptake::Sections;
using uptake::Walk;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::vector<Frame> frames;
  std::size_t consumed = 0;
  Walk::Stop stop = Walk::Stop::more;
};

template <class Step>
Outcome read_all(Bytes records, Step step) {
  Outcome outcome;
  uptake::FrameList chunk;
  for (;;) {
    FrameSink sink(chunk, outcome.frames.size());
    const Walk walk = step(records.subspan(outcome.consumed), sink);
    outcome.consumed += walk.consumed;
    outcome.frames.insert(outcome.frames.end(), chunk.begin(), chunk.end());
    outcome.stop = walk.stop;
    const bool more_to_come = walk.stop == Walk::Stop::full || walk.stop == Walk::Stop::until;
    if (!more_to_come || outcome.consumed >= records.size()) return outcome;
    require(walk.consumed > 0);
  }
}

bool same(const Frame& a, const Frame& b) {
  return a.data == b.data && a.captured == b.captured && a.wire == b.wire && a.time_ns == b.time_ns &&
         a.ordinal == b.ordinal && a.link == b.link;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (!PcapReader::open({data, size})) return 0;
  const Sections sections = *Sections::open({data, size});
  const Bytes records{data + uptake::kPcapFileHeader, size - uptake::kPcapFileHeader};
  Sections plain = sections;
  const Outcome expected = read_all(
      records, [&](Bytes bytes, FrameSink& sink) { return plain.walk(bytes, sink, bytes.size() + 1, nullptr); });
  for (const Frame& frame : expected.frames) {
    require(frame.data >= records.data() && frame.captured <= frame.wire);
    require(frame.captured <= static_cast<std::size_t>(records.data() + records.size() - frame.data));
  }
  const auto chains = std::make_unique<RecordChains>();
  for (const std::size_t window : {std::size_t{20000}, std::size_t{1} << 20}) {
    Sections walker = sections;
    const Outcome outcome = read_all(
        records, [&](Bytes bytes, FrameSink& sink) { return walker.walk(bytes, sink, window, chains.get()); });
    require(outcome.consumed == expected.consumed);
    require((outcome.stop == Walk::Stop::damaged) == (expected.stop == Walk::Stop::damaged));
    require(std::equal(outcome.frames.begin(), outcome.frames.end(), expected.frames.begin(), expected.frames.end(),
                       same));
  }
  return 0;
}
