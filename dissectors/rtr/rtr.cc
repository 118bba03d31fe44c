#include "dissectors/rtr/rtr.h"

#include <algorithm>

#include "dissectors/rtr/pdu.h"

namespace uptake::rtr {
namespace {

/// PDUs that one call reads beside sound records.
constexpr unsigned kOthersPerCall = 16;
/// Each notes two facts at most; something may be lost in front of them and behind.
static_assert(kOthersPerCall * 2 + 2 <= Notes::kObservationsPerCall);
/// What is shown of each, the records between them, what is lost, and that something waits.
static_assert(kLongestRead + (2 * kOthersPerCall + 4) * ExhibitRoom::kLeastBytes <= ExhibitRoom::kBytesPerCall);

/// Reading: one offer, PDU by PDU. Records that stand behind each other are shown in one piece.
class Reading {
 public:
  Reading(const Payload& payload, Session& session, Notes& notes) noexcept
      : payload_(payload),
        all_(payload.bytes.first(std::min<std::size_t>(payload.bytes.size(), kLongestRead))),
        session_(session),
        notes_(notes) {}

  [[nodiscard]] Result read() noexcept {
    for (unsigned others = 0; others < kOthersPerCall && at_ < all_.size();) {
      const Bytes rest = all_.subspan(at_);
      if (rest.size() < kHeadBytes) return not_whole(rest.size());
      const Head head = read_head(rest.data());
      if (!is_sound(head)) return unsound();
      if (head.length > kLongestRead) return too_long(head);
      if (head.length > rest.size()) return not_whole(head.length);
      if (!is_record(head.type) || !session_.take_record(rest.first(head.length))) {
        ++others;
        take_other(head, rest.first(head.length));
      }
      at_ += head.length;
    }
    show();
    return {Verdict::keep_going, static_cast<std::uint32_t>(at_)};
  }

 private:
  /// A PDU that is no sound record.
  void take_other(const Head& head, Bytes pdu) noexcept {
    show();
    if (is_record(head.type)) {
      session_.lose(Ending::malformed, notes_);
    } else {
      session_.take(head, pdu, payload_.from, payload_.ticks, notes_);
    }
    shown_ = at_ + head.length;
  }
  void show() noexcept {
    session_.show(all_.subspan(shown_, at_ - shown_), notes_);
    shown_ = at_;
  }
  /// The next PDU ends `length` octets from here, or as far from here as is known.
  [[nodiscard]] Result not_whole(std::size_t length) noexcept {
    show();
    const auto consumed = static_cast<std::uint32_t>(at_);
    if (all_.size() < payload_.bytes.size()) return {Verdict::keep_going, consumed};
    if (payload_.bytes.size() >= payload_.wire) return {Verdict::need_more, consumed};
    session_.lose(Ending::truncated, notes_);
    return {Verdict::truncated, static_cast<std::uint32_t>(at_ + length)};
  }
  /// Where the next PDU begins is not known any more.
  [[nodiscard]] Result unsound() noexcept {
    show();
    session_.lose(Ending::malformed, notes_);
    return {Verdict::malformed, static_cast<std::uint32_t>(at_)};
  }
  /// It is passed over by its length.
  [[nodiscard]] Result too_long(const Head& head) noexcept {
    show();
    if (is_record(head.type)) {
      session_.lose(Ending::limit, notes_);
    } else {
      session_.take(head, {}, payload_.from, payload_.ticks, notes_);
    }
    return {Verdict::keep_going, static_cast<std::uint32_t>(at_ + head.length)};
  }

  const Payload& payload_;
  const Bytes all_;
  Session& session_;
  Notes& notes_;
  std::size_t at_ = 0;
  std::size_t shown_ = 0;
};

}  // namespace

Result Dissector::dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept {
  Session& session = memory.session;
  session.wait(payload.from, payload.waits, notes);
  if (payload.bytes.empty()) return {Verdict::need_more, 0};
  const bool is_new = session.is_new();
  if (is_new) session.begin(payload.from_start || payload.begun);
  if (is_new && is_tls(payload)) {
    session.note_tls(notes);
    return {Verdict::hand_over, 0};
  }
  if (payload.lost != Ending::closed) session.lose(payload.lost, notes);
  return Reading(payload, session, notes).read();
}

void Dissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept { memory.session.finish(ending, notes); }

}  // namespace uptake::rtr
