// TLS over TCP. Input: one octet of options, then pieces: an octet whose high bit names the side, 16 bits of length,
// the octets. The flow is read as the worker reads it, once piece by piece, once with every piece halved, and must
// be one session either way.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "dissectors/tls/tls.h"

namespace {

using namespace uptake;

constexpr std::uint8_t kFromStart = 1, kKnownPort = 2, kCut = 4, kEndingShift = 4;
constexpr std::size_t kHandshakeBytes = 16 * 1024;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Flow: what the worker does with one.
class Flow {
 public:
  /// `shown`: somebody wants Exhibits.
  Flow(std::uint8_t options, bool shown) : options_(options) {
    if (shown) notes_->take_exhibits(*room_, wanted_, packet_ns_);
  }

  void offer(unsigned from, Bytes octets, bool cut) {
    Direction& own = sides_[from];
    if (own.over || dead_) return;
    own.held.insert(own.held.end(), octets.begin(), octets.end());
    if (own.held.size() > kHandshakeBytes) {
      own.over = true;
      limited_ = true;
      own.held.clear();
      return;
    }
    if (!claimed_ && !claim(from)) return;
    read(from, cut);
    if (!sides_[1 - from].held.empty()) read(1 - from, false);
  }
  void finish() {
    if (!claimed_) return;
    if (!sides_[0].self_over || !sides_[1].self_over) {
      const auto ending = static_cast<Ending>(options_ >> kEndingShift & 3);
      about();
      tls::Dissector::finish(memory_, limited_ ? Ending::limit : ending, *notes_);
      collect();
    }
    require(sessions_ == 1);
    require(kinds_[tls::kEnd] <= 1 && kinds_[tls::kChain] + kinds_[tls::kChainLost] <= 1);
    require(kinds_[tls::kStaple] + kinds_[tls::kStapleLost] <= kinds_[tls::kChain]);
  }
  [[nodiscard]] const std::vector<std::uint64_t>& values() const { return values_; }

 private:
  struct Direction {
    std::vector<std::uint8_t> held;
    bool over = false;
    bool self_over = false;
  };

  bool claim(unsigned from) {
    const auto exact = copy(from);
    const Claim claim = tls::Dissector::claims(payload(from, exact.get(), false));
    claimed_ = is_mine(claim);
    dead_ = claim == Claim::no;
    if (claim == Claim::from_client) client_ = from;
    if (claim == Claim::from_server) client_ = 1 - from;
    return claimed_;
  }
  void read(unsigned from, bool cut) {
    Direction& own = sides_[from];
    if (own.over) return;
    Result result;
    do {
      const auto exact = copy(from);
      about();
      result = tls::Dissector::dissect(payload(from, exact.get(), cut), memory_, *notes_);
      collect();
      require(result.consumed <= own.held.size());
      own.held.erase(own.held.begin(), own.held.begin() + static_cast<std::ptrdiff_t>(result.consumed));
    } while (result.verdict == Verdict::keep_going && result.consumed > 0 && !own.held.empty());
    require(result.verdict != Verdict::hand_over && result.verdict != Verdict::not_mine);
    require(result.verdict != Verdict::truncated || cut);
    if (result.verdict == Verdict::keep_going || result.verdict == Verdict::need_more) return;
    own.over = own.self_over = true;
    if (result.verdict == Verdict::concluded) sides_[1 - from].over = sides_[1 - from].self_over = true;
    own.held.clear();
    if (result.verdict == Verdict::concluded) sides_[1 - from].held.clear();
  }
  [[nodiscard]] std::unique_ptr<std::uint8_t[]> copy(unsigned from) const {
    auto exact = std::make_unique<std::uint8_t[]>(sides_[from].held.size());
    std::copy(sides_[from].held.begin(), sides_[from].held.end(), exact.get());
    return exact;
  }
  [[nodiscard]] Payload payload(unsigned from, const std::uint8_t* octets, bool cut) const {
    Payload made;
    made.bytes = {octets, sides_[from].held.size()};
    made.wire = static_cast<std::uint32_t>(made.bytes.size()) + (cut ? 100U : 0U);
    made.stream = true;
    made.from_start = (options_ & kFromStart) != 0;
    made.from = from == client_ ? Side::client : Side::server;
    made.server_port = (options_ & kKnownPort) != 0 ? 853 : 9999;
    return made;
  }
  void about() {
    static const Subject nobody;
    notes_->about(nobody, 0);
  }
  void collect() {
    require(notes_->observations().size() <= Notes::kObservationsPerCall && notes_->dropped() == 0);
    require(notes_->exhibits_dropped() == 0);
    for (const Exhibit& one : notes_->exhibits()) ++kinds_[one.kind];
    for (const Observation& one : notes_->observations()) {
      values_.push_back(one.value);
      if (one.fact == tls::kOffer) require(++offers_ == 1);
      if (one.fact == tls::kSession) ++sessions_;
      for (const std::uint8_t octet : notes_->subjects()[one.subject].name) require(octet > ' ' && octet < 0x7f);
    }
    notes_->clear();
  }

  std::uint8_t options_;
  tls::Dissector::Memory memory_;
  const std::vector<std::uint8_t> wanted_ = std::vector<std::uint8_t>(tls::kKindCount, 1);
  const std::uint64_t packet_ns_ = 0;
  std::unique_ptr<ExhibitRoom> room_ = std::make_unique<ExhibitRoom>();
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  std::vector<std::uint64_t> values_;
  unsigned kinds_[tls::kKindCount] = {};
  Direction sides_[2];
  unsigned client_ = 0;
  unsigned sessions_ = 0;
  unsigned offers_ = 0;
  bool claimed_ = false;
  bool dead_ = false;
  bool limited_ = false;
};

std::vector<std::uint64_t> play(const std::uint8_t* data, std::size_t size, bool halved, bool shown) {
  Flow flow(data[0], shown);
  std::size_t at = 1;
  while (size - at >= 3) {
    const unsigned from = data[at] >> 7;
    const std::size_t length =
        std::min<std::size_t>(static_cast<std::size_t>(data[at + 1] << 8 | data[at + 2]), size - at - 3);
    const Bytes piece{data + at + 3, length};
    const bool cut = (data[0] & kCut) != 0 && (data[at] & 1) != 0;
    if (halved && length > 1) flow.offer(from, piece.first(length / 2), false);
    flow.offer(from, halved && length > 1 ? piece.subspan(length / 2) : piece, cut);
    at += 3 + length;
  }
  flow.finish();
  return flow.values();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::vector<std::uint64_t> values = play(data, size, false, false);
  (void)play(data, size, true, false);
  const std::vector<std::uint64_t> seen = play(data, size, false, true);
  (void)play(data, size, true, true);
  require(values.empty() == seen.empty());
  return 0;
}
