#include "policy/events/events.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "dissectors/dns/facts.h"
#include "dissectors/tls/facts.h"
#include "policy/catalogue/catalogue.h"
#include "policy/events/dns_code_points.h"
#include "policy/events/tls_code_points.h"

namespace uptake {
namespace events_test {

using nlohmann::json;

Row row_without_traffic(std::string_view name, std::span<const FactRow> facts) {
  return {name, facts, [](const Payload&) noexcept { return Claim::no; },
          [](Call&, Memory&) noexcept { return Result{}; }, [](Memory&, Ending, Notes&) noexcept {}};
}

constexpr FactRow kTwoFacts[] = {{"one", ""}, {"two", ""}};

Registry small_registry() {
  return Registry({row_without_traffic("toy", kTwoFacts), row_without_traffic("dns", dns::facts()),
                   row_without_traffic("tls", tls::facts())});
}

constexpr FactId kDnsBase = 2;
constexpr FactId kTlsBase = 2 + dns::kFactCount;

Subject subject_named(std::string_view name) {
  Subject subject;
  subject.client.octets = {192, 0, 2, 1};
  subject.server.family = Family::v6;
  subject.server.octets = {0x20, 0x01, 0x0d, 0xb8};
  subject.client_port = 40000;
  subject.server_port = 53;
  subject.transport = 17;
  subject.time_ns = 1'709'210'096'000'000'007;
  subject.ordinal = 41;
  subject.name = {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
  return subject;
}

json event(FactId fact, std::uint64_t value, std::string_view name = "example.org") {
  const Registry registry = small_registry();
  std::string line;
  EXPECT_TRUE(Events(registry, standard_events()).append(line, {value, fact, 0}, subject_named(name)));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  return json::parse(line);
}

TEST(Events, ADnsQuerySaysWhoWhenAndWhat) {
  dns::QueryBits query;
  query.qtype = 28;
  query.rd = true;
  query.edns = true;
  query.edns_size = 1232;
  query.dnssec_ok = true;
  const json e = event(kDnsBase + dns::kQuery, query.pack());
  EXPECT_EQ(e["type"], "dns");
  EXPECT_EQ(e["message"], "query");
  EXPECT_EQ(e["time"], "2024-02-29T12:34:56.000000007Z");
  EXPECT_EQ(e["frame"], 42);
  EXPECT_EQ(e["transport"], "udp");
  EXPECT_EQ(e["client"], "192.0.2.1");
  EXPECT_EQ(e["client_port"], 40000);
  EXPECT_EQ(e["server"], "2001:db8::");
  EXPECT_EQ(e["server_port"], 53);
  EXPECT_EQ(e["name"], "example.org");
  EXPECT_EQ(e["qtype"], "AAAA");
  EXPECT_EQ(e["opcode"], "QUERY");
  EXPECT_EQ(e["rd"], true);
  EXPECT_EQ(e["ad"], false);
  EXPECT_EQ(e["do"], true);
  EXPECT_EQ(e["edns_size"], 1232);
}

TEST(Events, ADnsResponseListsWhatWasSeen) {
  dns::ResponseBits response;
  response.qtype = 4711;
  response.rcode = 3;
  response.seen = 1U << dns::kSeenRrsig | 1U << dns::kSeenTxt;
  const json e = event(kDnsBase + dns::kResponse, response.pack());
  EXPECT_EQ(e["qtype"], "TYPE4711");
  EXPECT_EQ(e["rcode"], "NXDOMAIN");
  EXPECT_EQ(e["seen"], json({"RRSIG", "TXT"}));
  EXPECT_FALSE(e.contains("query_do")) << "the query was not seen: nothing is known of its DO";
}

TEST(Events, ExtendedRcodesAreNotGivenANumberTheyMayNotHave) {
  dns::ResponseBits response;
  response.rcode = 15;
  EXPECT_EQ(event(kDnsBase + dns::kResponse, response.pack())["rcode"], "EXTENDED");
}

TEST(Events, ATlsSessionNamesItsCodePoints) {
  tls::SessionBits session;
  session.version_minor = 4;
  session.suite = 0x1301;
  session.group = 0x11ec;
  session.group_sight = tls::GroupSight::known;
  session.sight = tls::Sight::complete;
  session.client_hello = true;
  session.pq_offered = true;
  const json e = event(kTlsBase + tls::kSession, session.pack());
  EXPECT_EQ(e["type"], "tls");
  EXPECT_EQ(e["version"], "TLS 1.3");
  EXPECT_EQ(e["version_code"], "0x0304");
  EXPECT_EQ(e["suite"], "0x1301");
  EXPECT_EQ(e["suite_name"], "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(e["group"], "0x11ec");
  EXPECT_EQ(e["group_name"], "X25519MLKEM768");
  EXPECT_EQ(e["sight"], "complete");
  EXPECT_EQ(e["pq_offered"], true);
}

TEST(Events, ATlsSessionWithoutHelloClaimsNothing) {
  tls::SessionBits session;
  session.version_minor = 15;
  const json e = event(kTlsBase + tls::kSession, session.pack());
  EXPECT_EQ(e["version"], "unknown");
  for (const char* key : {"version_code", "suite", "group", "pq_offered", "offered_1_3"})
    EXPECT_FALSE(e.contains(key)) << key;
}

TEST(Events, AnOfferIsNoEvent) {
  const Registry registry = small_registry();
  std::string line = "kept";
  EXPECT_FALSE(Events(registry, standard_events()).append(line, {0, kTlsBase + tls::kOffer, 0}, subject_named("")));
  EXPECT_FALSE(Events(registry, standard_events()).append(line, {0, 0xffff, 0}, subject_named("")));
  EXPECT_EQ(line, "kept");
}

TEST(Events, AnyValueGivesOneObjectWithDistinctKeys) {
  const Registry registry = small_registry();
  const Events events(registry, standard_events());
  std::uint64_t value = 1;
  for (int i = 0; i < 2000; ++i) {
    value = value * 6364136223846793005U + 1442695040888963407U;
    for (const int fact : {kDnsBase + dns::kQuery, kDnsBase + dns::kResponse, kTlsBase + tls::kSession}) {
      std::string line;
      ASSERT_TRUE(events.append(line, {value, static_cast<FactId>(fact), 0}, subject_named("\"\\\n\x01\xff")));
      std::set<std::string> keys;
      const json::parser_callback_t distinct = [&](int, json::parse_event_t what, json& parsed) {
        if (what == json::parse_event_t::key) {
          EXPECT_TRUE(keys.insert(parsed.get<std::string>()).second) << line;
        }
        return true;
      };
      const json parsed = json::parse(line, distinct);
      EXPECT_EQ(parsed["name"], "\"\\\\010\\001\\255");
    }
  }
}

TEST(Events, AFurtherDissectorBringsItsOwnRow) {
  const Registry registry = small_registry();
  const EventDescriber own[] = {
      {"toy", 1, "toy", [](std::uint64_t value, EventFields& fields) { fields.number("colour", value); }},
      {"absent", 0, "absent", [](std::uint64_t, EventFields&) {}},
  };
  const Events events(registry, own);
  std::string line;
  EXPECT_TRUE(events.append(line, {7, 1, 0}, subject_named("")));
  EXPECT_EQ(json::parse(line)["colour"], 7);
  EXPECT_FALSE(events.append(line, {7, kDnsBase + dns::kQuery, 0}, subject_named("")));
}

TEST(CodePoints, KnownAndUnknown) {
  EXPECT_EQ(tls::suite_name(0xc02f), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(tls::suite_name(0xcca9), "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
  EXPECT_EQ(tls::suite_name(0x0a0a), "");
  EXPECT_EQ(tls::group_name(0x001d), "x25519");
  EXPECT_EQ(tls::group_name(0xffff), "");
  std::string scratch;
  EXPECT_EQ(dns::rr_type_name(257, scratch), "CAA");
  EXPECT_EQ(dns::rr_type_name(0, scratch), "TYPE0");
  EXPECT_EQ(dns::rcode_name(5), "REFUSED");
  EXPECT_EQ(dns::rcode_name(12), "");
  EXPECT_EQ(dns::opcode_name(3), "");
}

}  // namespace events_test
}  // namespace uptake
