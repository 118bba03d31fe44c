#include "dissectors/mailbox/session.h"

namespace uptake::mailbox {

void Session::begin(Protocol protocol) noexcept {
  change([protocol](SessionBits& bits) { bits.protocol = protocol; });
}

void Session::offered(Side from, bool started) noexcept {
  change([from, started](SessionBits& bits) {
    (from == Side::client ? bits.client_seen : bits.server_seen) = true;
    bits.started = bits.started || started;
  });
}

void Session::lose(Side from, Ending why) noexcept {
  change([from, why](SessionBits& bits) {
    (from == Side::client ? bits.client_lost : bits.server_lost) = true;
    if (bits.why == Ending::closed) bits.why = why;
  });
}

void Session::command() noexcept {
  change([](SessionBits& bits) {
    if (bits.request == Request::unanswered || bits.request == Request::accepted) bits.command_injected = true;
  });
}

void Session::request_tls() noexcept {
  change([](SessionBits& bits) {
    if (bits.request != Request::accepted) bits.request = Request::unanswered;
  });
}

void Session::answer_tls(bool accepted) noexcept {
  change([accepted](SessionBits& bits) {
    bits.request = accepted ? Request::accepted : Request::refused;
    // What was sent along with a request that is refused are commands like others.
    if (!accepted) bits.command_injected = false;
  });
}

void Session::reply() noexcept {
  change([](SessionBits& bits) {
    if (bits.request == Request::accepted) bits.reply_injected = true;
  });
}

void Session::list(bool has_tls, bool utf8, bool login_disabled) noexcept {
  change([=](SessionBits& bits) {
    if (has_tls) bits.starttls = Offer::offered;
    if (bits.starttls == Offer::unseen) bits.starttls = Offer::absent;
    bits.utf8 = bits.utf8 || utf8;
    bits.login_disabled = bits.login_disabled || login_disabled;
  });
}

void Session::log_in(bool keeps_password) noexcept {
  change([keeps_password](SessionBits& bits) {
    bits.login = Login::tried;
    bits.keeps_password = keeps_password;
  });
}

void Session::answer_login(bool taken, Notes& notes) noexcept {
  change([taken](SessionBits& bits) { bits.login = taken ? Login::taken : Login::refused; });
  if (taken) note(notes);
}

void Session::enter(Notes& notes) noexcept {
  change([](SessionBits& bits) {
    if (bits.login == Login::tried) bits.login = Login::taken;
  });
  note(notes);
}

void Session::note(Notes& notes) noexcept {
  over_ = true;
  notes.note(kSession, bits_ & ~kBegun);
}

void Session::tls_begins(Notes& notes) noexcept {
  change([](SessionBits& bits) { bits.request = Request::begun; });
  note(notes);
}

void Session::implicit(Notes& notes) noexcept {
  change([](SessionBits& bits) { bits.implicit = true; });
  note(notes);
}

void Session::finish(Ending ending, Notes& notes) noexcept {
  if (over_) return;
  if (ending != Ending::closed) {
    lose(Side::client, ending);
    lose(Side::server, ending);
  }
  note(notes);
}

}  // namespace uptake::mailbox
