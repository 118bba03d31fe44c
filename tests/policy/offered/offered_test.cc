#include "policy/offered/offered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/policy/judging_joins.h"

namespace uptake {
namespace offered_test {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json domain(std::initializer_list<std::pair<const char*, const char*>> statuses) {
  json made = {{"status", "ok"}, {"results", {{"tests", json::object()}}}};
  for (const auto& [test, status] : statuses) made["results"]["tests"][test] = {{"status", status}, {"verdict", "v"}};
  return made;
}

json mail_request() {
  json document = {{"api_version", "2.4.0"},
                   {"request",
                    {{"name", "mail of a country"},
                     {"request_type", "mail"},
                     {"status", "done"},
                     {"finished_date", "2026-11-20T10:11:12Z"}}}};
  json& domains = document["domains"];
  domains["secret-one.example"] = domain({{"mail_auth_spf_exist", "passed"}, {"mail_auth_spf_policy", "passed"}});
  domains["secret-two.example"] = domain({{"mail_auth_spf_exist", "passed"}, {"mail_auth_spf_policy", "warning"}});
  domains["three.example"] = domain({{"mail_auth_spf_exist", "failed"}, {"mail_auth_spf_policy", "not_tested"}});
  domains["four.example"] = domain({{"mail_auth_spf_exist", "error"}, {"mail_auth_spf_policy", "not_tested"}});
  domains["five.example"] = {{"status", "error"}};
  return document;
}

Offer offer_of(const OfferedResults& results, const char* measure) {
  const auto found = offers_of({&results, 1}, measure, "names");
  return found.size() == 1 ? *found[0].offer : Offer{};
}

TEST(Offered, EveryTestStandsBesideAMeasure) {
  std::set<std::string> names;
  for (const OfferTest& test : offer_tests()) {
    EXPECT_LT(measures_with_joins().find(test.measure, Unit{test.unit}), measures_with_joins().size()) << test.name;
    EXPECT_TRUE(names.insert(test.name).second) << test.name;
  }
  EXPECT_GT(names.size(), 10U);
}

TEST(Offered, CountsDomainsByTest) {
  const auto read = read_offered(mail_request().dump(), "mail.json");
  ASSERT_TRUE(std::holds_alternative<OfferedResults>(read)) << std::get<Refusal>(read).line();
  const auto& results = std::get<OfferedResults>(read);
  EXPECT_EQ(results.name, "mail of a country");
  EXPECT_EQ(results.finished, "2026-11-20");
  EXPECT_EQ(results.domains, 5U);
  const Offer spf = offer_of(results, "dns.has.spf");
  EXPECT_EQ(spf.pass, 2U);
  EXPECT_EQ(spf.fail, 1U);
  EXPECT_EQ(spf.untested, 2U) << "what could not be tested is no failure";
  EXPECT_EQ(offer_of(results, "dns.has.dkim").test, nullptr) << "of a test that was never made nothing is said";
}

TEST(Offered, WhoFailsTheTestAroundItDoesNotOfferIt) {
  const auto read = read_offered(mail_request().dump(), "mail.json");
  const Offer strict = offer_of(std::get<OfferedResults>(read), "dns.has.spf.strict");
  EXPECT_EQ(strict.pass, 1U);
  EXPECT_EQ(strict.fail, 2U) << "one policy leaves senders open, one domain has none";
  EXPECT_EQ(strict.untested, 2U);
}

TEST(Offered, RefusesWhatIsNoResult) {
  const auto refused = [](const json& document) {
    const auto read = read_offered(document.dump(), "x.json");
    const auto* const refusal = std::get_if<Refusal>(&read);
    return refusal == nullptr ? std::string("taken") : refusal->line();
  };
  json document = mail_request();
  EXPECT_EQ(refused(document), "taken");
  document["request"]["status"] = "running";
  EXPECT_THAT(refused(document), HasSubstr("not finished"));
  document = mail_request();
  document["api_version"] = "1.0";
  EXPECT_THAT(refused(document), HasSubstr("another version"));
  document = mail_request();
  document["request"]["request_type"] = "other";
  EXPECT_THAT(refused(document), HasSubstr("neither of web nor of mail"));
  document = mail_request();
  document["domains"]["six.example"] = {{"status", "ok"}};
  EXPECT_THAT(refused(document), HasSubstr("no result of Internet.nl"));
  EXPECT_THAT(refused(document), Not(HasSubstr("six.example"))) << "domains are not told";
  EXPECT_THAT(refused("text"), HasSubstr("no result"));
}

}  // namespace offered_test
}  // namespace uptake
