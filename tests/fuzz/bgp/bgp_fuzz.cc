// A session of BGP. Input: an octet of options, one that says where the server's octets begin and one where both
// streams are cut, in 256ths, then the octets. Both sides are read twice, whole and in two pieces, and must give the
// same observations and Exhibits. What an Exhibit shows is read as those who want it do.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "dissectors/bgp/bgp.h"
#include "policy/events/bgp.h"

namespace {

using namespace uptake;

constexpr std::uint8_t kCut = 1, kMidstream = 2, kOtherPort = 4;

struct Said {
  std::vector<std::uint64_t> observations;
  std::string events;
};

void require(bool holds) {
  if (!holds) std::abort();
}

/// Reader: one session, read in pieces.
class Reader {
 public:
  explicit Reader(std::uint8_t options) : options_(options) { notes_->take_exhibits(*room_, kWanted, packet_ns_); }

  void offer(Side from, Bytes bytes) {
    std::vector<std::uint8_t>& held = held_[static_cast<std::size_t>(from)];
    held.insert(held.end(), bytes.begin(), bytes.end());
    bool& over = over_[static_cast<std::size_t>(from)];
    while (!over && !held.empty()) {
      const Result result = dissect(from, held);
      require(result.consumed <= held.size());
      held.erase(held.begin(), held.begin() + result.consumed);
      over = result.verdict == Verdict::malformed || result.verdict == Verdict::truncated;
      if (result.verdict != Verdict::keep_going || result.consumed == 0) break;
    }
  }
  Said finish() {
    notes_->about(nobody(), 0);
    bgp::Dissector::finish(memory_, Ending::closed, *notes_);
    collect();
    return said_;
  }

 private:
  static const Subject& nobody() {
    static const Subject kNobody;
    return kNobody;
  }
  Result dissect(Side from, Bytes bytes) {
    const auto exact = std::make_unique<std::uint8_t[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), exact.get());
    Payload payload;
    payload.bytes = {exact.get(), bytes.size()};
    payload.wire = static_cast<std::uint32_t>(bytes.size()) + ((options_ & kCut) != 0 ? 100U : 0U);
    payload.stream = true;
    payload.begun = (options_ & kMidstream) == 0;
    payload.from = from;
    payload.hop_limit = 255;
    payload.tcp_options = payload.bytes.first(std::min<std::size_t>(bytes.size(), 40));
    payload.server_port = (options_ & kOtherPort) != 0 ? 7 : 179;
    (void)bgp::Dissector::claims(payload);
    require(bgp::Dissector::search(payload) <= bytes.size());
    notes_->about(nobody(), 0);
    Carried carried;
    Call call{payload, *notes_, carried, nullptr};
    const Result result = bgp::Dissector::dissect(call, memory_);
    collect();
    return result;
  }
  void collect() {
    require(notes_->observations().size() <= Notes::kObservationsPerCall);
    require(notes_->dropped() == 0 && notes_->exhibits_dropped() == 0);
    for (const Observation& one : notes_->observations()) {
      said_.observations.push_back(one.fact);
      said_.observations.push_back(one.value);
    }
    for (const Exhibit& one : notes_->exhibits())
      for (const EventDescriber& describer : bgp_events()) {
        if (describer.show == nullptr || describer.fact != one.kind) continue;
        EventLines lines(said_.events, describer.type, nobody());
        describer.show({one.value, one.bytes, nobody()}, lines);
      }
    notes_->clear();
  }

  static constexpr std::array<std::uint8_t, bgp::kKindCount> kWanted = {1, 1};
  const std::uint8_t options_;
  std::uint64_t packet_ns_ = 0;
  std::unique_ptr<ExhibitRoom> room_ = std::make_unique<ExhibitRoom>();
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  bgp::Dissector::Memory memory_{};
  std::array<std::vector<std::uint8_t>, 2> held_;
  std::array<bool, 2> over_{};
  Said said_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const Bytes bytes{data + 3, size - 3};
  const std::size_t boundary = bytes.size() * data[1] / 256;
  const std::array<Bytes, 2> sides = {bytes.first(boundary), bytes.subspan(boundary)};
  Reader whole(data[0]);
  Reader twice(data[0]);
  for (const Side side : {Side::client, Side::server}) {
    const Bytes own = sides[static_cast<std::size_t>(side)];
    const std::size_t cut = own.size() * data[2] / 256;
    whole.offer(side, own);
    twice.offer(side, own.first(cut));
    twice.offer(side, own.subspan(cut));
  }
  const Said once = whole.finish();
  const Said again = twice.finish();
  // What the snaplen cut is over where it was cut.
  if ((data[0] & kCut) == 0) require(once.observations == again.observations && once.events == again.events);
  return 0;
}
