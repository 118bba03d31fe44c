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
  answered,  ///< commands, for some clients end a mail with a lone LF, which only the server tells; or the rest of it
  rest,      ///< of a mail whose reply was captured in front of it
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
  void lose(Side from, Ending why, Notes& notes) noexcept;

  [[nodiscard]] Mode mode() const noexcept { return at_.mode; }
  /// There is nothing more to be told.
  [[nodiscard]] bool over() const noexcept { return over_; }
  /// It turned out to be LMTP: nothing of it is noted.
  [[nodiscard]] bool is_lmtp() const noexcept { return at_.lmtp; }
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
  /// What comes behind the reply to a mail begins with a line that is a command, or it is not.
  void goes_on(bool with_command) noexcept { at_.mode = with_command ? Mode::commands : Mode::rest; }
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
    std::uint8_t envelope : 7 = 0;
    bool going : 1 = false;  ///< 354 was seen, and nothing of what it answers
    bool open : 1 = false;
    bool envelope_seen : 1 = false;
    bool refused : 1 = false;  ///< a recipient or a chunk was
    bool taken : 1 = false;    ///< a recipient was
    bool non_ascii_refused : 1 = false;
    bool chunked : 1 = false;
    bool adrift : 1 = false;  ///< replies are missing: the next one may be another's
    bool by_data : 1 = false;

    void add(std::uint8_t more) noexcept { envelope = (envelope | more) & 0x7f; }
    /// What a command says of it, whatever its reply.
    void learn(const Awaited::One& one) noexcept {
      if (one.kind == Kind::mail) open = envelope_seen = true;
      if (one.kind == Kind::data) by_data = true;
      if (one.kind == Kind::chunk || one.kind == Kind::last_chunk) chunked = true;
      add(one.envelope);
    }
  };
  /// Early: what the server answered before anything of the client was seen, behind the banner.
  enum class Early : std::uint8_t {
    nothing,
    greeting,  ///< one reply, such as a greeting gets
    more,
  };
  /// Standing: where the streams of both sides stand.
  struct Standing {
    Mode mode = Mode::commands;     ///< of the client
    std::uint8_t extensions = 0;    ///< of the reply under way
    bool inside_reply : 1 = false;  ///< more lines of it follow
    bool banner_due : 1 = false;
    bool banner_sure : 1 = false;  ///< the server's stream was seen from its start
    bool banner_masked : 1 = false;
    bool client_whole : 1 = false;  ///< the client's was
    Early early : 2 = Early::nothing;
    std::uint8_t told : 2 = 0;  ///< mails by DATA that were told before their replies came
    bool lmtp : 1 = false;
  };
  struct Answers;

  /// Changes some members of the bits.
  template <class Change>
  void change(Change with) noexcept {
    SessionBits bits = SessionBits::unpack(bits_);
    with(bits);
    bits_ = bits.pack();
  }
  void await(Kind kind, Envelope envelope, Notes& notes) noexcept;
  void go_astray(Ending why, Notes& notes) noexcept;
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
