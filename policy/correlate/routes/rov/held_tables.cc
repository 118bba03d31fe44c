#include "policy/correlate/routes/rov/held_tables.h"

#include <algorithm>
#include <span>

#include "dissectors/big_endian.h"
#include "dissectors/rtr/pdu.h"

namespace uptake::rov {
namespace {

using rtr::CommitBits;
using rtr::Record;
using rtr::RecordsBits;
using rtr::Update;

constexpr std::uint64_t kSecondNs = 1'000'000'000;
/// Where no interval is told (RFC 8210 section 6), and between what one may be.
constexpr std::uint32_t kUsualExpire = 7'200;
constexpr std::uint32_t kLeastExpire = 600;
constexpr std::uint32_t kMostExpire = 172'800;

// uint32 serial; from version 1 on: uint32 refresh, retry, expire  RFC 8210 section 5.8
std::uint64_t expire_ns(Bytes end_of_data) noexcept {
  constexpr std::size_t kExpireAt = rtr::kHeadBytes + 12;
  if (end_of_data.size() < kExpireAt + 4) return kUsualExpire * kSecondNs;
  return std::clamp(be32(end_of_data.data() + kExpireAt), kLeastExpire, kMostExpire) * kSecondNs;
}

std::uint32_t serial_of(Bytes end_of_data) noexcept {
  Cursor at(end_of_data);
  at.skip(rtr::kHeadBytes);
  return at.u32();
}

/// A seed that nobody can know who does not know the key.
std::uint64_t seed_of(const Digests& digests) noexcept {
  static constexpr std::uint8_t kWhat[] = {'v', 'r', 'p'};
  return digests.octets(kWhat);
}

}  // namespace

HeldTables::HeldTables(const Digests& digests, const Bounds& bounds)
    : sessions_(digests), vrps_(bounds.vrps, seed_of(digests)), changes_(bounds.changes * RouterSessions::kPlaces) {}

std::span<HeldTables::Change> HeldTables::changes_of(const RouterSession& session) noexcept {
  const std::size_t most = changes_.size() / RouterSessions::kPlaces;
  return changes_.all().subspan(sessions_.place_of(session) * most, most);
}

RouterSession* HeldTables::find_or_make(const Filed& filed) noexcept {
  RouterSession* found = sessions_.find(filed.about.subject);
  if (found == nullptr) {
    found = sessions_.place_at(filed.about.packet_ns);
    if (found == nullptr || found->key != 0) ++forgotten_;
    if (found == nullptr) return nullptr;
    drop(*found);
    *found = sessions_.made(filed.about.subject);
  }
  found->last_ns = filed.about.packet_ns;
  return found;
}

void HeldTables::drop(RouterSession& session) noexcept {
  if (session.key == 0) return;
  vrps_.clear(table_of(session, false));
  vrps_.clear(table_of(session, true));
  session = {};
}

/// Nothing is under way any more, or a new answer.
void HeldTables::begin(RouterSession& session, Update update) noexcept {
  if (session.under_way == Update::whole) vrps_.clear(table_of(session, !session.other));
  session.changes = 0;
  session.shown = 0;
  session.ran_full = false;
  session.under_way = update;
}

void HeldTables::take_records(const Filed& filed) noexcept {
  const RecordsBits bits = RecordsBits::unpack(filed.value);
  if (!bits.followed) return;
  RouterSession* const session =
      bits.update == Update::whole ? find_or_make(filed) : sessions_.find(filed.about.subject);
  if (session == nullptr) return;
  if (bits.first) begin(*session, bits.update);
  // An Exhibit between them was dropped.
  if (bits.update != session->under_way || bits.shown != session->shown) return begin(*session, Update::unknown);
  session->shown = rtr::next_shown(session->shown);
  Record record;
  for (Cursor pdus(filed.bytes); next_record(pdus, record);)
    if (record.what == Record::What::vrp) take(*session, record);
}

void HeldTables::take(RouterSession& session, const Record& record) noexcept {
  const Vrp vrp{record.prefix, record.length, record.max_length, record.as};
  bool has_room = true;
  if (session.under_way == Update::difference) {
    const std::span<Change> changes = changes_of(session);
    has_room = session.changes < changes.size();
    if (has_room) changes[session.changes++] = {vrp, record.announced};
  } else if (record.announced) {
    has_room = vrps_.add(table_of(session, !session.other), vrp);
  } else {
    vrps_.remove(table_of(session, !session.other), vrp);
  }
  if (has_room) return;
  ++forgotten_;
  session.ran_full = true;
}

/// Applies the difference.
void HeldTables::change(RouterSession& session) noexcept {
  const std::uint8_t held = table_of(session, session.other);
  for (const Change& change : changes_of(session).first(session.changes)) {
    if (!change.announced) {
      vrps_.remove(held, change.vrp);
    } else if (!vrps_.add(held, change.vrp)) {
      ++forgotten_;
      session.ran_full = true;
    }
  }
  session.is_full = session.is_full || session.ran_full;
}

void HeldTables::end_data(const Filed& filed) noexcept {
  const CommitBits commit = CommitBits::unpack(filed.value);
  const bool whole = commit.update == Update::whole;
  RouterSession* const session = commit.trusted && whole ? find_or_make(filed) : sessions_.find(filed.about.subject);
  end_others(session, filed.about.subject);
  if (session == nullptr) return;
  // Where nothing changed, and where a table is empty, no records came: what is under way was another answer.
  if (commit.shown == 0) begin(*session, commit.update);
  const bool complete = commit.trusted && commit.update == session->under_way && commit.shown == session->shown;
  const bool follows =
      whole || (session->until_ns != 0 && session->serial == commit.upon && session->session_id == commit.session_id);
  // Something was dropped on the way here.
  if (!complete || !follows) return drop(*session);
  if (whole) {
    session->other = !session->other;
    session->is_full = session->ran_full;
  } else {
    change(*session);
  }
  session->until_ns = filed.about.packet_ns + expire_ns(filed.bytes);
  until_ns_ = std::max(until_ns_, session->until_ns);
  session->ended_ns = session->last_ns = filed.about.packet_ns;
  session->serial = serial_of(filed.bytes);
  session->session_id = commit.session_id;
  begin(*session, Update::unknown);
}

/// A router holds one table of a cache: what other sessions with it brought is over.
void HeldTables::end_others(const RouterSession* kept, const Subject& subject) noexcept {
  const std::uint64_t router = sessions_.router_of(subject.client);
  const std::uint64_t cache = sessions_.router_of(subject.server);
  for (RouterSession& session : sessions_.all())
    if (&session != kept && session.router == router && session.cache == cache) drop(session);
}

void HeldTables::lose(const Filed& filed) noexcept {
  if (RouterSession* const session = sessions_.find(filed.about.subject); session != nullptr) drop(*session);
}

HeldTables::Chosen HeldTables::choose_held(const Address& receiver, std::uint64_t packet_ns) const noexcept {
  Chosen own;
  Chosen any;
  std::uint64_t router = 0;
  for (const RouterSession& session : sessions_.all()) {
    if (session.until_ns <= packet_ns) continue;
    if (router == 0) router = sessions_.router_of(receiver);
    const unsigned bit = session.is_full ? 0U : 1U << table_of(session, session.other);
    for (Chosen* const chosen : {&own, &any}) {
      if (chosen == &own ? session.router != router : !sessions_.is_latest_of_cache(session)) continue;
      if (session.is_full && chosen->tables == 0) chosen->why = Validity::limit;
      if (!session.is_full) chosen->why = Validity::valid;
      chosen->tables = static_cast<std::uint16_t>(chosen->tables | bit);
    }
  }
  return own.why == Validity::no_table ? any : own;
}

}  // namespace uptake::rov
