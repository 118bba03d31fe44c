#pragma once

#include <cstdint>

#include "dissectors/mailbox/facts.h"

namespace uptake::mailbox {

/// Session: what the lines of both sides come to, until TLS begins, somebody has logged in, or the connection ends.
/// Notes kSession once.
class Session {
 public:
  [[nodiscard]] bool begun() const noexcept { return bits_ != 0; }
  void begin(Protocol protocol) noexcept;
  void offered(Side from, bool started) noexcept;
  /// Octets of one side are missing in front of what comes next.
  void lose(Side from, Ending why) noexcept;
  [[nodiscard]] SessionBits bits() const noexcept { return SessionBits::unpack(bits_); }
  /// There is nothing more to be told.
  [[nodiscard]] bool over() const noexcept { return over_; }

  /// The client says something else than a request for TLS.
  void command() noexcept;
  void request_tls() noexcept;
  void answer_tls(bool accepted) noexcept;
  /// The server says something that is no answer to a request for TLS.
  void reply() noexcept;
  /// The server's list was read; `has_tls`: it has TLS.
  void list(bool has_tls, bool utf8, bool login_disabled) noexcept;
  void log_in(bool keeps_password) noexcept;
  /// The answer to a login. One that is taken ends what is to be told: what follows is mail.
  void answer_login(bool taken, Notes& notes) noexcept;
  /// Nobody needs to log in, or somebody has: what follows is mail.
  void enter(Notes& notes) noexcept;

  void tls_begins(Notes& notes) noexcept;
  void implicit(Notes& notes) noexcept;
  void finish(Ending ending, Notes& notes) noexcept;

 private:
  template <class Change>
  void change(Change with) noexcept {
    SessionBits bits = SessionBits::unpack(bits_);
    with(bits);
    bits_ = bits.pack() | kBegun;
  }
  void note(Notes& notes) noexcept;

  static constexpr std::uint64_t kBegun = std::uint64_t{1} << 63;
  static_assert(SessionFields::kUsed < kBegun);
  std::uint64_t bits_ = 0;  ///< SessionBits, and kBegun
  bool over_ = false;
};

}  // namespace uptake::mailbox
