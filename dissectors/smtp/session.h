#pragma once

#include <cstdint>

#include "dissectors/smtp/awaited.h"
#include "dissectors/smtp/commands.h"
#include "dissectors/smtp/facts.h"
#include "dissectors/smtp/replies.h"

namespace uptake::smtp {

/// Mode: what the client sends next.
enum class Mode : std::uint8_t {
  commands,
  credentials,  ///< a line that answers a challenge
  data_asked,   ///< commands if DATA is refused, else a body
  body,
  chunk,
};

/// Session: what the lines of both sides come to, until TLS begins or the connection ends. Notes kSession once, and
/// kMessage for each mail transaction. Of each line at most one message is noted.
class Session {
 public:
  [[nodiscard]] bool begun() const noexcept { return bits_ != 0; }
  void begin(Service service) noexcept;
  /// One side is offered octets. `from_start`: of its stream.
  void offered(Side from, bool from_start, bool started) noexcept;
  /// Octets of one side are missing in front of what comes next.
  void lose(Side from, Ending why) noexcept;

  [[nodiscard]] Mode mode() const noexcept { return at_.mode; }
  /// There is nothing more to be told.
  [[nodiscard]] bool over() const noexcept { return over_; }
  /// Octets of the chunk under way.
  [[nodiscard]] std::uint64_t chunk_left() const noexcept { return chunk_left_; }

  void command(const Command& command, Notes& notes) noexcept;
  /// A line that answers a challenge: it is not looked at.
  void credentials(Notes& notes) noexcept {
    Command line;
    line.kind = Kind::auth;
    command(line, notes);
  }
  /// The client sends octets of what DATA announced, whether the server has agreed or not.
  void body_begins() noexcept { at_.mode = Mode::body; }
  void body_ends(Notes& notes) noexcept;
  void pass_chunk(std::uint64_t octets) noexcept;
  void reply(const ReplyLine& line, Notes& notes) noexcept;
  /// TLS begins where a line could stand: all that there is to say is noted.
  void tls_begins(Notes& notes) noexcept;
  /// It began with TLS.
  void implicit(Notes& notes) noexcept;
  void finish(Ending ending, Notes& notes) noexcept;

 private:
  /// Transaction: a mail transaction that the server has agreed to.
  struct Transaction {
    std::uint8_t envelope = 0;
    bool open : 1 = false;
    bool envelope_seen : 1 = false;
    bool refused : 1 = false;  ///< a recipient or a chunk was
    bool taken : 1 = false;    ///< a recipient was
    bool non_ascii_refused : 1 = false;
    bool chunked : 1 = false;
    bool adrift : 1 = false;  ///< replies are missing: the next one may be another's
  };
  /// Standing: where the streams of both sides stand.
  struct Standing {
    Mode mode = Mode::commands;     ///< of the client
    std::uint8_t extensions = 0;    ///< of the reply under way
    bool inside_reply : 1 = false;  ///< more lines of it follow
    bool banner_due : 1 = false;
    bool banner_masked : 1 = false;
  };
  struct Answers;

  /// Changes some members of the bits.
  template <class Change>
  void change(Change with) noexcept {
    SessionBits bits = SessionBits::unpack(bits_);
    with(bits);
    bits_ = bits.pack();
  }
  void await(Kind kind, Envelope envelope) noexcept;
  void go_astray(Ending why) noexcept;
  void settle(const ReplyLine& line, bool several, std::uint8_t extensions, Notes& notes) noexcept;
  void settle_unawaited(const ReplyLine& line, bool several, std::uint8_t extensions, Notes& notes) noexcept;
  void end_unanswered(Notes& notes) noexcept;
  void end_transaction(Outcome outcome, Notes& notes) noexcept;
  void note(Notes& notes) noexcept;

  static constexpr std::uint64_t kBegun = std::uint64_t{1} << 63;
  static_assert(SessionFields::kUsed < kBegun);
  static constexpr std::uint8_t kMostMessages = 15;

  std::uint64_t bits_ = 0;  ///< SessionBits, and kBegun
  std::uint64_t chunk_left_ = 0;
  Awaited awaited_;
  Transaction transaction_;
  Standing at_;
  bool over_ : 1 = false;
  bool astray_ : 1 = false;  ///< which reply belongs to which command is not known any more
};

}  // namespace uptake::smtp
