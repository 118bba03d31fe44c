#include "dissectors/rtr/facts.h"
#include "policy/catalogue/rtr/words.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace rtr_judges_test {

using rtr::IntervalBits;
using rtr::SessionBits;
using rtr::TableBits;
using rtr::Update;

std::string session(std::string_view id, const SessionBits& s) { return judged(id, rtr::kSessions, s.pack()); }
std::string table(std::string_view id, const TableBits& t) { return judged(id, rtr::kTables, t.pack()); }
std::string sound(std::uint32_t refresh, std::uint32_t retry, std::uint32_t expire) {
  const IntervalBits bits{.refresh = refresh, .retry = retry, .expire = expire};
  return judged("rtr.intervals.sound", rtr::kTables, bits.pack());
}

SessionBits whole(std::uint8_t asked, std::uint8_t version) {
  return {.begun = true, .asked = asked, .version = version, .whole = true};
}

TEST(RtrJudges, TlsHidesAllButItself) {
  const SessionBits tls{.tls = true, .begun = true};
  EXPECT_EQ(session("rtr.tls", tls), "pass");
  EXPECT_EQ(session("rtr.tls", whole(1, 1)), "fail");
  for (const std::string_view id : {"rtr.version.0", "rtr.version.1", "rtr.version.2", "rtr.version.kept",
                                    "rtr.incremental", "rtr.error.absent", "rtr.aspa", "rtr.router_key"})
    EXPECT_EQ(session(id, tls), "tls") << id;
}

TEST(RtrJudges, Versions) {
  EXPECT_EQ(session("rtr.version.1", whole(1, 1)), "pass");
  EXPECT_EQ(session("rtr.version.0", whole(1, 1)), "fail");
  EXPECT_EQ(session("rtr.version.2", whole(2, 2)), "pass");
  EXPECT_EQ(session("rtr.version.kept", whole(1, 1)), "pass");
  EXPECT_EQ(session("rtr.version.kept", whole(1, 0)), "fail");
  EXPECT_EQ(session("rtr.version.kept", whole(rtr::kNoVersion, 1)), "no_question");
  SessionBits midstream = whole(1, 1);
  midstream.begun = false;
  EXPECT_EQ(session("rtr.version.kept", midstream), "no_question");
  EXPECT_EQ(session("rtr.version.1", whole(1, rtr::kNoVersion)), "no_answer");
  SessionBits lost = whole(1, rtr::kNoVersion);
  lost.lost = true;
  EXPECT_EQ(session("rtr.version.1", lost), "gap");
}

TEST(RtrJudges, WhatIsMissingMayHideWhatWasNotSeen) {
  SessionBits s = whole(2, 2);
  for (const std::string_view id : {"rtr.incremental", "rtr.aspa", "rtr.router_key"})
    EXPECT_EQ(session(id, s), "fail");
  EXPECT_EQ(session("rtr.error.absent", s), "pass");
  // Of the cache alone neither is known.
  EXPECT_EQ(session("rtr.incremental", whole(rtr::kNoVersion, 2)), "no_question");
  EXPECT_EQ(session("rtr.error.absent", whole(rtr::kNoVersion, 2)), "no_question");
  s.lost = true;
  for (const std::string_view id : {"rtr.incremental", "rtr.aspa", "rtr.router_key", "rtr.error.absent"})
    EXPECT_EQ(session(id, s), "gap") << id;
  SessionBits open = whole(2, 2);
  open.begun = open.unfinished = true;
  EXPECT_EQ(session("rtr.incremental", open), "unfinished");
  open.whole = false;
  EXPECT_EQ(session("rtr.aspa", open), "unfinished");
  open.whole = true;
  EXPECT_EQ(session("rtr.aspa", open), "fail") << "the whole table came, and had none";
  s.difference = s.aspa = s.router_key = true;
  for (const std::string_view id : {"rtr.incremental", "rtr.aspa", "rtr.router_key"})
    EXPECT_EQ(session(id, s), "pass");
  s.error = true;
  EXPECT_EQ(session("rtr.error.absent", s), "fail");
  // Versions that have no such PDU.
  SessionBits old = whole(0, 0);
  old.lost = true;
  EXPECT_EQ(session("rtr.aspa", old), "fail");
  EXPECT_EQ(session("rtr.router_key", old), "fail");
}

TEST(RtrJudges, Tables) {
  TableBits t{.update = Update::whole, .trusted = true, .version = 1, .begun = true};
  EXPECT_EQ(table("rtr.table.whole", t), "pass");
  EXPECT_EQ(table("rtr.table.followed", t), "pass");
  EXPECT_EQ(table("rtr.table.in_time", t), "not_applicable");
  t.age = rtr::Age::fresh;
  EXPECT_EQ(table("rtr.table.in_time", t), "pass");
  t.age = rtr::Age::expired;
  EXPECT_EQ(table("rtr.table.in_time", t), "fail");
  t.age = rtr::Age::unknown;
  EXPECT_EQ(table("rtr.table.in_time", t), "gap");
  t.update = Update::difference;
  t.trusted = false;
  EXPECT_EQ(table("rtr.table.whole", t), "fail");
  EXPECT_EQ(table("rtr.table.followed", t), "gap");
  t.update = Update::unknown;
  EXPECT_EQ(table("rtr.table.whole", t), "no_question");
  EXPECT_EQ(table("rtr.table.followed", t), "no_question");
  t.lost = true;
  EXPECT_EQ(table("rtr.table.whole", t), "gap");
}

TEST(RtrJudges, Intervals) {
  EXPECT_EQ(sound(3600, 600, 7200), "pass");
  EXPECT_EQ(sound(1, 1, 600), "pass");
  EXPECT_EQ(sound(86'400, 7'200, 172'800), "pass");
  for (const auto& [refresh, retry, expire] : {std::tuple{0U, 600U, 7200U},
                                               {86'401U, 600U, 172'800U},
                                               {3600U, 0U, 7200U},
                                               {3600U, 7201U, 172'800U},
                                               {100U, 100U, 599U},
                                               {3600U, 600U, 172'801U},
                                               {7200U, 600U, 7200U},
                                               {600U, 7200U, 7200U},
                                               {0xffffffffU, 0xffffffffU, 0xffffffffU}})
    EXPECT_EQ(sound(refresh, retry, expire), "fail") << refresh << ' ' << retry << ' ' << expire;
}

}  // namespace rtr_judges_test
}  // namespace uptake
