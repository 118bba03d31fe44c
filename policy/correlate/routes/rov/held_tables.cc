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
  const bool makes = bits.followed && bits.update == Update::whole;
  RouterSession* const session = makes ? find_or_make(filed) : sessions_.find(filed.about.subject);
  if (session == nullptr) return;
  session->open_ns = filed.about.packet_ns;
  if (!bits.followed) return;
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
  session->open_ns = 0;
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
  session->waits = commit.waits;
  session->over = false;
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

void HeldTables::wait(const Filed& filed) noexcept {
  if (RouterSession* const session = sessions_.find(filed.about.subject); session != nullptr)
    session->waits = filed.value != 0;
}

void HeldTables::end(const Filed& filed) noexcept {
  RouterSession* const session = sessions_.find(filed.about.subject);
  if (session == nullptr) return;
  session->over = true;
  session->waits = false;
  session->open_ns = 0;
}

/// Of the router's own tables all must be known. `found`: it has one.
HeldTables::Chosen HeldTables::choose_own(std::uint64_t router, std::uint64_t packet_ns, std::uint64_t came_ns,
                                          bool& found) const noexcept {
  Chosen own{.why = Validity::valid, .united = true};
  for (const RouterSession& session : sessions_.all()) {
    if (session.until_ns <= packet_ns || session.router != router) continue;
    found = true;
    if (!RouterSessions::is_sure(session, packet_ns, came_ns)) return {};
    if (session.is_full) own.why = Validity::limit;
    std::uint16_t& tables = session.over ? own.perhaps : own.tables;
    tables = static_cast<std::uint16_t>(tables | 1U << table_of(session, session.other));
  }
  // A router keeps what one cache told it until another one does (RFC 8210 section 10).
  if (own.tables == 0) return {.why = own.why, .tables = own.perhaps};
  return own;
}

HeldTables::Chosen HeldTables::choose_held(const Address& receiver, std::uint64_t packet_ns,
                                           std::uint64_t came_ns) const noexcept {
  bool has_own = false;
  const Chosen own = choose_own(sessions_.router_of(receiver), packet_ns, came_ns, has_own);
  if (has_own) return own;
  Chosen any;
  for (const RouterSession& session : sessions_.all()) {
    if (session.until_ns <= packet_ns || !RouterSessions::is_sure(session, packet_ns, came_ns)) continue;
    if (!sessions_.is_latest_of_cache(session)) continue;
    if (session.is_full && any.tables == 0) any.why = Validity::limit;
    if (session.is_full) continue;
    any.why = Validity::valid;
    any.tables = static_cast<std::uint16_t>(any.tables | 1U << table_of(session, session.other));
  }
  return any;
}

}  // namespace uptake::rov
