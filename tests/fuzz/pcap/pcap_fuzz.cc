// Whatever stands in a classic capture: chains and the plain walk agree, and every frame lies inside the input.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "dataplane/sources/record_chains.h"

namespace {

using uptake::Bytes;
using uptake::Frame;
using uptake::FrameSink;
using uptake::PcapReader;
using uptake::RecordChains;
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
  const auto reader = PcapReader::open({data, size});
  if (!reader) return 0;
  const Bytes records{data + uptake::kPcapFileHeader, size - uptake::kPcapFileHeader};
  PcapReader plain = *reader;
  const Outcome expected =
      read_all(records, [&](Bytes bytes, FrameSink& sink) { return plain.walk(bytes, sink, bytes.size() + 1); });
  for (const Frame& frame : expected.frames) {
    require(frame.data >= records.data() && frame.captured <= frame.wire);
    require(frame.captured <= static_cast<std::size_t>(records.data() + records.size() - frame.data));
  }
  if (reader->layout().record_header != uptake::kPcapRecordHeader) return 0;
  const auto chains = std::make_unique<RecordChains>();
  for (const std::size_t window : {std::size_t{20000}, std::size_t{1} << 20}) {
    PcapReader walker = *reader;
    const Outcome outcome =
        read_all(records, [&](Bytes bytes, FrameSink& sink) { return chains->walk(bytes, window, walker, sink); });
    require(outcome.consumed == expected.consumed);
    require((outcome.stop == Walk::Stop::damaged) == (expected.stop == Walk::Stop::damaged));
    require(std::equal(outcome.frames.begin(), outcome.frames.end(), expected.frames.begin(), expected.frames.end(),
                       same));
  }
  return 0;
}
