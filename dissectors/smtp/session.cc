#include "dissectors/smtp/session.h"

#include <algorithm>
#include <utility>

namespace uptake::smtp {

/// Answers: what each reply says, by the command that it answers.
struct Session::Answers {
  static void ehlo(Session& self, const ReplyLine& line, std::uint8_t extensions) noexcept {
    // "Command unrecognized", "command not implemented": all others refuse the client (RFC 5321 section 4.2.1).
    constexpr std::uint16_t kUnrecognised = 500, kNotImplemented = 502;
    if (line.is_positive()) return Answers::extensions(self, extensions);
    self.change([&line](SessionBits& bits) {
      if (line.code == kUnrecognised || line.code == kNotImplemented) bits.ehlo_refused = true;
      if (bits.greeting == Greeting::ehlo) bits.greeting = Greeting::unseen;
    });
  }
  static void helo(Session& self, const ReplyLine& line) noexcept {
    if (line.is_positive()) return;
    self.change([](SessionBits& bits) {
      if (bits.greeting == Greeting::helo) bits.greeting = Greeting::unseen;
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
    self.transaction_.add(envelope);
    if (line.is_positive()) return;
    note_refusal(self, envelope);
    self.end_transaction(Outcome::refused, notes);
  }
  static void rcpt(Session& self, const ReplyLine& line, std::uint8_t envelope) noexcept {
    if (!self.transaction_.open) return;
    self.transaction_.add(envelope);
    if (line.is_positive()) {
      self.transaction_.taken = true;
    } else {
      note_refusal(self, envelope);
    }
  }
  static void data(Session& self, const ReplyLine& line, Notes& notes) noexcept {
    constexpr std::uint16_t kGoOn = 354;
    if (line.code == kGoOn) {
      self.transaction_.by_data = true;
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
  /// Which replies are whose is not known any more: what was handed over in chunks, and not answered, is told as it
  /// is.
  static void forget(Session& self, Notes& notes) noexcept {
    self.astray_ = true;
    bool agreed = true;     // the server has agreed to the transaction at hand
    bool promised = false;  // a reply to DATA is to come that will tell of it
    while (!self.awaited_.empty()) {
      const Awaited::One one = self.awaited_.pop();
      if (one.kind == Kind::mail) {
        if (agreed && !promised) self.end_transaction(Outcome::unseen, notes);
        self.transaction_ = {};
        agreed = promised = false;
      }
      self.transaction_.learn(one);
      promised = promised || one.kind == Kind::data;
      if (one.kind != Kind::last_chunk) continue;
      self.end_transaction(Outcome::unseen, notes);
      agreed = true;
    }
    if (!agreed) self.transaction_ = {};
  }
  /// What the envelope at hand still has to say will not be told from another's.
  static void blur(Session& self) noexcept {
    if (!self.transaction_.by_data && !self.transaction_.chunked) self.transaction_.envelope_seen = false;
  }
  /// Of the client's first command, where replies were captured in front of it: whether its own is among them.
  static bool came_early(Session& self, Kind kind, Notes& notes) noexcept {
    const Early early = self.at_.early;
    self.at_.early = Early::nothing;
    if (early == Early::nothing || self.astray_) return false;
    if (early == Early::greeting && (kind == Kind::ehlo || kind == Kind::helo)) return true;
    // Of a client that was picked up the earlier commands are not in the capture.
    if (self.at_.client_whole) self.go_astray(Ending::gap, notes);
    return false;
  }
  /// Whether the first reply of the server is its greeting (RFC 5321 section 4.2).
  static bool is_banner(const Session& self, const ReplyLine& line) noexcept {
    constexpr std::uint16_t kReady = 220, kClosing = 421, kNoService = 554;
    // Of a stream that was picked up it may also answer STARTTLS: TLS will tell.
    if (!self.at_.banner_sure)
      return line.code == kReady && SessionBits::unpack(self.bits_).request != Request::unanswered;
    return line.code == kReady || line.code == kClosing || line.code == kNoService;
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
  if (from == Side::server && !before.server_seen) {
    at_.banner_due = true;
    at_.banner_sure = from_start;
  }
  if (from == Side::client && !before.client_seen) at_.client_whole = from_start;
  change([from, started](SessionBits& bits) {
    (from == Side::client ? bits.client_seen : bits.server_seen) = true;
    bits.started = bits.started || started;
  });
}

void Session::go_astray(Ending why, Notes& notes) noexcept {
  change([why](SessionBits& bits) {
    bits.server_lost = true;
    if (bits.why == Ending::closed) bits.why = why;
  });
  Answers::forget(*this, notes);
  Answers::blur(*this);
}

void Session::lose(Side from, Ending why, Notes& notes) noexcept {
  change([from, why](SessionBits& bits) {
    (from == Side::client ? bits.client_lost : bits.server_lost) = true;
    if (bits.why == Ending::closed) bits.why = why;
  });
  Answers::forget(*this, notes);
  Answers::blur(*this);
  if (from == Side::client) {
    at_.mode = Mode::commands;
    chunk_left_ = 0;
  } else {
    at_.inside_reply = at_.banner_due = false;
    at_.extensions = 0;
    transaction_.adrift = transaction_.open;
  }
}

void Session::await(Kind kind, Envelope envelope, Notes& notes) noexcept {
  if (astray_) return;
  const Awaited::One one{kind, envelope.pack()};
  if (awaited_.push(one)) return;
  if (SessionBits::unpack(bits_).server_seen) return go_astray(Ending::limit, notes);
  // Nobody answers where it could be seen: none of them is ever asked for.
  awaited_.clear();
  (void)awaited_.push(one);
}

void Session::command(const Command& command, Notes& notes) noexcept {
  const bool is_answered = Answers::came_early(*this, command.kind, notes);
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
  if (command.kind == Kind::lhlo) at_.lmtp = true;
  if (command.kind == Kind::ehlo || command.kind == Kind::helo) at_.lmtp = false;
  at_.mode = command.kind == Kind::data ? Mode::data_asked : Mode::commands;
  const bool is_chunk = command.kind == Kind::chunk || command.kind == Kind::last_chunk;
  if (is_chunk && command.chunk_size > 0) {
    at_.mode = Mode::chunk;
    chunk_left_ = command.chunk_size;
  }
  if (!is_answered) await(command.kind, command.envelope, notes);
  const bool ends = command.kind == Kind::last_chunk;
  if (!astray_) return ends && !SessionBits::unpack(bits_).server_seen ? end_unanswered(notes) : void();
  if (!is_chunk && command.kind != Kind::data) return;
  // No reply will tell that there is a mail in chunks.
  transaction_.learn({command.kind});
  transaction_.open = transaction_.open || ends;
  if (ends) end_transaction(Outcome::unseen, notes);
}

void Session::body_ends(Notes& notes) noexcept {
  const bool is_told = at_.mode == Mode::rest;
  at_.mode = Mode::commands;
  if (is_told) return;
  if (SessionBits::unpack(bits_).server_seen) return await(Kind::body, {}, notes);
  at_.told = std::min<unsigned>(at_.told + 1U, 3U) & 3U;
  end_unanswered(notes);
}

void Session::pass_chunk(std::uint64_t octets) noexcept {
  chunk_left_ -= std::min(octets, chunk_left_);
  if (chunk_left_ == 0) at_.mode = Mode::commands;
}

/// Nobody is seen to answer: with the end of a mail all that there is to wait for has come.
void Session::end_unanswered(Notes& notes) noexcept {
  while (!awaited_.empty()) transaction_.learn(awaited_.pop());
  transaction_.open = true;
  end_transaction(Outcome::unseen, notes);
}

void Session::reply(const ReplyLine& line, Notes& notes) noexcept {
  constexpr std::uint16_t kDone = 250;
  if (line.code == 0) {
    if (!astray_) go_astray(Ending::malformed, notes);
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
  const bool due = at_.banner_due;
  at_.banner_due = false;
  if (due && Answers::is_banner(*this, line)) {
    at_.banner_masked = is_masked_banner(line.text);
    at_.lmtp = at_.lmtp || is_lmtp_banner(line.text);
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
      return Answers::helo(*this, line);
    case Kind::lhlo:
    case Kind::other:
      return;
  }
}

/// A reply to a command that was not seen, or may be another's: what it says by itself.
void Session::settle_unawaited(const ReplyLine& line, bool several, std::uint8_t extensions, Notes& notes) noexcept {
  const SessionBits bits = SessionBits::unpack(bits_);
  if (!astray_ && bits.client_seen) {
    if (at_.mode != Mode::body) return line.code == 421 ? void() : go_astray(Ending::gap, notes);
    at_.mode = Mode::answered;
    return end_transaction(line.is_positive() ? Outcome::accepted : Outcome::refused, notes);
  }
  if (!astray_) at_.early = at_.early == Early::nothing && line.code == 250 ? Early::greeting : Early::more;
  // Behind 354 the next reply is that to the mail, unless replies are missing there.
  if (transaction_.going && line.code != 354) {
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
      // The replies may come when what the client says has told of it already.
      if (at_.told > 0) return --at_.told, void();
      transaction_.open = transaction_.by_data = transaction_.going = true;
      return;
    case 535:
      return change([](SessionBits& to) { to.auth = Auth::refused; });
    default:
      return;
  }
}

void Session::end_transaction(Outcome outcome, Notes& notes) noexcept {
  const Transaction ended = std::exchange(transaction_, Transaction{});
  if (!ended.open || at_.lmtp) return;
  if (outcome == Outcome::abandoned && ended.refused && !ended.taken) outcome = Outcome::refused;
  const SessionBits bits = SessionBits::unpack(bits_);
  MessageBits message;
  message.envelope = ended.envelope;
  message.outcome = outcome;
  message.envelope_seen = ended.envelope_seen;
  message.non_ascii_refused = ended.non_ascii_refused;
  message.chunked = ended.chunked;
  message.by_data = ended.by_data;
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
  if (at_.lmtp) return;
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
  const bool whole = ending == Ending::closed && !astray_;
  const bool waits = !whole || at_.mode != Mode::commands || !awaited_.empty();
  if (ending != Ending::closed)
    change([ending](SessionBits& bits) {
      bits.client_lost = bits.server_lost = true;
      if (bits.why == Ending::closed) bits.why = ending;
    });
  Answers::forget(*this, notes);
  if (waits) Answers::blur(*this);
  end_transaction(waits ? Outcome::unseen : Outcome::abandoned, notes);
  note(notes);
}

}  // namespace uptake::smtp
