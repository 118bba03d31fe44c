// Routes and the tables of VRPs that judge them, through the whole program: what a capture lost of either session.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/correlation.h"
#include "policy/catalogue/bgp/words.h"
#include "policy/correlate/correlators.h"
#include "policy/correlate/routes/join.h"
#include "tests/dataplane/conversation.h"
#include "tests/dissectors/bgp/builder.h"
#include "tests/dissectors/rtr/builder.h"

namespace uptake {
namespace rov_test {

using bgp::test::Wire;
using bgp::test::operator+;
using rtr::test::joined;
using test::Conversation;
using test::MemorySource;
using test::text;
using test::Traffic;

constexpr std::uint64_t kSecond = 1'000'000'000;

/// What becomes of the routes of a run.
struct Judged {
  std::uint64_t valid = 0;
  std::uint64_t invalid = 0;
  std::uint64_t not_found = 0;
  std::uint64_t hidden = 0;
  friend bool operator==(const Judged&, const Judged&) = default;
};
std::ostream& operator<<(std::ostream& out, const Judged& judged) {
  return out << judged.valid << " valid, " << judged.invalid << " invalid, " << judged.not_found << " not found, "
             << judged.hidden << " hidden";
}

Judged judge(const Traffic& traffic, unsigned workers) {
  const std::vector<CorrelatorRow> rows = {correlator_row<routes::Join>()};
  const Registry registry(dissectors(), fact_rows(rows));
  const Catalogue catalogue = standard_catalogue(registry);
  const Digests digests = Digests::published();
  const PrefixSet customers;
  const Engine engine{.registry = registry,
                      .catalogue = catalogue,
                      .digests = digests,
                      .customers = customers,
                      .hash = FlowHash(test::kHashKey),
                      .subscriber = {},
                      .max_flows = 1U << 14};
  Judged judged;
  ShardSet shards(engine);
  Publisher publisher(engine, workers, Publisher::Pace::of_sink, [&](const WindowCard& window) {
    const auto total = [&](std::string_view id) {
      return window.figures->tally().total(catalogue.find(id, bgp::kRoutes));
    };
    judged.valid += total("rov.valid").pass;
    judged.invalid += total("rov.invalid").pass;
    judged.not_found += total("rov.not_found").pass;
    judged.hidden += total("rov.valid").hidden();
  });
  const auto correlation = start_correlation(engine, rows, workers, publisher, Correlation::Pace::of_joins);
  FileRun run(engine, shards, workers, publisher, nullptr, nullptr, correlation.get());
  MemorySource source(traffic.packets, 16);
  const std::atomic<bool> stop{false};
  EXPECT_EQ(run.run(source, stop), traffic.packets.size());
  publisher.finish();
  return judged;
}

/// One router, 10.0.0.1, that asks caches and is told routes by peers. Its table: 192.0.2.0/24 of AS 2.
class Scene {
 public:
  Scene() {
    traffic_.step_ns = 1'000'000;
    cache_.open().ask(text(rtr::test::reset_query()));
    tell({rtr::test::cache_response(99), rtr::test::ipv4(2, 2), rtr::test::end_of_data(99, 7)});
    cache_.segment(true, tcp::kAck);
  }
  Scene& at(std::uint64_t seconds) {
    traffic_.now_ns = start_ns_ + seconds * kSecond;
    return *this;
  }
  /// The difference that gives the prefix to AS 3, in five parts, of which `lost` is not in the capture.
  Scene& change(int lost) {
    const std::vector<std::pair<bool, rtr::test::Octets>> parts = {
        {false, rtr::test::serial_notify(99, 8)},
        {true, rtr::test::serial_query(99, 7)},
        {false, rtr::test::cache_response(99)},
        {false, joined({rtr::test::ipv4(2, 2, false), rtr::test::ipv4(2, 3)})},
        {false, rtr::test::end_of_data(99, 8)}};
    for (int i = 0; i < static_cast<int>(parts.size()); ++i) {
      const auto& [asks, octets] = parts[static_cast<std::size_t>(i)];
      if (i == lost)
        cache_.lose(asks, octets.size());
      else
        cache_.say(asks, text(octets));
    }
    return *this;
  }
  /// The router acknowledges all that its cache has sent.
  Scene& acknowledge() {
    cache_.segment(true, tcp::kAck);
    return *this;
  }
  /// The cache sends again what was `lost` of change().
  Scene& repeat_records() {
    const std::string records = text(joined({rtr::test::ipv4(2, 2, false), rtr::test::ipv4(2, 3)}));
    const std::size_t behind = records.size() + rtr::test::end_of_data(99, 8).size();
    cache_.segment(false, tcp::kPsh | tcp::kAck, records, static_cast<std::uint32_t>(0 - behind));
    return *this;
  }
  /// A new peer tells the route 192.0.2.0/24 of an AS.
  Scene& route(std::uint32_t as) {
    Conversation peer = meet();
    peer.tell(update(as)).close();
    return *this;
  }
  /// A peer whose KEEPALIVE in front of the route is not in the capture; it goes on later.
  Conversation route_behind_hole(std::uint32_t as) {
    Conversation peer = meet();
    const Wire keepalive = bgp::test::keepalive();
    peer.lose(false, keepalive.size()).tell(update(as)).segment(true, tcp::kAck);
    return peer;
  }
  static void go_on(Conversation& peer) {
    const Wire keepalive = bgp::test::keepalive();
    peer.ask(text(keepalive)).tell(text(keepalive));
  }
  /// The same for any number of workers.
  [[nodiscard]] Judged judged() const {
    const Judged one = judge(traffic_, 1);
    EXPECT_EQ(judge(traffic_, 4), one);
    return one;
  }

 private:
  void tell(std::initializer_list<rtr::test::Octets> parts) { cache_.tell(text(joined(parts))); }
  static std::string update(std::uint32_t as) {
    return text(bgp::test::update(bgp::test::usual(bgp::test::sequence4({65002, as})), bgp::test::v4_24(192, 0, 2)));
  }
  Conversation meet() {
    Conversation peer(traffic_, {.client = 1, .server = 20, .client_port = ++port_, .server_port = 179});
    const Wire said = bgp::test::open(64500, bgp::test::families() + bgp::test::as4(64500)) + bgp::test::keepalive();
    const Wire heard = bgp::test::open(65002, bgp::test::families() + bgp::test::as4(65002)) + bgp::test::keepalive();
    peer.open().ask(text(said)).tell(text(heard)).segment(true, tcp::kAck);
    return peer;
  }

  Traffic traffic_;
  std::uint64_t start_ns_ = traffic_.now_ns;
  std::uint16_t port_ = 50'000;
  Conversation cache_{traffic_, {.client = 1, .server = 9, .client_port = 40'001, .server_port = 323}};
};

constexpr int kNothing = -1;
constexpr int kRecords = 3;

TEST(RovLoss, WithoutLossTheDifferenceCounts) {
  EXPECT_EQ(Scene().at(10).route(2).at(20).change(kNothing).at(21).route(2).judged(),
            (Judged{.valid = 1, .invalid = 1}));
}

/// Sessions with caches are quiet: nothing comes behind the hole for a long time.
TEST(RovLoss, WhatComesBehindAHoleOfAQuietSessionHidesItsTable) {
  for (const int lost : {0, 2, 3})
    for (const std::uint64_t seconds : {21U, 100U, 600U, 7'000U})
      EXPECT_EQ(Scene().at(20).change(lost).at(seconds).route(2).judged(), (Judged{.hidden = 1}))
          << lost << " " << seconds;
  // Of the last part the acknowledgement tells, and that an answer has no end.
  EXPECT_EQ(Scene().at(20).change(4).acknowledge().at(21).route(2).judged(), (Judged{.hidden = 1}));
  EXPECT_EQ(Scene().at(20).change(4).at(600).route(2).judged(), (Judged{.hidden = 1}));
  EXPECT_EQ(Scene().at(20).change(4).at(21).route(2).judged(), (Judged{.valid = 1})) << "it may still come";
}

TEST(RovLoss, AHoleIsGivenUpOnceItIsOld) {
  Scene scene;
  scene.at(20).change(kRecords).acknowledge().at(50).acknowledge().at(60).route(2);
  EXPECT_EQ(scene.judged(), (Judged{.hidden = 1}));
}

TEST(RovLoss, AHoleThatIsFilledHidesNothingBehindIt) {
  Scene scene;
  scene.at(20).change(kRecords).at(21).route(2).at(22).repeat_records().acknowledge().at(30).route(2).route(3);
  EXPECT_EQ(scene.judged(), (Judged{.valid = 1, .invalid = 1, .hidden = 1}));
}

/// What a hole kept back came when it came, though it is read later.
TEST(RovLoss, ARouteBehindAHoleIsNotJudgedByVrpsThatCameLater) {
  for (const bool changes : {false, true}) {
    Scene scene;
    Conversation peer = scene.at(10).route_behind_hole(2);
    if (changes) scene.at(20).change(kNothing);
    scene.at(40);
    Scene::go_on(peer);
    EXPECT_EQ(scene.judged(), changes ? (Judged{.hidden = 1}) : (Judged{.valid = 1}));
  }
}

}  // namespace rov_test
}  // namespace uptake
