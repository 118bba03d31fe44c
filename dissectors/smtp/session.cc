#include "dissectors/smtp/session.h"

#include <algorithm>
#include <utility>

namespace uptake::smtp {

/// Answers: what each reply says, by the command that it answers.
struct Session::Answers {
  static void ehlo(Session& self, const ReplyLine& line, std::uint8_t extensions) noexcept {
    if (line.is_positive()) return Answers::extensions(self, extensions);
    self.change([](SessionBits& bits) {
      bits.ehlo_refused = true;
      if (bits.greeting == Greeting::ehlo) bits.greeting = Greeting::unseen;
    });
  }
  static void extensions(Session& self, std::uint8_t extensions) noexcept {
    const bool masked = (extensions & kMasked) != 0 || self.at_.banner_masked;
    self.change([extensions, masked](SessionBits& bits) {
      if (bits.starttls != Offer::offered) bits.starttls = masked ? Offer::masked : Offer::absent;
      if ((extensions & kStarttls) != 0) bits.starttls = Offer::offered;
      bits.smtputf8 = bits.smtputf8 || (extensions & kSmtpUtf8) != 0;
      bits.eight_bit = bits.eight_bit || (extensions & kEightBitMime) != 0;
      bits.require_tls = bits.require_tls || (extensions & kRequireTls) != 0;
      bits.dsn = bits.dsn || (extensions & kDsn) != 0;
      bits.auth_offered = bits.auth_offered || (extensions & kAuth) != 0;
    });
  }
  static void starttls(Session& self, const ReplyLine& line) noexcept {
    self.change([&line](SessionBits& bits) {
      bits.request = line.is_positive() ? Request::accepted
                     : line.code >= 500 ? Request::refused
                                        : Request::refused_for_now;
      // What was sent along with a STARTTLS that is refused are commands like others.
      if (!line.is_positive()) bits.command_injected = false;
    });
  }
  static void auth(Session& self, const ReplyLine& line) noexcept {
    constexpr std::uint16_t kChallenge = 334;  // RFC 4954 section 4
    if (line.code == kChallenge) {
      if (self.at_.mode == Mode::commands) self.at_.mode = Mode::credentials;
      return;
    }
    self.change([&line](SessionBits& bits) { bits.auth = line.is_positive() ? Auth::taken : Auth::refused; });
  }
  static void mail(Session& self, const ReplyLine& line, std::uint8_t envelope, Notes& notes) noexcept {
    if (self.transaction_.open) self.end_transaction(Outcome::abandoned, notes);
    self.transaction_ = {};
    self.transaction_.open = self.transaction_.envelope_seen = true;
    self.transaction_.envelope = envelope;
    if (line.is_positive()) return;
    note_refusal(self, envelope);
    self.end_transaction(Outcome::refused, notes);
  }
  static void rcpt(Session& self, const ReplyLine& line, std::uint8_t envelope) noexcept {
    if (!self.transaction_.open) return;
    self.transaction_.envelope |= envelope;
    if (line.is_positive()) {
      self.transaction_.taken = true;
    } else {
      note_refusal(self, envelope);
    }
  }
  static void data(Session& self, const ReplyLine& line, Notes& notes) noexcept {
    constexpr std::uint16_t kGoOn = 354;
    if (line.code == kGoOn) {
      if (self.at_.mode == Mode::data_asked) self.at_.mode = Mode::body;
      return;
    }
    if (self.at_.mode == Mode::data_asked || self.at_.mode == Mode::body) self.at_.mode = Mode::commands;
    self.end_transaction(Outcome::refused, notes);
  }
  static void chunk(Session& self, const ReplyLine& line, bool last, Notes& notes) noexcept {
    self.transaction_.chunked = true;
    if (!line.is_positive()) self.transaction_.refused = true;
    if (last) self.end_transaction(line.is_positive() ? Outcome::accepted : Outcome::refused, notes);
  }
  static void note_refusal(Session& self, std::uint8_t packed) noexcept {
    const Envelope envelope = Envelope::unpack(packed);
    self.transaction_.refused = true;
    if (envelope.local || envelope.domain) self.transaction_.non_ascii_refused = true;
  }
};

void Session::begin(Service service) noexcept {
  SessionBits bits;
  bits.service = service;
  // Never all zero: that is how a session that has not begun looks.
  bits_ = bits.pack() | kBegun;
}

void Session::offered(Side from, bool from_start, bool started) noexcept {
  const SessionBits before = SessionBits::unpack(bits_);
  if (from == Side::server && !before.server_seen && from_start) at_.banner_due = true;
  change([from, started](SessionBits& bits) {
    (from == Side::client ? bits.client_seen : bits.server_seen) = true;
    bits.started = bits.started || started;
  });
}

void Session::go_astray(Ending why) noexcept {
  astray_ = true;
  awaited_.clear();
  change([why](SessionBits& bits) {
    bits.server_lost = true;
    if (bits.why == Ending::closed) bits.why = why;
  });
}

void Session::lose(Side from, Ending why) noexcept {
  astray_ = true;
  awaited_.clear();
  if (from == Side::client) {
    at_.mode = Mode::commands;
    chunk_left_ = 0;
  } else {
    at_.inside_reply = at_.banner_due = false;
    at_.extensions = 0;
    transaction_.adrift = transaction_.open;
  }
  change([from, why](SessionBits& bits) {
    (from == Side::client ? bits.client_lost : bits.server_lost) = true;
    if (bits.why == Ending::closed) bits.why = why;
  });
}

void Session::await(Kind kind, Envelope envelope) noexcept {
  if (astray_) return;
  const Awaited::One one{kind, envelope.pack()};
  if (awaited_.push(one)) return;
  if (SessionBits::unpack(bits_).server_seen) return go_astray(Ending::limit);
  // Nobody answers where it could be seen: none of them is ever asked for.
  awaited_.clear();
  (void)awaited_.push(one);
}

void Session::command(const Command& command, Notes& notes) noexcept {
  change([&command](SessionBits& bits) {
    if (bits.request == Request::unanswered || bits.request == Request::accepted) bits.command_injected = true;
    if (command.kind == Kind::ehlo) bits.greeting = Greeting::ehlo;
    if (command.kind == Kind::helo && bits.greeting == Greeting::unseen) bits.greeting = Greeting::helo;
    if (command.kind == Kind::starttls && bits.request != Request::accepted) bits.request = Request::unanswered;
    if (command.kind == Kind::auth && command.mechanism != Mechanism::none) {
      bits.mechanism = command.mechanism;
      if (bits.auth != Auth::taken) bits.auth = Auth::tried;
    }
  });
  // A conversation of LMTP is none of SMTP's.
  if (command.kind == Kind::lhlo) over_ = true;
  at_.mode = command.kind == Kind::data ? Mode::data_asked : Mode::commands;
  const bool is_chunk = command.kind == Kind::chunk || command.kind == Kind::last_chunk;
  if (is_chunk && command.chunk_size > 0) {
    at_.mode = Mode::chunk;
    chunk_left_ = command.chunk_size;
  }
  await(command.kind, command.envelope);
  if (command.kind == Kind::last_chunk && !SessionBits::unpack(bits_).server_seen) end_unanswered(notes);
}

void Session::body_ends(Notes& notes) noexcept {
  at_.mode = Mode::commands;
  if (SessionBits::unpack(bits_).server_seen) return await(Kind::body, {});
  end_unanswered(notes);
}

void Session::pass_chunk(std::uint64_t octets) noexcept {
  chunk_left_ -= std::min(octets, chunk_left_);
  if (chunk_left_ == 0) at_.mode = Mode::commands;
}

/// Nobody is seen to answer: with the end of a mail all that there is to wait for has come.
void Session::end_unanswered(Notes& notes) noexcept {
  transaction_ = {};
  transaction_.open = true;
  while (!awaited_.empty()) {
    const Awaited::One one = awaited_.pop();
    if (one.kind == Kind::mail) transaction_.envelope_seen = true;
    if (one.kind == Kind::chunk || one.kind == Kind::last_chunk) transaction_.chunked = true;
    transaction_.envelope |= one.envelope;
  }
  end_transaction(Outcome::unseen, notes);
}

void Session::reply(const ReplyLine& line, Notes& notes) noexcept {
  constexpr std::uint16_t kDone = 250;
  if (line.code == 0) {
    if (!astray_) go_astray(Ending::malformed);
    return;
  }
  // The first line of the reply to EHLO greets; each of the others names an extension.
  const bool first = !at_.inside_reply;
  at_.inside_reply = !line.last;
  if (line.code == kDone && !first) at_.extensions |= extension_of(line.text);
  if (!line.last) return;
  settle(line, !first, std::exchange(at_.extensions, std::uint8_t{0}), notes);
}

void Session::settle(const ReplyLine& line, bool several, std::uint8_t extensions, Notes& notes) noexcept {
  constexpr std::uint16_t kReady = 220, kClosing = 421, kNoService = 554;
  const bool banner = line.code == kReady || line.code == kClosing || line.code == kNoService;
  const bool due = at_.banner_due;
  at_.banner_due = false;
  if (due && banner) {
    at_.banner_masked = is_masked_banner(line.text);
    return;
  }
  if (SessionBits::unpack(bits_).request == Request::accepted)
    return change([](SessionBits& bits) { bits.reply_injected = true; });
  if (astray_ || awaited_.empty()) return settle_unawaited(line, several, extensions, notes);
  const Awaited::One one = awaited_.pop();
  switch (one.kind) {
    case Kind::ehlo:
      return Answers::ehlo(*this, line, extensions);
    case Kind::starttls:
      return Answers::starttls(*this, line);
    case Kind::auth:
      return Answers::auth(*this, line);
    case Kind::mail:
      return Answers::mail(*this, line, one.envelope, notes);
    case Kind::rcpt:
      return Answers::rcpt(*this, line, one.envelope);
    case Kind::data:
      return Answers::data(*this, line, notes);
    case Kind::body:
      return end_transaction(line.is_positive() ? Outcome::accepted : Outcome::refused, notes);
    case Kind::chunk:
    case Kind::last_chunk:
      return Answers::chunk(*this, line, one.kind == Kind::last_chunk, notes);
    case Kind::reset:
      return end_transaction(Outcome::abandoned, notes);
    case Kind::quit:
      return finish(Ending::closed, notes);
    case Kind::helo:
    case Kind::lhlo:
    case Kind::other:
      return;
  }
}

/// A reply to a command that was not seen, or may be another's: what it says by itself.
void Session::settle_unawaited(const ReplyLine& line, bool several, std::uint8_t extensions, Notes& notes) noexcept {
  const SessionBits bits = SessionBits::unpack(bits_);
  if (!astray_ && bits.client_seen) {
    // Some clients end a mail with a lone LF, which only the server tells.
    if (at_.mode != Mode::body) return line.code == 421 ? void() : go_astray(Ending::gap);
    at_.mode = Mode::commands;
    return end_transaction(line.is_positive() ? Outcome::accepted : Outcome::refused, notes);
  }
  // Behind 354 the next reply is that to the mail, unless replies are missing there.
  if (transaction_.open && !transaction_.envelope_seen && line.code != 354) {
    const Outcome outcome = line.is_positive() ? Outcome::accepted : Outcome::refused;
    return end_transaction(transaction_.adrift ? Outcome::unseen : outcome, notes);
  }
  switch (line.code) {
    case 220:  // behind the banner it answers STARTTLS alone
      return change([](SessionBits& to) { to.request = Request::accepted; });
    case 221:
      return finish(Ending::closed, notes);
    case 235:
      return change([](SessionBits& to) { to.auth = Auth::taken; });
    case 250:
      if (!several || bits.starttls != Offer::unseen) return;
      change([](SessionBits& to) { to.greeting = Greeting::ehlo; });
      return Answers::extensions(*this, extensions);
    case 354:
      transaction_ = {};
      transaction_.open = true;
      return;
    case 535:
      return change([](SessionBits& to) { to.auth = Auth::refused; });
    default:
      return;
  }
}

void Session::end_transaction(Outcome outcome, Notes& notes) noexcept {
  const Transaction ended = std::exchange(transaction_, Transaction{});
  if (!ended.open) return;
  if (outcome == Outcome::abandoned && ended.refused && !ended.taken) outcome = Outcome::refused;
  const SessionBits bits = SessionBits::unpack(bits_);
  MessageBits message;
  message.envelope = ended.envelope;
  message.outcome = outcome;
  message.envelope_seen = ended.envelope_seen;
  message.non_ascii_refused = ended.non_ascii_refused;
  message.chunked = ended.chunked;
  message.extensions_seen = bits.starttls != Offer::unseen;
  message.smtputf8_offered = bits.smtputf8;
  message.require_tls_offered = bits.require_tls;
  message.service = bits.service;
  message.why = bits.why;
  notes.note(kMessage, message.pack());
  if (outcome != Outcome::accepted && outcome != Outcome::unseen) return;
  change([](SessionBits& to) { to.messages = std::min<std::uint8_t>(to.messages + 1, kMostMessages); });
}

void Session::note(Notes& notes) noexcept {
  over_ = true;
  notes.note(kSession, bits_ & ~kBegun);
  notes.exhibit(kEnd, bits_ & ~kBegun, {});
}

void Session::tls_begins(Notes& notes) noexcept {
  end_transaction(Outcome::abandoned, notes);
  change([](SessionBits& bits) { bits.request = Request::begun; });
  note(notes);
}

void Session::implicit(Notes& notes) noexcept {
  change([](SessionBits& bits) { bits.implicit = true; });
  note(notes);
}

void Session::finish(Ending ending, Notes& notes) noexcept {
  if (over_) return;
  const bool waits = astray_ || at_.mode != Mode::commands || !awaited_.empty();
  end_transaction(waits ? Outcome::unseen : Outcome::abandoned, notes);
  if (ending != Ending::closed)
    change([ending](SessionBits& bits) {
      bits.client_lost = bits.server_lost = true;
      if (bits.why == Ending::closed) bits.why = ending;
    });
  note(notes);
}

}  // namespace uptake::smtp
