#include "dissectors/tls/session.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "dissectors/tls/certificates.h"
#include "dissectors/tls/messages.h"
#include "dissectors/tls/resolvers.h"
#include "dissectors/tls/server_key_exchange.h"
#include "dissectors/tls/suites.h"

namespace uptake::tls {
namespace {

/// Payloads of one side that may pass while the hello of the other is waited for: early data, and a hello in pieces.
constexpr std::uint8_t kPatience = 64;
constexpr std::uint8_t kUnknownVersion = 15;
constexpr std::uint8_t kDraftVersion = 14;
constexpr std::uint8_t kSsl2 = 13;

bool is_13(const SessionBits& session) noexcept {
  return session.version_minor == 4 || session.version_minor == kDraftVersion;
}

std::uint8_t minor_of(std::uint16_t version) noexcept {
  if (version >= 0x0300 && version <= 0x0304) return static_cast<std::uint8_t>(version & 0xff);
  return is_draft(version) ? kDraftVersion : kUnknownVersion;
}

/// What an ending says of a hello that did not come; complete: nothing.
Sight sight_of(Ending ending) noexcept {
  switch (ending) {
    case Ending::closed:
    case Ending::unfinished:
      break;
    case Ending::gap:
      return Sight::gap;
    case Ending::truncated:
      return Sight::truncated;
    case Ending::malformed:
      return Sight::malformed;
    case Ending::limit:
      return Sight::limit;
  }
  return Sight::complete;
}

}  // namespace

/// Said: what came with an event. Each action reads its own part.
struct Said {
  const ClientHello* client_hello = nullptr;
  const ServerHello* server_hello = nullptr;
  Bytes body{};          ///< of a ServerKeyExchange
  bool second = false;   ///< a ClientHello that may be the second one
  std::uint64_t id = 0;  ///< of a ServerHello below TLS 1.3: mix of its session_id
  bool resumes = false;  ///< and it is the client's
  Sight why = Sight::complete;
};

namespace {

/// Transition: at `stage`, `event` of `side` makes the session learn something by `action`, and takes the side to
/// `next`; `end`: what the session comes to by it.
struct Transition {
  enum class End : std::uint8_t { none, refused, unanswered };
  Side side;
  Stage stage;
  Event event;
  void (*action)(Learned&, const Said&, Notes&) noexcept;
  Stage next;
  End end = End::none;
};

/// The ServerHello came first: only now can its session_id be held against the client's.
bool proves_resumed(const Learned& learned, const SessionBits& session) noexcept {
  return session.version_minor < 4 && !learned.full && learned.server_id != 0 &&
         learned.server_id == learned.client_id && session.group_sight != GroupSight::known &&
         session.group_sight != GroupSight::custom_dh;
}

/// Actions: what a session learns from an event.
struct Actions {
  static void nothing(Learned&, const Said&, Notes&) noexcept {}

  static void learn_offer(Learned& learned, const Said& said, Notes& notes) noexcept {
    const ClientHello& hello = *said.client_hello;
    learned.client_id = mix(hello.session_id);
    learned.client_best = hello.offer.best_version;
    learned.alpn_offered = hello.offer.alpn;
    SessionBits session = SessionBits::unpack(learned.bits);
    session.client_ems = hello.offer.ems;
    session.client_renegotiation = hello.offer.secure_renegotiation;
    session.pq_offered = hello.offer.pq_offered;
    session.pq_share = hello.offer.pq_share;
    session.offered_1_3 = hello.offers_1_3;
    if (hello.offers_dot) session.dot = true;
    session.doh = !session.dot && is_public_resolver(hello.server_name);
    if (proves_resumed(learned, session)) {
      session.resumed = true;
      session.group_sight = GroupSight::none;
    }
    learned.bits = session.pack();
    if (!hello.server_name.empty()) note_server_name(hello.server_name, notes);
    OfferBits offer = hello.offer;
    offer.carrier = session.carrier;
    offer.maybe_second = said.second;
    learned.first_hello = !said.second;
    notes.note(kOffer, offer.pack());
  }

  static void learn_retry(Learned& learned, const Said&, Notes&) noexcept {
    SessionBits session = SessionBits::unpack(learned.bits);
    session.hello_retry = true;
    learned.bits = session.pack();
  }

  static void learn_choice(Learned& learned, const Said& said, Notes&) noexcept {
    const ServerHello& hello = *said.server_hello;
    SessionBits session = SessionBits::unpack(learned.bits);
    session.version_minor = minor_of(hello.version);
    session.suite = hello.suite;
    session.ems = hello.ems;
    session.secure_renegotiation = hello.secure_renegotiation;
    session.compression = hello.compression;
    session.alpn = hello.alpn;
    if (hello.alpn == Alpn::dot) session.dot = true;
    if (session.version_minor < 4) {
      learned.server_id = said.id;
      session.resumed = said.resumes;
      const bool ephemeral = !session.resumed && uptake::tls::key_exchange(hello.suite) != KeyExchange::none;
      session.group_sight = ephemeral ? GroupSight::unobservable : GroupSight::none;
    } else if (is_13(session)) {
      session.resumed = hello.psk;
      session.group = hello.group;
      session.group_sight = hello.group != 0 ? GroupSight::known : GroupSight::none;
    }
    learned.bits = session.pack();
  }

  /// SSL 2.0 has no flight: its SERVER-HELLO holds the certificate, and the client chooses the cipher.
  static void learn_sslv2(Learned& learned, const Said& said, Notes&) noexcept {
    SessionBits session = SessionBits::unpack(learned.bits);
    session.version_minor = kSsl2;
    session.group_sight = GroupSight::none;
    session.resumed = said.resumes;
    learned.bits = session.pack();
    learned.full = !said.resumes;
  }

  static void see_full(Learned& learned, const Said&, Notes&) noexcept { learned.full = true; }

  static void learn_exchange(Learned& learned, const Said& said, Notes&) noexcept {
    SessionBits session = SessionBits::unpack(learned.bits);
    if (session.group_sight != GroupSight::unobservable) return;
    const ServerKeyExchange exchange =
        read_server_key_exchange(said.body, uptake::tls::key_exchange(session.suite), session.version_minor == 3);
    session.group_sight = exchange.sight;
    session.group = exchange.group;
    session.signature_hash = exchange.signature_hash;
    learned.bits = session.pack();
  }

  /// The flight ended without a ServerKeyExchange: a suite that is not known has none.
  static void learn_none_sent(Learned& learned, const Said&, Notes&) noexcept {
    learned.full = true;
    SessionBits session = SessionBits::unpack(learned.bits);
    if (uptake::tls::key_exchange(session.suite) != KeyExchange::unknown) return;
    session.group_sight = GroupSight::none;
    learned.bits = session.pack();
  }

  /// Without a Certificate before it, the session is resumed by ticket (RFC 5077 section 3.1).
  static void learn_resumption(Learned& learned, const Said&, Notes&) noexcept {
    if (learned.full) return;
    SessionBits session = SessionBits::unpack(learned.bits);
    session.resumed = true;
    session.group_sight = GroupSight::none;
    learned.bits = session.pack();
  }

  static void see_closing(Learned& learned, const Said&, Notes&) noexcept {
    if (learned.why == Sight::complete) learned.why = Sight::refused;
  }

  static void lose_client(Learned& learned, const Said& said, Notes& notes) noexcept {
    learned.client_why = said.why;
    lose_server(learned, said, notes);
  }
  static void lose_server(Learned& learned, const Said& said, Notes&) noexcept {
    if (learned.why == Sight::complete) learned.why = said.why;
  }

  static constexpr Side client = Side::client;
  static constexpr Side server = Side::server;
  static constexpr Transition kTransitions[] = {
      {client, Stage::start, Event::client_hello, learn_offer, Stage::done},
      {client, Stage::start, Event::hello_lost, lose_client, Stage::lost},
      {client, Stage::start, Event::midstream, nothing, Stage::start, Transition::End::unanswered},
      {client, Stage::done, Event::more, nothing, Stage::done},
      {client, Stage::lost, Event::more, nothing, Stage::lost},

      {server, Stage::start, Event::retry, learn_retry, Stage::start},
      {server, Stage::start, Event::server_hello, learn_choice, Stage::flight},
      {server, Stage::start, Event::last_server_hello, learn_choice, Stage::done},
      {server, Stage::start, Event::sslv2_hello, learn_sslv2, Stage::done},
      {server, Stage::start, Event::close_notify, see_closing, Stage::start},
      {server, Stage::start, Event::refusal, nothing, Stage::lost, Transition::End::refused},
      {server, Stage::start, Event::hello_lost, lose_server, Stage::lost},
      {server, Stage::start, Event::midstream, nothing, Stage::start, Transition::End::unanswered},
      {server, Stage::flight, Event::certificate, see_full, Stage::flight},
      {server, Stage::flight, Event::key_exchange_begins, see_full, Stage::flight},
      {server, Stage::flight, Event::key_exchange, learn_exchange, Stage::done},
      {server, Stage::flight, Event::hello_done, learn_none_sent, Stage::done},
      {server, Stage::flight, Event::encryption, learn_resumption, Stage::done},
      {server, Stage::flight, Event::flight_lost, nothing, Stage::done},
      {server, Stage::done, Event::more, nothing, Stage::done},
  };
};

const Transition* find(Side side, Stage stage, Event event) noexcept {
  constexpr auto& kTransitions = Actions::kTransitions;
  constexpr std::size_t kStages = static_cast<std::size_t>(Stage::count_);
  constexpr std::size_t kEvents = static_cast<std::size_t>(Event::count_);
  constexpr auto cell = [](Side of, Stage at, Event what) {
    return (static_cast<std::size_t>(of) * kStages + static_cast<std::size_t>(at)) * kEvents +
           static_cast<std::size_t>(what);
  };
  constexpr std::uint8_t kNone = 0xff;
  static constexpr auto kRows = [cell, kNone] {
    std::array<std::uint8_t, 2 * kStages * kEvents> rows{};
    rows.fill(kNone);
    for (std::uint8_t i = 0; i < std::size(kTransitions); ++i)
      rows[cell(kTransitions[i].side, kTransitions[i].stage, kTransitions[i].event)] = i;
    return rows;
  }();
  static_assert(std::count(kRows.begin(), kRows.end(), kNone) == std::ssize(kRows) - std::ssize(kTransitions),
                "two transitions have side, stage and event in common");
  const std::uint8_t row = kRows[cell(side, stage, event)];
  return row == kNone ? nullptr : &kTransitions[row];
}

}  // namespace

/// What the stages of both sides come to.
void Session::conclude(Side from, Event event, Notes& notes) noexcept {
  if (client_.stage == Stage::start) {
    // The two directions may be out of step, so the ClientHello is waited for.
    if (server_.stage == Stage::done && ++server_.waits > kPatience) note(Sight::complete, notes);
    return;
  }
  if (server_.stage == Stage::done) return note(Sight::complete, notes);
  if (server_.stage == Stage::lost) return note(unanswered(), notes);
  if (from == Side::client && event == Event::more && ++client_.waits > kPatience)
    note(server_.stage == Stage::flight ? Sight::complete : unanswered(), notes);
}

/// An event that no transition names changes nothing.
void Session::take(Side from, Event event, const Said& said, Notes& notes) noexcept {
  const Transition* const transition = find(from, stage(from), event);
  if (transition == nullptr) return;
  transition->action(learned_, said, notes);
  if (transition->end != Transition::End::none)
    note(transition->end == Transition::End::refused ? Sight::refused : unanswered(), notes);
  (from == Side::client ? client_ : server_).stage = transition->next;
  conclude(from, event, notes);
}
void Session::take(Side from, Event event, Notes& notes) noexcept { take(from, event, Said{}, notes); }

/// What a connection without a readable ServerHello comes to.
Sight Session::unanswered() const noexcept {
  if (learned_.why != Sight::complete) return learned_.why;
  return client_.stage == Stage::done ? Sight::no_server_hello : Sight::no_hello;
}

void Session::note(Sight sight, Notes& notes) noexcept {
  if (noted_) return;
  noted_ = true;
  if (sight == Sight::no_hello && met_ && !start_known_) sight = Sight::midstream;
  SessionBits session = SessionBits::unpack(learned_.bits);
  session.sight = sight;
  session.client_hello = client_.stage == Stage::done;
  session.full = learned_.full;
  session.below_offer = session.version() != 0 && session.version() < learned_.client_best;
  if (session.client_hello && !session.client_ems) session.ems = false;
  session.retry_unknown = is_13(session) && !session.hello_retry && !start_known_ && !learned_.first_hello;
  if (is_13(session) && learned_.alpn_offered) session.alpn = Alpn::unobservable;
  notes.note(kSession, session.pack());
  if (owed_ != Owed::nothing) {
    const Ending why = flight_end_ == Ending::closed ? Ending::gap : flight_end_;
    notes.exhibit(owed_ == Owed::chain ? kChainLost : kStapleLost, static_cast<std::uint64_t>(why), {});
  }
  notes.exhibit(kEnd, session.pack(), {});
  if (session.client_hello || sight == Sight::midstream) return;
  OfferBits unseen;
  unseen.carrier = session.carrier;
  unseen.sight = learned_.client_why != Sight::complete ? learned_.client_why : Sight::no_hello;
  notes.note(kOffer, unseen.pack());
}

/// Where the start of the connection was not seen, the first hello that is may answer a HelloRetryRequest: then it
/// has the one share that was asked for, and no early data (RFC 8446 section 4.1.2).
bool Session::may_be_second(const ClientHello& hello) const noexcept {
  return !start_known_ && hello.offers_1_3 && hello.shares == 1 && !hello.offer.early_data;
}

void Session::begin(bool dot, Carrier carrier) noexcept {
  SessionBits session;
  session.carrier = carrier;
  session.version_minor = kUnknownVersion;  // so that the bits are never all zero
  session.dot = dot;
  learned_.bits = session.pack();
}

bool Session::retried() const noexcept { return SessionBits::unpack(learned_.bits).hello_retry; }

/// What a message of the server's flight is by its type; `more`: of no interest.
Event Session::flight_event(std::uint8_t type) const noexcept {
  switch (type) {
    case kCertificate:
      return Event::certificate;
    case kServerKeyExchange:
      return Event::key_exchange_begins;
    case kServerHelloDone:
      return Event::hello_done;
    case kNewSessionTicket:
      return Event::encryption;
    default:
      return Event::more;
  }
}

Wish Session::wish(Side from, std::uint8_t type, Notes& notes) noexcept {
  if (from == Side::client) return client_.stage == Stage::start && type == kClientHello ? Wish::whole : Wish::none;
  if (server_.stage == Stage::start) return type == kServerHello || type == kDraftRetry ? Wish::whole : Wish::none;
  if (server_.stage != Stage::flight) return Wish::none;
  take(from, flight_event(type), notes);
  if (type == kServerKeyExchange) return Wish::whole;
  return server_.stage == Stage::flight ? Wish::pass : Wish::none;
}

bool Session::message(Side from, std::uint8_t type, Bytes body, Notes& notes) noexcept {
  if (from == Side::client) {
    ClientHello hello;
    if (!read_client_hello(body, hello)) return false;
    client_hello(hello, notes);
    return true;
  }
  if (type == kServerKeyExchange) {
    take(from, Event::key_exchange, {.body = body}, notes);
    return true;
  }
  ServerHello hello;
  hello.is_retry = type == kDraftRetry;
  if (!hello.is_retry && !read_server_hello(body, hello)) return false;
  if (!hello.is_retry) {
    server_hello(hello, notes);
    return true;
  }
  // A second retry is forbidden (RFC 8446 section 4.1.4), and would keep a flow waiting without end.
  if (retried()) return false;
  take(from, Event::retry, notes);
  return true;
}

void Session::client_hello(const ClientHello& hello, Notes& notes) noexcept {
  take(Side::client, Event::client_hello, {.client_hello = &hello, .second = may_be_second(hello)}, notes);
}

void Session::server_hello(const ServerHello& hello, Notes& notes) noexcept {
  const bool below_13 = minor_of(hello.version) < 4;
  const std::uint64_t id = below_13 ? mix(hello.session_id) : 0;
  const bool resumes = client_.stage == Stage::done && id != 0 && id == learned_.client_id;
  if (below_13 && !resumes && server_.stage == Stage::start) owed_ = Owed::chain;
  take(Side::server, below_13 && !resumes ? Event::server_hello : Event::last_server_hello,
       {.server_hello = &hello, .id = id, .resumes = resumes}, notes);
}

void Session::sslv2_hello(bool resumes, Notes& notes) noexcept {
  take(Side::server, Event::sslv2_hello, {.resumes = resumes}, notes);
}

// enum { warning(1), fatal(2) } AlertLevel; enum { close_notify(0), ... } AlertDescription  RFC 8446 section 6
void Session::alert(std::uint8_t level, std::uint8_t description, Notes& notes) noexcept {
  constexpr std::uint8_t kWarning = 1;
  constexpr std::uint8_t kCloseNotify = 0;
  if (level != kWarning) return take(Side::server, Event::refusal, notes);
  if (description == kCloseNotify) take(Side::server, Event::close_notify, notes);
}

void Session::lose_flight(Ending why, Notes& notes) noexcept {
  flight_end_ = why;
  take(Side::server, Event::flight_lost, notes);
}

void Session::lose(Side from, Sight why, Notes& notes) noexcept {
  take(from, Event::hello_lost, {.why = why}, notes);
}

void Session::miss(Side from, bool from_start, Notes& notes) noexcept {
  const Stage other = stage(from == Side::client ? Side::server : Side::client);
  const bool waits = from_start || other != Stage::start;
  take(from, waits ? Event::hello_lost : Event::midstream, notes);
}

void Session::finish(Ending ending, Notes& notes) noexcept {
  const Sight end = sight_of(ending);
  if (learned_.client_why == Sight::complete) learned_.client_why = end;
  if (end != Sight::complete) flight_end_ = ending;
  if (server_.stage == Stage::done || server_.stage == Stage::flight) return note(Sight::complete, notes);
  note(end != Sight::complete ? end : unanswered(), notes);
}

}  // namespace uptake::tls
