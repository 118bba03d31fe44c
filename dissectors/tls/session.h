#pragma once

#include <cstdint>

#include "dissectors/dissector.h"
#include "dissectors/tls/hello.h"

namespace uptake::tls {

/// Stage: how far one side of a session has come.
enum class Stage : std::uint8_t {
  start,   ///< no hello yet
  flight,  ///< server: behind its hello, on the way to the ServerKeyExchange
  done,    ///< all read that is wanted
  lost,    ///< it will show no hello that can be read
  count_,
};

/// Event: what one side of a session does. session.cc says what follows from it at each Stage.
enum class Event : std::uint8_t {
  client_hello,
  retry,              ///< a HelloRetryRequest
  server_hello,       ///< a ServerHello with more behind it that is wanted
  last_server_hello,  ///< a ServerHello of TLS 1.3, or one that resumes: nothing behind it is wanted
  sslv2_hello,        ///< a SERVER-HELLO of SSL 2.0
  certificate,
  key_exchange_begins,  ///< the header of a ServerKeyExchange
  key_exchange,         ///< a whole one
  hello_done,
  encryption,    ///< a NewSessionTicket or ChangeCipherSpec: the end of the flight in the clear
  flight_lost,   ///< the rest of the flight cannot be read
  close_notify,  ///< the alert that is no error
  refusal,       ///< a fatal alert, or an ERROR of SSL 2.0
  hello_lost,    ///< its hello cannot be read, or is none
  midstream,     ///< no hello, on a connection that was picked up midstream
  more,          ///< octets behind all that is wanted
  count_,
};

/// Wish: what a session wants of a message whose type is known.
enum class Wish : std::uint8_t {
  whole,  ///< its body: give it to message()
  pass,   ///< nothing: go on behind it
  none,   ///< it is no hello where one is due, or nothing more is wanted from this side
};

/// Owed: which message of a server's flight comes next that somebody may want to see.
enum class Owed : std::uint8_t { nothing, chain, staple };

/// Learned: what the messages of a session said so far.
struct Learned {
  std::uint64_t bits = 0;              ///< SessionBits as known so far
  std::uint64_t client_id = 0;         ///< mix of the client's session_id
  std::uint64_t server_id = 0;         ///< mix of the server's
  std::uint16_t client_best = 0;       ///< the highest version that the client offers
  Sight why = Sight::complete;         ///< the first reason for which a hello could not be read; complete: none
  Sight client_why = Sight::complete;  ///< the same of the ClientHello
  bool alpn_offered = false;
  bool first_hello = false;  ///< the ClientHello is the first one beyond doubt
  bool full = false;         ///< a Certificate or what only follows one was passed: nothing is resumed
};

/// Progress: how far one side of a session has come.
struct Progress {
  Stage stage = Stage::start;
  std::uint8_t waits = 0;  ///< payloads of it that came while the other side was waited for
};

struct Said;

/// Session: what two hellos, a key exchange and alerts of one connection come to. Fed with handshake messages, it
/// knows nothing of what carries them. Notes kOffer for the ClientHello and kSession once. All zero until begin().
class Session {
 public:
  /// Must be called before all else but begun(). `dot`: on the port of DNS over TLS.
  void begin(bool dot, Carrier carrier) noexcept;
  [[nodiscard]] bool begun() const noexcept { return learned_.bits != 0; }
  /// Octets of either side were offered; `start_known`: so is the start of one direction, or of the connection.
  void offered(bool start_known) noexcept {
    met_ = true;
    start_known_ = start_known_ || start_known;
  }

  /// Says what is wanted of the next message of `from`. Type 0: it was not read yet.
  [[nodiscard]] Wish wish(Side from, std::uint8_t type, Notes& notes) noexcept;
  /// Takes a message of which wish() wanted the whole. False, and nothing is learned, when a hello contradicts its
  /// own lengths or is one HelloRetryRequest too many.
  [[nodiscard]] bool message(Side from, std::uint8_t type, Bytes body, Notes& notes) noexcept;
  void client_hello(const ClientHello& hello, Notes& notes) noexcept;
  /// Takes a SERVER-HELLO of SSL 2.0; `resumes`: it knows the client's session identifier.
  void sslv2_hello(bool resumes, Notes& notes) noexcept;
  /// Takes an alert of the server (RFC 8446 section 6).
  void alert(std::uint8_t level, std::uint8_t description, Notes& notes) noexcept;
  /// Takes one of the events that bring no message: encryption, refusal, more.
  void take(Side from, Event event, Notes& notes) noexcept;

  /// What comes next in the server's flight for whoever wants Exhibits; what is owed when the session is noted, is
  /// lost.
  [[nodiscard]] Owed owes() const noexcept { return owed_; }
  void owe(Owed owed) noexcept { owed_ = owed; }
  /// The rest of the server's flight cannot be read.
  void lose_flight(Ending why, Notes& notes) noexcept;

  /// The hello of `from` cannot be read, for this reason.
  void lose(Side from, Sight why, Notes& notes) noexcept;
  /// There is no hello where one should be. `from_start`: where the direction starts is known. Of a stream picked up
  /// midstream the session is noted at once, because such flows are many and long.
  void miss(Side from, bool from_start, Notes& notes) noexcept;
  /// Notes the session of a flow that ends, unless it was noted.
  void finish(Ending ending, Notes& notes) noexcept;

  [[nodiscard]] Stage stage(Side side) const noexcept { return side == Side::client ? client_.stage : server_.stage; }
  [[nodiscard]] bool noted() const noexcept { return noted_; }
  /// A HelloRetryRequest was seen.
  [[nodiscard]] bool retried() const noexcept;
  /// What to tell of the direction `side`: go on, or nothing more is wanted from it, or from either.
  [[nodiscard]] Verdict verdict(Side side) const noexcept {
    if (noted_) return Verdict::concluded;
    return stage(side) == Stage::lost ? Verdict::settled : Verdict::keep_going;
  }

 private:
  void take(Side from, Event event, const Said& said, Notes& notes) noexcept;
  void conclude(Side from, Event event, Notes& notes) noexcept;
  void note(Sight sight, Notes& notes) noexcept;
  [[nodiscard]] Sight unanswered() const noexcept;
  [[nodiscard]] bool may_be_second(const ClientHello& hello) const noexcept;
  void server_hello(const ServerHello& hello, Notes& notes) noexcept;
  [[nodiscard]] Event flight_event(std::uint8_t type) const noexcept;

  Learned learned_;
  Progress client_;
  Progress server_;
  Owed owed_ = Owed::nothing;
  Ending flight_end_ = Ending::closed;  ///< why the rest of the flight did not come, where it is known
  bool noted_ = false;
  bool met_ = false;          ///< some payload was offered
  bool start_known_ = false;  ///< and the start of one direction, or of the connection
};

/// What the session says of the direction offered, whose octets are all done.
[[nodiscard]] inline Result all_read(const Payload& payload, const Session& session) noexcept {
  return {session.verdict(payload.from), static_cast<std::uint32_t>(payload.bytes.size())};
}
/// The same where its hello is there and cannot be read; `verdict` settled: as the session says.
[[nodiscard]] inline Result unreadable(const Payload& payload, Verdict verdict, Sight why, Session& session,
                                       Notes& notes) noexcept {
  session.lose(payload.from, why, notes);
  const Result result = all_read(payload, session);
  return verdict == Verdict::settled ? result : Result{verdict, result.consumed};
}

}  // namespace uptake::tls
