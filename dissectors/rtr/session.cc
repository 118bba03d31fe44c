#include "dissectors/rtr/session.h"

#include <algorithm>
#include <utility>

#include "dissectors/rtr/records.h"

namespace uptake::rtr {
namespace {

constexpr std::uint16_t kBegun = SessionFields::kMaskOf<&SessionBits::begun>;
constexpr std::uint16_t kPartLost = SessionFields::kMaskOf<&SessionBits::lost>;
constexpr std::uint16_t kUnfinished = SessionFields::kMaskOf<&SessionBits::unfinished>;
constexpr std::uint16_t kWhole = SessionFields::kMaskOf<&SessionBits::whole>;
constexpr std::uint16_t kDifference = SessionFields::kMaskOf<&SessionBits::difference>;
constexpr std::uint16_t kAspaCame = SessionFields::kMaskOf<&SessionBits::aspa>;
constexpr std::uint16_t kRouterKeyCame = SessionFields::kMaskOf<&SessionBits::router_key>;
constexpr std::uint16_t kErrorCame = SessionFields::kMaskOf<&SessionBits::error>;

/// A version that is kept with 1 added, so that 0 stands for none.
constexpr std::uint8_t version_of(std::uint8_t kept) noexcept {
  return kept == 0 ? kNoVersion : static_cast<std::uint8_t>(kept - 1);
}

void count(std::uint32_t& counter) noexcept {
  if (counter != ~std::uint32_t{0}) ++counter;
}

}  // namespace

void Session::begin(bool begun) noexcept {
  offered_ = true;
  if (begun) seen_ |= kBegun;
}

void Session::note_tls(Notes& notes) noexcept {
  SessionBits bits;
  bits.tls = true;
  bits.begun = (seen_ & kBegun) != 0;
  notes.note(kSession, bits.pack());
}

void Session::lose(Ending why, Notes& notes) noexcept {
  notes.note(kUnreadable, static_cast<std::uint64_t>(why));
  if (held_.is_known() || answer_.open) notes.exhibit(kLost, static_cast<std::uint64_t>(why), {});
  seen_ |= kPartLost;
  held_.lose();
  answer_.followed = false;
  question_ = Question::none;
}

void Session::wait(Side from, bool waits, Notes& notes) noexcept {
  const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(from));
  const auto now = static_cast<std::uint8_t>(waits ? waits_ | bit : waits_ & ~bit);
  if ((std::exchange(waits_, now) != 0) != (now != 0)) notes.exhibit(kWaits, now != 0 ? 1 : 0, {});
}

void Session::take(const Head& head, Bytes pdu, Side from, std::uint32_t ticks, Notes& notes) noexcept {
  switch (head.type) {
    case kSerialQuery:
      asked_ = {be32(pdu.data() + kHeadBytes), head.field};
      count(counted_.serials);
      return ask(Question::serial, head.version);
    case kResetQuery:
      count(counted_.resets);
      return ask(Question::reset, head.version);
    case kCacheResponse:
      return respond(head);
    case kEndOfData:
      return end_data(head, pdu, ticks, notes);
    case kCacheReset:
      version_ = static_cast<std::uint8_t>(head.version + 1);
      question_ = Question::none;
      return;
    case kErrorReport:
      return report_error(head, from, notes);
    default:
      return;  // a Serial Notify, which answers nothing
  }
}

/// A router asks again when it was answered (RFC 8210 §8.1); of two questions at once nobody can tell which one an
/// answer is to.
void Session::ask(Question question, std::uint8_t version) noexcept {
  if (version_asked_ == 0) version_asked_ = static_cast<std::uint8_t>(version + 1);
  question_ = question_ == Question::none ? question : Question::several;
}

void Session::respond(const Head& head) noexcept {
  version_ = static_cast<std::uint8_t>(head.version + 1);
  const bool rests = held_.is_known() && asked_ == held_.state() && head.field == asked_.session_id;
  answer_ = {.session_id = head.field, .update = Update::unknown, .open = true, .followed = false};
  if (question_ == Question::reset) {
    answer_.update = Update::whole;
    answer_.followed = true;
  } else if (question_ == Question::serial) {
    answer_.update = Update::difference;
    answer_.followed = rests;
  }
  question_ = Question::none;
}

bool Session::take_record(Bytes pdu) noexcept {
  Record record;
  if (!read_record(pdu, record)) return false;
  if (record.what == Record::What::vrp) {
    count(record.announced ? counted_.announced : counted_.withdrawn);
  } else {
    seen_ |= record.what == Record::What::aspa ? kAspaCame : kRouterKeyCame;
  }
  return true;
}

void Session::show(Bytes pdus, Notes& notes) noexcept {
  if (pdus.empty()) return;
  const RecordsBits bits{.update = answer_.open ? answer_.update : Update::unknown,
                         .followed = answer_.open && answer_.followed,
                         .first = answer_.open && answer_.shown == 0,
                         .version = pdus[0],
                         .shown = answer_.shown};
  answer_.shown = next_shown(answer_.shown);
  notes.exhibit(kRecords, bits.pack(), pdus);
}

// uint32 serial; from version 1 on: uint32 refresh; uint32 retry; uint32 expire  RFC 8210 section 5.8
void Session::end_data(const Head& head, Bytes pdu, std::uint32_t ticks, Notes& notes) noexcept {
  Cursor body(pdu.subspan(kHeadBytes));
  const std::uint32_t serial = body.u32();
  version_ = static_cast<std::uint8_t>(head.version + 1);
  TableBits table{.serial = serial, .session_id = head.field, .version = head.version};
  table.update = answer_.open ? answer_.update : Update::unknown;
  table.trusted = answer_.open && answer_.followed && answer_.session_id == head.field;
  table.lost = (seen_ & kPartLost) != 0;
  table.begun = (seen_ & kBegun) != 0;
  table.age = held_.age_at(ticks);
  notes.note(kTable, table.pack());
  const CommitBits commit{.upon = asked_.serial,
                          .session_id = table.session_id,
                          .update = table.update,
                          .trusted = table.trusted,
                          .shown = answer_.shown,
                          .waits = waits_ != 0};
  notes.exhibit(kCommit, commit.pack(), pdu);
  if (table.update == Update::difference) seen_ |= kDifference;
  if (table.update == Update::whole && table.trusted) seen_ |= kWhole;
  answer_ = {};
  IntervalBits intervals;
  if (head.version != 0) {
    intervals.refresh = body.u32();
    intervals.retry = body.u32();
    intervals.expire = body.u32();
    notes.note(kIntervals, intervals.pack());
  }
  held_.update({serial, head.field}, table.trusted, ticks, intervals.expire);
}

/// Whatever it is about ends: an answer that is under way will not be trusted (RFC 8210 §10).
void Session::report_error(const Head& head, Side from, Notes& notes) noexcept {
  const bool by_cache = from == Side::server;
  if (by_cache) version_ = static_cast<std::uint8_t>(head.version + 1);
  error_ = static_cast<std::uint8_t>(std::min<unsigned>(head.field, ExchangeBits::kNoError - 1) + 1);
  seen_ |= kErrorCame;
  question_ = Question::none;
  answer_ = {};
  notes.note(kError, ErrorBits{.code = head.field, .by_cache = by_cache, .version = head.version}.pack());
}

void Session::finish(Ending ending, Notes& notes) noexcept {
  if (!offered_) return;
  if (ending != Ending::closed) seen_ |= ending == Ending::unfinished ? kUnfinished : kPartLost;
  SessionBits session = SessionBits::unpack(seen_);
  session.asked = version_of(version_asked_);
  session.version = version_of(version_);
  notes.note(kSession, session.pack());
  const ExchangeBits exchange{
      .asked = session.asked,
      .version = session.version,
      .incremental = session.difference,
      .reset_queries = counted_.resets,
      .serial_queries = counted_.serials,
      .announced = counted_.announced,
      .withdrawn = counted_.withdrawn,
      .error = error_ == 0 ? ExchangeBits::kNoError : static_cast<std::uint8_t>(error_ - 1),
  };
  notes.note(kExchange, exchange.pack());
  const bool over = ending == Ending::closed || ending == Ending::unfinished;
  if (held_.is_known()) notes.exhibit(over ? kEnded : kLost, static_cast<std::uint64_t>(ending), {});
}

}  // namespace uptake::rtr
