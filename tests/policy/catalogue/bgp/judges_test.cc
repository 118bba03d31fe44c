#include <gtest/gtest.h>

#include "dissectors/bgp/capabilities.h"
#include "dissectors/bgp/facts.h"
#include "policy/catalogue/bgp/words.h"
#include "policy/correlate/correlators.h"
#include "tests/policy/judging.h"

namespace uptake::bgp {
namespace bgp_judges_test {

SessionBits established() {
  SessionBits session;
  session.established = true;
  session.guard = Guard::none;
  session.ttl = Ttl::lower;
  return session;
}
std::string of(std::string_view id, const SessionBits& session) { return judged(id, kSessions, session.pack()); }

TEST(BgpJudges, Established) {
  const auto of_bits = [](auto change) {
    SessionBits session;
    change(session);
    return of("bgp.session.established", session);
  };
  EXPECT_EQ(of("bgp.session.established", established()), "pass");
  EXPECT_EQ(of_bits([](SessionBits& s) { s.refused = true; }), "fail");
  EXPECT_EQ(of_bits([](SessionBits& s) { s.refused = s.collided = true; }), "not_applicable");
  EXPECT_EQ(of_bits([](SessionBits&) {}), "fail") << "both OPENs, and then the end";
  EXPECT_EQ(of_bits([](SessionBits& s) { s.why = Ending::unfinished; }), "unfinished");
  EXPECT_EQ(of_bits([](SessionBits& s) { s.why = Ending::gap; }), "gap");
  EXPECT_EQ(of_bits([](SessionBits& s) {
              s.refused = true;
              s.why = Ending::gap;
            }),
            "gap")
      << "it may have been established in the hole";
  EXPECT_EQ(of_bits([](SessionBits& s) { s.sight = Sight::one; }), "no_answer");
  EXPECT_EQ(of_bits([](SessionBits& s) { s.sight = Sight::none; }), "no_open");
  EXPECT_EQ(of_bits([](SessionBits& s) { s.sight = Sight::truncated; }), "truncated");
  EXPECT_EQ(of_bits([](SessionBits& s) { s.sight = Sight::limit; }), "limit");
}

TEST(BgpJudges, GuardTtlAndFamily) {
  SessionBits session = established();
  EXPECT_EQ(of("bgp.session.guarded", session), "fail");
  EXPECT_EQ(of("bgp.session.gtsm", session), "fail");
  EXPECT_EQ(of("bgp.session.ip6", session), "fail");
  session.guard = Guard::md5;
  session.ttl = Ttl::most;
  session.v6 = true;
  EXPECT_EQ(of("bgp.session.guarded", session), "pass");
  EXPECT_EQ(of("bgp.session.md5", session), "pass");
  EXPECT_EQ(of("bgp.session.ao", session), "fail");
  EXPECT_EQ(of("bgp.session.gtsm", session), "pass");
  EXPECT_EQ(of("bgp.session.ip6", session), "pass");
  session.guard = Guard::unknown;
  session.ttl = Ttl::unknown;
  EXPECT_EQ(of("bgp.session.guarded", session), "one_end");
  EXPECT_EQ(of("bgp.session.gtsm", session), "one_end");
  EXPECT_EQ(of("bgp.session.gtsm", SessionBits{}), "not_applicable");
}

TEST(BgpJudges, Capabilities) {
  SessionBits session = established();
  session.capabilities = 1U << kRole;
  EXPECT_EQ(of("bgp.capability.role", session), "pass");
  EXPECT_EQ(of("bgp.capability.as4", session), "fail");
  EXPECT_EQ(of("bgp.capability.sound", session), "pass");
  session.sight = Sight::none;
  EXPECT_EQ(of("bgp.capability.role", session), "no_open");
  session.sight = Sight::one;
  EXPECT_EQ(of("bgp.capability.role", session), "one_end");
  EXPECT_EQ(of("bgp.capability.role", SessionBits{}), "not_applicable");
}

TEST(BgpJudges, Roles) {
  SessionBits session;
  EXPECT_EQ(of("bgp.role.fit", session), "not_applicable");
  session.roles = RoleFit::mismatch;
  EXPECT_EQ(of("bgp.role.fit", session), "fail");
  session.roles = RoleFit::fits;
  EXPECT_EQ(of("bgp.role.fit", session), "pass");
}

TEST(BgpJudges, Notifications) {
  const auto told = [](std::uint8_t code, std::uint8_t subcode, Communication communication) {
    NotificationBits bits;
    bits.code = code;
    bits.subcode = subcode;
    bits.communication = communication;
    return bits.pack();
  };
  const auto speaks = [&](std::uint64_t value) {
    return judged("bgp.shutdown_communication", kNotifications, value);
  };
  EXPECT_EQ(speaks(told(6, 2, Communication::said)), "pass");
  EXPECT_EQ(speaks(told(6, 4, Communication::absent)), "fail");
  EXPECT_EQ(speaks(told(6, 2, Communication::broken)), "fail");
  EXPECT_EQ(speaks(told(6, 3, Communication::absent)), "not_applicable");
  EXPECT_EQ(speaks(told(4, 0, Communication::absent)), "not_applicable");
  EXPECT_EQ(judged("bgp.notification.role_mismatch", kNotifications, told(2, 11, {})), "pass");
  EXPECT_EQ(judged("bgp.notification.role_mismatch", kNotifications, told(2, 2, {})), "fail");
}

TEST(BgpJudges, Routes) {
  static const Registry kRegistry(dissectors(), fact_rows(correlators()));
  static const Catalogue kCatalogue = standard_catalogue(kRegistry);
  const auto of_route = [](std::string_view id, const UpdateBits& bits) {
    const std::size_t index = kCatalogue.find(id, kRoutes);
    if (index == kCatalogue.size()) return std::string("no such measure");
    const Judgement judgement = kCatalogue.measures()[index].judge(bits.pack(), default_profile());
    if (judgement.outcome == Judgement::Outcome::unobservable)
      return std::string(kCatalogue.words(index).of(judgement.reason).name);
    return std::string(name_of(judgement.outcome));
  };
  UpdateBits route;
  EXPECT_EQ(of_route("bgp.route.no_as_set", route), "as_octets");
  EXPECT_EQ(of_route("bgp.route.validation_state", route), "no_open");
  route.path = true;
  EXPECT_EQ(of_route("bgp.route.no_as_set", route), "pass");
  route.as_set = true;
  EXPECT_EQ(of_route("bgp.route.no_as_set", route), "fail");
  route.scope = Scope::external;
  EXPECT_EQ(of_route("bgp.route.validation_state", route), "not_applicable");
  route.scope = Scope::internal;
  EXPECT_EQ(of_route("bgp.route.validation_state", route), "fail");
  EXPECT_EQ(of_route("bgp.route.validation_state.valid", route), "not_applicable");
  route.origin_state = OriginState::invalid;
  EXPECT_EQ(of_route("bgp.route.validation_state", route), "pass");
  EXPECT_EQ(of_route("bgp.route.validation_state.valid", route), "fail");
  EXPECT_EQ(of_route("bgp.route.validation_state.invalid", route), "pass");
  EXPECT_EQ(of_route("bgp.route.otc.kept", route), "not_applicable");
  route.otc = route.has_role = route.leak = true;
  EXPECT_EQ(of_route("bgp.route.otc.kept", route), "fail");
}

}  // namespace bgp_judges_test
}  // namespace uptake::bgp
