#include "policy/catalogue/rtr/area.h"

#include <array>

#include "dissectors/rtr/facts.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/rtr/standards.h"
#include "policy/catalogue/rtr/words.h"
#include "policy/events/rtr.h"

namespace uptake {
namespace {

using rtr::IntervalBits;
using rtr::SessionBits;
using rtr::TableBits;
using rtr::Update;

// --- judges ---

/// Lifts a judgement of an unpacked session to a judge over those whose answers can be seen.
template <Judgement (*kJudge)(const SessionBits&)>
Judgement among_answered(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  if (s.tls) return Judgement::unobservable(rtr::kOverTls);
  if (s.version == rtr::kNoVersion) return Judgement::unobservable(s.lost ? Reason::gap : rtr::kNoAnswer);
  return kJudge(s);
}

/// What was not seen of a session may have been in what is missing. `to_the_end`: it may come as long as it lasts.
Judgement seen_or(bool seen, const SessionBits& s, bool to_the_end) {
  if (seen) return Judgement::pass();
  if (s.lost || !s.begun) return Judgement::unobservable(Reason::gap);
  return s.unfinished && to_the_end ? Judgement::unobservable(Reason::unfinished) : Judgement::fail();
}

Judgement is_tls(std::uint64_t v, const Profile&) noexcept { return Judgement::pass_if(SessionBits::unpack(v).tls); }

template <std::uint8_t kVersion>
Judgement is_version(const SessionBits& s) {
  return Judgement::pass_if(s.version == kVersion);
}
Judgement keeps_version(const SessionBits& s) {
  if (s.asked == rtr::kNoVersion || !s.begun) return Judgement::unobservable(rtr::kNoQuestion);
  return Judgement::pass_if(s.version == s.asked);
}
/// Only a question of the router tells what an answer is, and the router reports errors too.
bool is_router_heard(const SessionBits& s) { return s.asked != rtr::kNoVersion; }
Judgement is_incremental(const SessionBits& s) {
  if (!s.difference && !is_router_heard(s)) return Judgement::unobservable(rtr::kNoQuestion);
  return seen_or(s.difference, s, true);
}
Judgement has_no_error(const SessionBits& s) {
  if (s.error) return Judgement::fail();
  if (!is_router_heard(s)) return Judgement::unobservable(rtr::kNoQuestion);
  return s.lost || !s.begun ? Judgement::unobservable(Reason::gap) : Judgement::pass();
}
Judgement has_aspa(const SessionBits& s) {
  return s.aspa || s.version >= 2 ? seen_or(s.aspa, s, !s.whole) : Judgement::fail();
}
Judgement has_router_key(const SessionBits& s) {
  return s.router_key || s.version >= 1 ? seen_or(s.router_key, s, !s.whole) : Judgement::fail();
}

Judgement table_is_whole(std::uint64_t v, const Profile&) noexcept {
  const TableBits t = TableBits::unpack(v);
  if (t.update == Update::unknown) return Judgement::unobservable(t.lost ? Reason::gap : rtr::kNoQuestion);
  return Judgement::pass_if(t.update == Update::whole);
}
Judgement table_is_followed(std::uint64_t v, const Profile&) noexcept {
  const TableBits t = TableBits::unpack(v);
  if (t.trusted) return Judgement::pass();
  return Judgement::unobservable(t.lost || t.update != Update::unknown ? Reason::gap : rtr::kNoQuestion);
}
Judgement is_renewed_in_time(std::uint64_t v, const Profile&) noexcept {
  switch (TableBits::unpack(v).age) {
    case rtr::Age::fresh:
      return Judgement::pass();
    case rtr::Age::expired:
      return Judgement::fail();
    case rtr::Age::unknown:
      return Judgement::unobservable(Reason::gap);
    case rtr::Age::first:
      break;
  }
  return Judgement::not_applicable();
}

/// RFC 8210 §6.
Judgement intervals_are_sound(std::uint64_t v, const Profile&) noexcept {
  const IntervalBits i = IntervalBits::unpack(v);
  const bool in_range = i.refresh >= 1 && i.refresh <= 86'400 && i.retry >= 1 && i.retry <= 7'200 &&
                        i.expire >= 600 && i.expire <= 172'800;
  return Judgement::pass_if(in_range && i.expire > i.refresh && i.expire > i.retry);
}

// --- rows ---

constexpr std::string_view kHidden =
    "Sessions over TLS (tls), those of which no answer was seen (no_answer), and those that were picked up midstream "
    "or have holes (gap), or were not seen to their end (unfinished), where what is missing may matter. Sessions "
    "inside SSH are not seen.";

constexpr Measure session(std::string_view id, Judge judge, std::string_view question, std::string_view passes,
                          std::string_view hidden = kHidden) {
  return {id, &standards::kRtr, rtr::kSessions, "rtr", rtr::kSession, judge, question, passes, hidden};
}
constexpr Measure table(std::string_view id, std::uint16_t fact, Judge judge, std::string_view question,
                        std::string_view passes, std::string_view hidden) {
  return {id, &standards::kRtr, rtr::kTables, "rtr", fact, judge, question, passes, hidden};
}

constexpr std::array kRows = {
    session("rtr.tls", is_tls, "How many sessions of routers with RPKI caches are encrypted?",
            "TLS on port 324. What authenticates without hiding (TCP-AO, TCP MD5) does not pass.",
            "Nothing of what is seen. Sessions inside SSH are not.")
        .first_screen("RPKI sessions in TLS", 9),
    session("rtr.version.0", among_answered<is_version<0>>, "How many sessions use version 0 of RFC 6810?",
            "The cache answered in it.")
        .neutral(),
    session("rtr.version.1", among_answered<is_version<1>>, "How many sessions use version 1 of RFC 8210?",
            "The cache answered in it.")
        .neutral(),
    session("rtr.version.2", among_answered<is_version<2>>, "How many sessions use version 2, which carries ASPAs?",
            "The cache answered in it.")
        .neutral(),
    session("rtr.version.kept", among_answered<keeps_version>,
            "How many sessions use the version that the router asked for first?",
            "The cache answered in the version of the router's first question.",
            "Sessions over TLS (tls), those without an answer (no_answer) or first question (no_question).")
        .fails_if("It answered in another one, or refused in it."),
    session("rtr.incremental", among_answered<is_incremental>,
            "How many sessions bring a difference instead of the whole table?",
            "An End of Data behind the answer to a Serial Query.")
        .beware("A session that ended before anything changed fails too."),
    session("rtr.error.absent", among_answered<has_no_error>, "How many sessions go without an Error Report?",
            "Neither side sent one."),
    session("rtr.aspa", among_answered<has_aspa>, "How many sessions bring ASPAs?", "An ASPA PDU came."),
    session("rtr.router_key", among_answered<has_router_key>, "How many sessions bring router keys for BGPsec?",
            "A Router Key PDU came.")
        .neutral(),
    table("rtr.table.whole", rtr::kTable, table_is_whole, "How many updates of a router bring the whole table?",
          "It answers a Reset Query.",
          "Updates of which the question was not seen (no_question) or may be in a hole (gap).")
        .neutral(),
    table("rtr.table.followed", rtr::kTable, table_is_followed,
          "Of how many updates is it known what the router holds behind them?",
          "A whole table that was seen from the Reset Query to the End of Data, or a difference to the session and "
          "serial of one that is known.",
          "All others: the question was not seen (no_question), or something is missing (gap).")
        .neutral()
        .fails_if("None: what cannot be followed is unobservable."),
    table("rtr.table.in_time", rtr::kTable, is_renewed_in_time,
          "How many tables are renewed before the one before them expires?",
          "The End of Data came within the expire interval of the one before.",
          "Updates with a hole before them (gap).")
        .leaves_out("The first table of a session, and those of version 0, which has no intervals.")
        .beware("What expired and was never renewed in the same session is not counted."),
    table("rtr.intervals.sound", rtr::kIntervals, intervals_are_sound,
          "How many updates give intervals that the standard allows?",
          "Refresh 1 s to 1 day, retry 1 s to 2 hours, expire 10 minutes to 2 days and more than both (RFC 8210 "
          "section 6).",
          "Nothing: version 0, which has no intervals, is not counted."),
};

}  // namespace

Area rtr_area() { return {.name = "rtr", .measures = kRows, .words = rtr::kWords, .events = rtr_events()}; }

}  // namespace uptake
