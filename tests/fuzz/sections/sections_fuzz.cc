// Whatever stands in a capture of any kind, other captures behind it included: every frame lies inside the input, and
// reading it in pieces gives the same.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "dataplane/sources/sections.h"

namespace {

using uptake::Bytes;
using uptake::Frame;
using uptake::FrameSink;
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

/// Reads `all` as if it arrived `piece` octets at a time.
Outcome read_in_pieces(Bytes all, std::size_t piece) {
  Outcome outcome;
  auto sections = Sections::open(all);
  if (!sections && uptake::is_erf(all.first(std::min(all.size(), uptake::kErfHead)), all.size() <= uptake::kErfHead))
    sections = Sections(uptake::ErfReader());
  if (!sections) return outcome;
  outcome.consumed = sections->header_bytes();
  uptake::FrameList chunk(64);
  for (std::size_t there = std::min(std::max(piece, outcome.consumed), all.size());;) {
    FrameSink sink(chunk, outcome.frames.size());
    const Walk walk = sections->walk(all.subspan(outcome.consumed, there - outcome.consumed), sink);
    require(walk.consumed <= there - outcome.consumed);
    outcome.consumed += walk.consumed;
    outcome.frames.insert(outcome.frames.end(), chunk.begin(), chunk.end());
    outcome.stop = walk.stop;
    if (walk.stop == Walk::Stop::damaged) return outcome;
    if (walk.stop == Walk::Stop::full) continue;
    if (there == all.size()) return outcome;
    require(walk.need > 0);
    there = std::min(all.size(), there + piece);
  }
}

bool same(const Frame& a, const Frame& b) {
  return a.data == b.data && a.captured == b.captured && a.wire == b.wire && a.time_ns == b.time_ns &&
         a.ordinal == b.ordinal && a.link == b.link;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes all{data, size};
  const Outcome whole = read_in_pieces(all, size + 1);
  for (const Frame& frame : whole.frames) {
    require(frame.data >= data && frame.captured <= frame.wire);
    require(frame.captured <= static_cast<std::size_t>(data + size - frame.data));
  }
  const Outcome pieces = read_in_pieces(all, 61);
  require(pieces.consumed == whole.consumed && pieces.stop == whole.stop);
  require(std::equal(pieces.frames.begin(), pieces.frames.end(), whole.frames.begin(), whole.frames.end(), same));
  return 0;
}
