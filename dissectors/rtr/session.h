#pragma once

#include <cstdint>

#include "dissectors/dissector.h"
#include "dissectors/rtr/facts.h"
#include "dissectors/rtr/held_table.h"
#include "dissectors/rtr/pdu.h"

namespace uptake::rtr {

/// Question: what the cache has still to answer.
enum class Question : std::uint8_t { none, reset, serial, several };

/// Counted: what was sent so far.
struct Counted {
  std::uint32_t announced = 0;
  std::uint32_t withdrawn = 0;
  std::uint32_t resets = 0;
  std::uint32_t serials = 0;
};

/// Answer: what is under way between Cache Response and End of Data.
struct Answer {
  std::uint16_t session_id = 0;
  Update update = Update::unknown;
  bool open = false;
  bool followed = false;   ///< nothing of it is missing, and it rests on what is held
  std::uint8_t shown = 0;  ///< Exhibits of its records, counted by next_shown()
};

/// Session: what a router and a cache said so far, and whether the table that the router holds is known from it
/// (RFC 8210 §8). Who sent a PDU follows from its type. Zeroed, it is a new one.
class Session {
 public:
  /// Its first octets are offered; `begun`: the start of the connection was seen.
  void begin(bool begun) noexcept;
  [[nodiscard]] bool is_new() const noexcept { return !offered_; }
  /// It is TLS: that is all there is to say.
  void note_tls(Notes& notes) noexcept;
  /// PDUs of either side are missing, or cannot be read.
  void lose(Ending why, Notes& notes) noexcept;
  /// Octets of one side came before some in front of them, or were acknowledged, or that is over.
  void wait(Side from, bool waits, Notes& notes) noexcept;
  /// A PDU that is no record, whole and sound. `ticks`: packet time, as Payload has it.
  void take(const Head& head, Bytes pdu, Side from, std::uint32_t ticks, Notes& notes) noexcept;
  /// A record, whole and sound. False when it contradicts itself: then nothing of this table will be trusted.
  [[nodiscard]] bool take_record(Bytes pdu) noexcept;
  /// Shows records that were taken since the last call, to whoever wants them.
  void show(Bytes pdus, Notes& notes) noexcept;
  void finish(Ending ending, Notes& notes) noexcept;

 private:
  void ask(Question question, std::uint8_t version) noexcept;
  void respond(const Head& head) noexcept;
  void end_data(const Head& head, Bytes pdu, std::uint32_t ticks, Notes& notes) noexcept;
  void report_error(const Head& head, Side from, Notes& notes) noexcept;

  HeldTable held_;  ///< by the router
  State asked_;     ///< in its last Serial Query
  Counted counted_;
  Answer answer_;
  std::uint16_t seen_ = 0;          ///< what is to be said in the end, as SessionBits::pack() has it
  std::uint8_t error_ = 0;          ///< code of the last Error Report, as ExchangeBits has it, + 1
  std::uint8_t version_ = 0;        ///< of the cache's answers, + 1
  std::uint8_t version_asked_ = 0;  ///< of the router's first question, + 1
  Question question_ = Question::none;
  bool offered_ = false;
  std::uint8_t waits_ = 0;  ///< a bit for each side of which octets wait for others
};

}  // namespace uptake::rtr
