#include "dataplane/setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "policy/embedded.h"
#include "tests/dataplane/harness.h"

namespace uptake {
namespace setup_test {

using test::Traffic;
using testing::HasSubstr;

std::unique_ptr<Setup> made(const SetupValues& values, Extension more = {}) {
  Either<std::unique_ptr<Setup>> setup = Setup::make(values, std::move(more));
  if (const Refusal* refusal = std::get_if<Refusal>(&setup)) {
    ADD_FAILURE() << refusal->line();
    return nullptr;
  }
  return std::get<std::unique_ptr<Setup>>(std::move(setup));
}

Refusal refused(const SetupValues& values) {
  const Either<std::unique_ptr<Setup>> setup = Setup::make(values);
  const Refusal* refusal = std::get_if<Refusal>(&setup);
  return refusal != nullptr ? *refusal : Refusal{Why::busy, "nothing was wrong"};
}

/// Connections of IPv6 over translators and without, and of IPv4, from the customer's side.
Traffic some_traffic() {
  Traffic traffic;
  for (std::uint32_t i = 1; i <= 5; ++i) traffic.open({.client = i});
  for (std::uint32_t i = 1; i <= 3; ++i) traffic.open({.client = i, .v6 = true});
  for (std::uint32_t i = 1; i <= 2; ++i) traffic.udp({.client = i}, true, "none of TCP");
  return traffic;
}

Counts total(const WindowCard& window, const Setup& setup, std::string_view id, Unit unit) {
  return window.figures->tally().total(setup.catalogue().find(id, unit));
}

TEST(Setup, ItsDefaultsMakeAnEngineThatRuns) {
  const auto setup = made({});
  ASSERT_NE(setup, nullptr);
  EXPECT_EQ(setup->profile().name(), kDefaultProfile);
  EXPECT_EQ(setup->engine().max_flows, 1U << 20);
  EXPECT_EQ(setup->engine().filter, nullptr);
  const Traffic traffic = some_traffic();
  Counts connections;
  const Ledger ledger = test::run_through(setup->engine(), traffic.packets, {}, [&](const WindowCard& window) {
    connections.add(total(window, *setup, "ip6.connections", Unit::connections));
  });
  EXPECT_EQ(ledger.frames, 26U);
  EXPECT_EQ(connections.pass, 3U);
  EXPECT_EQ(connections.fail, 5U);
}

TEST(Setup, EveryValueReachesTheEngine) {
  SetupValues values;
  values.profile.name = "ncsc-nl-2.1";
  values.key.text = "000102030405060708090a0b0c0d0e0f";
  values.customers.text = "10.0.0.0/8\n2001:db8::/48\n";
  values.subscriber_v4 = 24;
  values.subscriber_v6 = 48;
  values.nat64 = {"2001:db8:1::/96"};
  values.filter = "tcp";
  values.window_ns = 3'600'000'000'000;
  values.max_flows = 2'000;
  values.workers = 2;
  values.keep_names = true;
  const auto setup = made(values);
  ASSERT_NE(setup, nullptr);
  const Engine& engine = setup->engine();
  EXPECT_EQ(setup->profile().name(), "ncsc-nl-2.1");
  EXPECT_EQ(setup->workers(), 2U);
  EXPECT_EQ(engine.subscriber.v4, 24);
  EXPECT_EQ(engine.subscriber.v6, 48);
  EXPECT_NE(engine.subscriber.ties, nullptr);
  EXPECT_EQ(engine.window_ns, values.window_ns);
  EXPECT_EQ(engine.max_flows, 2'000U);
  EXPECT_TRUE(engine.keep_names);
  EXPECT_FALSE(engine.touch_pool);
  EXPECT_EQ(engine.grace_ns, 0U);
  const std::string name = "example.net";
  const Bytes octets{reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
  EXPECT_NE(engine.digests.name(octets), Digests::published().name(octets));

  Counts nat64;
  std::uint64_t windows = 0;
  const Traffic traffic = some_traffic();
  const Ledger ledger =
      test::run_through(engine, traffic.packets, {.workers = setup->workers()}, [&](const WindowCard& window) {
        ++windows;
        nat64.add(total(window, *setup, "ip6.path.nat64", Unit::connections));
      });
  EXPECT_EQ(windows, 1U);
  EXPECT_EQ(ledger.ended[static_cast<std::size_t>(Disposition::filtered)], 2U);
  EXPECT_EQ(nat64.pass, 3U);
}

TEST(Setup, LiveHasAKeyOfItsOwnAndMemoryAtOnce) {
  SetupValues values;
  values.live = true;
  const auto one = made(values);
  const auto other = made(values);
  ASSERT_NE(one, nullptr);
  ASSERT_NE(other, nullptr);
  EXPECT_TRUE(one->engine().touch_pool);
  EXPECT_EQ(one->engine().max_flows, 4U << 20);
  EXPECT_GT(one->engine().grace_ns, 0U);
  EXPECT_NE(one->engine().digests.name({}), other->engine().digests.name({}));
}

TEST(Setup, AProfileMayBeText) {
  SetupValues values;
  for (const EmbeddedText& profile : embedded_profiles())
    if (profile.name == "ncsc-nl-2.1") values.profile = {"mine.toml", std::string(profile.text)};
  const auto setup = made(values);
  ASSERT_NE(setup, nullptr);
  EXPECT_EQ(setup->profile().name(), "ncsc-nl-2.1");
}

TEST(Setup, AHostAddsDissectorsAndMeasures) {
  const auto setup = made({}, {.dissectors = {row_of<toy::Dissector>()}, .areas = toy::kAreas});
  ASSERT_NE(setup, nullptr);
  Traffic traffic;
  traffic.open({});
  traffic.tcp({}, true, tcp::kAck | tcp::kPsh, 1001, 5001, "TOY\x02\x02x");
  traffic.tcp({}, false, tcp::kAck | tcp::kPsh, 5001, 1007, "TOY\x01\x03");
  Counts talks;
  (void)test::run_through(setup->engine(), traffic.packets, {}, [&](const WindowCard& window) {
    talks.add(total(window, *setup, "toy.new", Unit::connections));
  });
  EXPECT_EQ(talks.pass, 1U);
}

TEST(Setup, AWrongValueIsNamedWithWhatIsRight) {
  struct Case {
    void (*spoil)(SetupValues&);
    Why why;
    std::string says;
  };
  const std::vector<Case> cases = {
      {[](SetupValues& v) { v.profile.name = "ncsc-nl"; }, Why::configuration,
       "profile ncsc-nl: not one of: ncsc-nl-2"},
      {[](SetupValues& v) {
         v.profile = {"p.toml", "name = 1"};
       },
       Why::configuration, "p.toml:1:"},
      {[](SetupValues& v) {
         v.profile = {"p.toml", ""};
       },
       Why::configuration, "p.toml:"},
      {[](SetupValues& v) { v.key.text = "0011"; }, Why::configuration, "key: 16 octets or 32 hexadecimal digits"},
      {[](SetupValues& v) { v.client_groups.text = "0011"; }, Why::configuration,
       "client groups: 16 octets or 32 hexadecimal digits"},
      {[](SetupValues& v) { v.key.text = ""; }, Why::configuration, "key: 16 octets"},
      {[](SetupValues& v) { v.customers.text = "10.0.0.0/8\n10/8\n"; }, Why::configuration,
       "customers:2: \"10/8\" is no prefix; write one as"},
      {[](SetupValues& v) { v.customers.text = ""; }, Why::configuration, "customers: holds no prefix"},
      {[](SetupValues& v) {
         v.nat64 = {"64:ff9b::/96", "2001:db8::/33"};
       },
       Why::usage, "nat64: \"2001:db8::/33\" is no prefix of a translator; give an IPv6 prefix of 32"},
      {[](SetupValues& v) { v.nat64 = {"192.0.2.0/24"}; }, Why::usage, "nat64: \"192.0.2.0/24\""},
      {[](SetupValues& v) { v.filter = "udp prot 53"; }, Why::usage, "filter \"udp prot 53\": "},
      {[](SetupValues& v) { v.window_ns = 7'000'000'000; }, Why::usage,
       "window_ns: 7000000000 ns is no window; give"},
      {[](SetupValues& v) { v.window_ns = 1'000'000; }, Why::usage, "window_ns: 1000000 ns"},
      {[](SetupValues& v) { v.window_ns = 367 * 86'400'000'000'000; }, Why::usage, "window_ns: "},
      {[](SetupValues& v) { v.max_flows = 999; }, Why::usage, "max_flows: 999 is not between 1000 and 1000000000"},
      {[](SetupValues& v) { v.max_flows = 1'000'000'001; }, Why::usage, "max_flows: "},
      {[](SetupValues& v) { v.workers = 0; }, Why::usage, "workers: 0 is not between 1 and 16"},
      {[](SetupValues& v) { v.workers = 17; }, Why::usage, "workers: 17"},
      {[](SetupValues& v) { v.subscriber_v4 = 33; }, Why::usage, "subscriber_v4: 33 is not between 1 and 32"},
      {[](SetupValues& v) { v.subscriber_v6 = 0; }, Why::usage, "subscriber_v6: 0 is not between 1 and 128"},
  };
  for (const Case& one : cases) {
    SetupValues values;
    one.spoil(values);
    const Refusal refusal = refused(values);
    EXPECT_EQ(refusal.why, one.why) << one.says;
    EXPECT_THAT(refusal.line(), HasSubstr(one.says));
    EXPECT_EQ(refusal.line().find('\n'), std::string::npos) << refusal.line();
  }
}

}  // namespace setup_test
}  // namespace uptake
