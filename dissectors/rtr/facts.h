#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"

namespace uptake::rtr {

/// Fact: what is noted of sessions of the RPKI to Router protocol (RFC 6810, RFC 8210, version 2 as
/// draft-ietf-sidrops-8210bis has it).
enum Fact : std::uint16_t {
  kSession,     ///< one session: when it ends, or where it turns out to be TLS; value: SessionBits
  kExchange,    ///< what a session in clear came to, when it ends; value: ExchangeBits
  kTable,       ///< an End of Data; value: TableBits
  kIntervals,   ///< the intervals of an End of Data of version 1 or later; value: IntervalBits
  kError,       ///< an Error Report; value: ErrorBits
  kUnreadable,  ///< PDUs that could not be read; value: Ending that says why
  kFactCount,
};

/// Kind: the Exhibits of this dissector. Records become a table by the End of Data behind them: a reader keeps those
/// since the last kTable of their session, and drops them when that one is not trusted.
enum Kind : std::uint16_t {
  kRecords,  ///< value: RecordsBits; bytes: whole PDUs as on the wire, one behind the other: see records.h
  kCommit,   ///< an End of Data; value: CommitBits; bytes: the PDU
  kLost,     ///< what the session's table holds is not known any more; value: Ending that says why; no bytes
  kWaits,    ///< value 1: what came of the session is not all read, for some in front is missing; 0: it is; no bytes
  kEnded,    ///< the session ended, and the router may keep its table; value: Ending; no bytes
  kKindCount,
};

inline constexpr std::uint8_t kNoVersion = 3;  ///< none was seen

/// Exhibits of records are counted in each answer, so that a reader finds out when some were dropped: 0 are 0, and
/// 127 are followed by 1.
inline constexpr std::uint8_t kMostShown = 127;
[[nodiscard]] constexpr std::uint8_t next_shown(std::uint8_t shown) noexcept {
  return shown == kMostShown ? 1 : static_cast<std::uint8_t>(shown + 1);
}

/// Update: what an answer of the cache brings, as far as the router's question tells.
enum class Update : std::uint8_t {
  unknown,     ///< the question was not seen
  whole,       ///< a Reset Query asked for it
  difference,  ///< a Serial Query did
};

/// SessionBits: the value of kSession.
struct SessionBits {
  bool tls = false;                   ///< nothing but this and `begun` is known
  bool begun = false;                 ///< its start was seen
  bool lost = false;                  ///< a part of it was not seen, or could not be read
  std::uint8_t asked = kNoVersion;    ///< version of the router's first question
  std::uint8_t version = kNoVersion;  ///< version of the cache's answers
  bool whole = false;                 ///< the whole table came, from the question to its end
  bool difference = false;            ///< a difference came to its end
  bool aspa = false;                  ///< ASPA PDUs came
  bool router_key = false;            ///< Router Key PDUs came
  bool error = false;                 ///< an Error Report was sent, by whichever side
  bool unfinished = false;            ///< its end was not seen

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr SessionBits unpack(std::uint64_t v) noexcept;
};

/// SessionFields: where SessionBits has its fields.
using SessionFields =
    Fields<SessionBits, Flag<&SessionBits::tls, 0>, Flag<&SessionBits::begun, 1>, Flag<&SessionBits::lost, 2>,
           Field<&SessionBits::asked, 3, 2>, Field<&SessionBits::version, 5, 2>, Flag<&SessionBits::whole, 7>,
           Flag<&SessionBits::difference, 8>, Flag<&SessionBits::aspa, 9>, Flag<&SessionBits::router_key, 10>,
           Flag<&SessionBits::error, 11>, Flag<&SessionBits::unfinished, 12>>;
constexpr std::uint64_t SessionBits::pack() const noexcept { return SessionFields::pack(*this); }
constexpr SessionBits SessionBits::unpack(std::uint64_t v) noexcept { return SessionFields::unpack(v); }

/// Capped: a count that stays at the greatest number of its bits.
template <unsigned kBits>
struct Capped {
  static constexpr std::uint64_t kMost = (std::uint64_t{1} << kBits) - 1;
  static constexpr std::uint64_t encode(std::uint32_t count) noexcept { return count < kMost ? count : kMost; }
  template <class Member>
  static constexpr Member decode(std::uint64_t code) noexcept {
    return static_cast<Member>(code);
  }
};

/// ExchangeBits: the value of kExchange. Counts that are as great as their bits allow may be greater.
struct ExchangeBits {
  std::uint8_t asked = kNoVersion;
  std::uint8_t version = kNoVersion;
  bool incremental = false;          ///< a difference came to its end
  std::uint32_t reset_queries = 0;   ///< up to 15
  std::uint32_t serial_queries = 0;  ///< up to 255
  std::uint32_t announced = 0;       ///< VRPs, up to 4,194,303
  std::uint32_t withdrawn = 0;       ///< VRPs, up to 524,287
  std::uint8_t error = kNoError;     ///< code of the last Error Report; those above 13 are 14

  static constexpr std::uint8_t kNoError = 15;
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr ExchangeBits unpack(std::uint64_t v) noexcept;
};

/// ExchangeFields: where ExchangeBits has its fields, and their names in events.
using ExchangeFields =
    Fields<ExchangeBits, Field<&ExchangeBits::asked, 0, 2, "asked_version">,
           Field<&ExchangeBits::version, 2, 2, "version">, Flag<&ExchangeBits::incremental, 4, "incremental">,
           Field<&ExchangeBits::reset_queries, 5, 4, "reset_queries", Capped<4>>,
           Field<&ExchangeBits::serial_queries, 9, 8, "serial_queries", Capped<8>>,
           Field<&ExchangeBits::announced, 17, 22, "vrps_announced", Capped<22>>,
           Field<&ExchangeBits::withdrawn, 39, 19, "vrps_withdrawn", Capped<19>>,
           Field<&ExchangeBits::error, 58, 4, "error_report">>;
constexpr std::uint64_t ExchangeBits::pack() const noexcept { return ExchangeFields::pack(*this); }
constexpr ExchangeBits ExchangeBits::unpack(std::uint64_t v) noexcept { return ExchangeFields::unpack(v); }

/// Age: how old the table before was when the next one came, by the expire interval that came with it.
enum class Age : std::uint8_t {
  first,    ///< there was none before, or it had no intervals
  fresh,    ///< within the interval
  expired,  ///< older
  unknown,  ///< something between them was not seen
};

/// TableBits: the value of kTable.
struct TableBits {
  std::uint32_t serial = 0;
  std::uint16_t session_id = 0;
  Update update = Update::unknown;
  /// Upon it rests what the router holds: a whole table that was seen from the Reset Query on, or a difference to the
  /// session and serial of a table that is trusted.
  bool trusted = false;
  std::uint8_t version = 0;
  Age age = Age::first;
  bool lost = false;   ///< something of its session was not seen, or could not be read
  bool begun = false;  ///< the start of its session was seen

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr TableBits unpack(std::uint64_t v) noexcept;
};

/// TableFields: where TableBits has its fields, and their names in events.
using TableFields =
    Fields<TableBits, Field<&TableBits::serial, 0, 32, "serial">, Field<&TableBits::session_id, 32, 16, "session_id">,
           Field<&TableBits::update, 48, 2, "update">, Flag<&TableBits::trusted, 50, "trusted">,
           Field<&TableBits::version, 51, 2, "version">, Field<&TableBits::age, 53, 2, "age">,
           Flag<&TableBits::lost, 55, "lost">, Flag<&TableBits::begun, 56, "begun">>;
constexpr std::uint64_t TableBits::pack() const noexcept { return TableFields::pack(*this); }
constexpr TableBits TableBits::unpack(std::uint64_t v) noexcept { return TableFields::unpack(v); }

/// CommitBits: the value of kCommit.
struct CommitBits {
  std::uint32_t upon = 0;        ///< the serial of the table that a difference changes
  std::uint16_t session_id = 0;  ///< of both
  Update update = Update::unknown;
  bool trusted = false;    ///< as in TableBits
  std::uint8_t shown = 0;  ///< Exhibits of records in front of it, counted by next_shown()
  bool waits = false;      ///< as kWaits

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr CommitBits unpack(std::uint64_t v) noexcept;
};

/// CommitFields: where CommitBits has its fields.
using CommitFields = Fields<CommitBits, Field<&CommitBits::upon, 0, 32>, Field<&CommitBits::session_id, 32, 16>,
                            Field<&CommitBits::update, 48, 2>, Flag<&CommitBits::trusted, 50>,
                            Field<&CommitBits::shown, 51, 7>, Flag<&CommitBits::waits, 58>>;
constexpr std::uint64_t CommitBits::pack() const noexcept { return CommitFields::pack(*this); }
constexpr CommitBits CommitBits::unpack(std::uint64_t v) noexcept { return CommitFields::unpack(v); }

/// RecordsBits: the value of kRecords.
struct RecordsBits {
  Update update = Update::unknown;
  bool followed = false;  ///< if nothing more is missing, their End of Data will be trusted
  bool first = false;     ///< they are the first behind a Cache Response
  std::uint8_t version = 0;
  std::uint8_t shown = 0;  ///< Exhibits of the same answer in front of it, counted by next_shown()

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr RecordsBits unpack(std::uint64_t v) noexcept;
};

/// RecordsFields: where RecordsBits has its fields.
using RecordsFields =
    Fields<RecordsBits, Field<&RecordsBits::update, 0, 2>, Flag<&RecordsBits::followed, 2>,
           Flag<&RecordsBits::first, 3>, Field<&RecordsBits::version, 4, 2>, Field<&RecordsBits::shown, 8, 7>>;
constexpr std::uint64_t RecordsBits::pack() const noexcept { return RecordsFields::pack(*this); }
constexpr RecordsBits RecordsBits::unpack(std::uint64_t v) noexcept { return RecordsFields::unpack(v); }

/// IntervalBits: the value of kIntervals, in seconds (RFC 8210 §6). Greater ones are the greatest of their bits,
/// which lie beyond what the RFC allows.
struct IntervalBits {
  std::uint32_t refresh = 0;
  std::uint32_t retry = 0;
  std::uint32_t expire = 0;

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr IntervalBits unpack(std::uint64_t v) noexcept;
};

/// IntervalFields: where IntervalBits has its fields, and their names in events.
using IntervalFields = Fields<IntervalBits, Field<&IntervalBits::refresh, 0, 20, "refresh", Capped<20>>,
                              Field<&IntervalBits::retry, 20, 20, "retry", Capped<20>>,
                              Field<&IntervalBits::expire, 40, 20, "expire", Capped<20>>>;
constexpr std::uint64_t IntervalBits::pack() const noexcept { return IntervalFields::pack(*this); }
constexpr IntervalBits IntervalBits::unpack(std::uint64_t v) noexcept { return IntervalFields::unpack(v); }

/// ErrorBits: the value of kError.
struct ErrorBits {
  std::uint16_t code = 0;
  bool by_cache = false;
  std::uint8_t version = 0;

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr ErrorBits unpack(std::uint64_t v) noexcept;
};

/// ErrorFields: where ErrorBits has its fields, and their names in events.
using ErrorFields = Fields<ErrorBits, Field<&ErrorBits::code, 0, 16, "code">,
                           Flag<&ErrorBits::by_cache, 16, "by_cache">, Field<&ErrorBits::version, 17, 2, "version">>;
constexpr std::uint64_t ErrorBits::pack() const noexcept { return ErrorFields::pack(*this); }
constexpr ErrorBits ErrorBits::unpack(std::uint64_t v) noexcept { return ErrorFields::unpack(v); }

[[nodiscard]] std::span<const FactRow> facts() noexcept;
[[nodiscard]] std::span<const ExhibitRow> exhibits() noexcept;

}  // namespace uptake::rtr
