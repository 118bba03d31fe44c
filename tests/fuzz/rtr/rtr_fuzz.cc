// Sessions of the RPKI to Router protocol. Input: one octet of options, then pieces: an octet of what it is, 16 bits
// of length, the octets. The pieces are read as they are, and each cut in two, and must give the same observations.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "dissectors/rtr/records.h"
#include "dissectors/rtr/rtr.h"

namespace {

using namespace uptake;

constexpr std::uint8_t kCutByCapture = 2;
enum : std::uint8_t { kFromServer = 1, kBehindAHole = 2 };

void require(bool holds) {
  if (!holds) std::abort();
}

struct Piece {
  std::uint8_t what;
  Bytes bytes;
};

/// Memory that is taken once.
struct Room {
  Room() { notes.take_exhibits(exhibits, wanted, packet_ns); }
  const std::vector<std::uint8_t> wanted = std::vector<std::uint8_t>(rtr::kKindCount, 1);
  const std::uint64_t packet_ns = 0;
  ExhibitRoom exhibits;
  Notes notes;
};

/// A session that is read.
class Reading {
 public:
  explicit Reading(std::uint8_t options) : options_(options) {}

  void offer(const Piece& piece, Bytes bytes, bool first) {
    std::vector<std::uint8_t>& held = held_[piece.what & kFromServer];
    std::size_t& passed = passed_[piece.what & kFromServer];
    const std::size_t skipped = std::min(passed, bytes.size());
    passed -= skipped;
    held.insert(held.end(), bytes.begin() + static_cast<std::ptrdiff_t>(skipped), bytes.end());
    bool behind_a_hole = first && (piece.what & kBehindAHole) != 0;
    while (!held.empty() && !over_) {
      const auto exact = std::make_unique<std::uint8_t[]>(held.size());
      std::copy(held.begin(), held.end(), exact.get());
      Payload payload;
      payload.bytes = {exact.get(), held.size()};
      payload.wire = static_cast<std::uint32_t>(held.size()) + ((options_ & kCutByCapture) != 0 ? 100U : 0U);
      payload.stream = payload.from_start = true;
      payload.from = (piece.what & kFromServer) != 0 ? Side::server : Side::client;
      payload.lost = behind_a_hole ? Ending::gap : Ending::closed;
      behind_a_hole = false;
      payload.server_port = 323;
      (void)rtr::Dissector::claims(payload);
      require(rtr::Dissector::search(payload) <= held.size());
      static const Subject nobody;
      notes_->about(nobody, 0);
      const Result result = rtr::Dissector::dissect(payload, memory_, *notes_);
      require(notes_->observations().size() <= Notes::kObservationsPerCall);
      require(notes_->dropped() == 0 && notes_->exhibits_dropped() == 0);
      keep();
      over_ = result.verdict != Verdict::keep_going && result.verdict != Verdict::need_more;
      require(result.consumed <= held.size() + rtr::kLongest);
      passed = result.consumed > held.size() ? result.consumed - held.size() : 0;
      held.erase(held.begin(),
                 held.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(result.consumed, held.size())));
      if (result.consumed == 0 || result.verdict != Verdict::keep_going) break;
    }
  }
  void finish() {
    static const Subject nobody;
    notes_->about(nobody, 0);
    rtr::Dissector::finish(memory_, Ending::closed, *notes_);
    keep();
  }

  std::vector<std::pair<std::uint16_t, std::uint64_t>> noted;
  std::vector<std::uint8_t> records;

 private:
  static Room& room() {
    static const auto kRoom = std::make_unique<Room>();
    return *kRoom;
  }
  void keep() {
    for (const Observation& one : notes_->observations()) noted.emplace_back(one.fact, one.value);
    for (const Exhibit& one : notes_->exhibits()) {
      if (one.kind != rtr::kRecords) continue;
      records.insert(records.end(), one.bytes.begin(), one.bytes.end());
      Cursor pdus(one.bytes);
      rtr::Record record;
      while (!pdus.empty()) require(rtr::next_record(pdus, record));
    }
    notes_->clear();
  }

  const std::uint8_t options_;
  Notes* const notes_ = &room().notes;
  rtr::Dissector::Memory memory_;
  std::vector<std::uint8_t> held_[2];
  std::size_t passed_[2] = {};
  bool over_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t options = data[0];
  std::vector<Piece> pieces;
  for (std::size_t at = 1; size - at >= 3 && pieces.size() < 64;) {
    const std::size_t length =
        std::min<std::size_t>((static_cast<std::size_t>(data[at + 1]) << 8) + data[at + 2], size - at - 3);
    pieces.push_back({data[at], {data + at + 3, length}});
    at += 3 + length;
  }
  Reading whole(options);
  Reading twice(options);
  for (const Piece& piece : pieces) {
    whole.offer(piece, piece.bytes, true);
    const std::size_t cut = (options & kCutByCapture) != 0 ? 0 : piece.bytes.size() / 2;
    if (cut != 0) twice.offer(piece, piece.bytes.first(cut), true);
    twice.offer(piece, piece.bytes.subspan(cut), cut == 0);
  }
  whole.finish();
  twice.finish();
  require(whole.noted == twice.noted && whole.records == twice.records);
  return 0;
}
