// QUIC. Input: datagrams: an octet that says who sends it and how (below), 16 bits of
// length, the octets. Octets of a `sealed` datagram are frames, which the target seals as an Initial, so that what
// lies behind the tag is reached; all others are offered as they are.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "dissectors/quic/quic.h"
#include "tests/dissectors/quic/builder.h"

namespace {

using namespace uptake;

constexpr std::uint8_t kFromServer = 1, kSealed = 2, kCut = 4, kVersionShift = 3;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Flow: what the worker does with one.
class Flow {
 public:
  explicit Flow(quic::Opener& opener) : opener_(opener) {}

  void offer(std::uint8_t how, Bytes octets) {
    if (over_) return;
    std::vector<std::uint8_t> datagram(octets.begin(), octets.end());
    if ((how & kSealed) != 0) datagram = sealed(how, datagram);
    const auto exact = std::make_unique<std::uint8_t[]>(datagram.size());
    std::copy(datagram.begin(), datagram.end(), exact.get());
    Payload payload;
    payload.bytes = {exact.get(), datagram.size()};
    payload.wire = static_cast<std::uint32_t>(datagram.size()) + ((how & kCut) != 0 ? 200U : 0U);
    payload.from = (how & kFromServer) != 0 ? Side::server : Side::client;
    payload.server_port = 443;
    (void)quic::Dissector::claims(payload);
    notes_->about(subject_, 0);
    Carried carried;
    Call call{payload, *notes_, carried, &opener_};
    const Result result = quic::Dissector::dissect(call, memory_);
    require(result.consumed == datagram.size());
    for (const Carried::Piece& piece : carried.pieces()) read(piece);
    over_ = result.verdict == Verdict::concluded || result.verdict == Verdict::not_mine;
    require(notes_->observations().empty());
    if (result.verdict == Verdict::concluded) {
      quic::Dissector::finish(memory_, Ending::closed, *notes_);
      collect();
      require(noted_ == 1);
    }
  }
  void finish() {
    if (over_) return;
    notes_->about(subject_, 0);
    quic::Dissector::finish(memory_, Ending::closed, *notes_);
    collect();
  }

 private:
  static std::vector<std::uint8_t> sealed(std::uint8_t how, const std::vector<std::uint8_t>& frames) {
    const auto rows = quic::version_rows();
    quic::test::Initial initial;
    initial.version = rows[(how >> kVersionShift) % (rows.size() - 1)].version;
    if ((how & kFromServer) != 0) {
      initial.from = Side::server;
      std::swap(initial.destination, initial.source);
    }
    return quic::test::seal(initial, frames);
  }
  /// Every octet is there.
  static void read(const Carried::Piece& piece) {
    unsigned sum = 0;
    for (const std::uint8_t octet : piece.bytes) sum += octet;
    require(sum <= 255 * piece.bytes.size() && !piece.bytes.empty());
  }
  void collect() {
    require(notes_->dropped() == 0);
    noted_ += notes_->observations().size();
    require(noted_ <= 1);
    for (const Observation& one : notes_->observations())
      require(quic::ConnectionBits::unpack(one.value).pack() == one.value);
    notes_->clear();
  }

  quic::Opener& opener_;
  quic::Dissector::Memory memory_{};
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  Subject subject_;
  std::size_t noted_ = 0;
  bool over_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kOpener = std::make_unique<quic::Opener>();
  Flow flow(*kOpener);
  Cursor input({data, size});
  while (!input.empty()) {
    const std::uint8_t how = input.u8();
    const std::uint16_t length = input.u16();
    flow.offer(how, input.bytes(std::min<std::size_t>(length, input.left())));
  }
  flow.finish();
  return 0;
}
