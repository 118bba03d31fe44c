#include "policy/figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "dissectors/dns/facts.h"
#include "dissectors/frame/facts.h"
#include "dissectors/tls/facts.h"
#include "policy/catalogue/dns/words.h"
#include "policy/client_groups.h"
#include "policy/crowds.h"
#include "policy/digests.h"
#include "policy/entities.h"
#include "policy/privacy/release.h"
#include "policy/tally.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace figures_test {

struct Bench {
  const Registry registry{dissectors()};
  const Digests digests = Digests::published();
  const FactId frame = registry.base("frame");
  const FactId dns = registry.base("dns");
  const FactId tls = registry.base("tls");

  [[nodiscard]] Figures figures() const { return {all_measures(), digests, {}}; }
};

Counts total(const Figures& figures, std::string_view id, Unit unit) {
  return figures.tally().total(all_measures().find(id, unit));
}
EntityCounts entities(const Figures& figures, std::string_view id, Unit unit) {
  const std::size_t index = all_measures().find(id, unit);
  return figures.entities(unit).count(all_measures().entity_bit(index));
}

Bytes bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// A response to a question for AAAA, answered or not.
Observation aaaa(const Bench& bench, bool answered) {
  const dns::ResponseBits r{.qtype = 28, .rd = true, .ra = true, .answered = answered};
  return {r.pack(), static_cast<FactId>(bench.dns + dns::kResponse), 0};
}

TEST(Figures, CountEqualSightingsTogetherAndNamesOnce) {
  const Bench bench;
  Figures figures = bench.figures();
  const std::string with = "with.example";
  const std::string without = "without.example";
  for (int i = 0; i < 3; ++i) {
    Subject subject;
    subject.name = bytes_of(with);
    figures.absorb(aaaa(bench, true), subject);
    EXPECT_EQ(subject.name_digest, bench.digests.name(subject.name));
  }
  Subject subject;
  subject.name = bytes_of(without);
  figures.absorb(aaaa(bench, false), subject);
  figures.settle();

  EXPECT_EQ(total(figures, "dns.has.aaaa", Unit::responses).pass, 3U);
  EXPECT_EQ(total(figures, "dns.has.aaaa", Unit::responses).fail, 1U);
  EXPECT_EQ(entities(figures, "dns.has.aaaa", Unit::names).pass, 1U);
  EXPECT_EQ(entities(figures, "dns.has.aaaa", Unit::names).fail, 1U);
  const Cell stub{Family::v4, Direction::unknown, dns::kStubResolver};
  EXPECT_EQ(figures.tally().at(all_measures().find("dns.has.aaaa", Unit::responses), stub).pass, 3U);
}

TEST(Figures, SettlingTwiceCountsOnce) {
  const Bench bench;
  Figures figures = bench.figures();
  Subject subject;
  figures.absorb(aaaa(bench, true), subject);
  figures.settle();
  figures.settle();
  EXPECT_EQ(total(figures, "dns.has.aaaa", Unit::responses).pass, 1U);
}

TEST(Figures, KeepBytesApartFromSightings) {
  const Bench bench;
  Figures figures = bench.figures();
  const auto fact = static_cast<FactId>(bench.tls + tls::kSession);
  const std::uint64_t value =
      tls::SessionBits{.suite = 0x1301, .version_minor = 4, .sight = tls::Sight::complete, .client_hello = true}
          .pack();
  Subject subject;
  subject.server_port = 443;
  figures.absorb({value, fact, 0}, subject);
  figures.absorb_bytes(fact, value, figures.cell_of(fact, value, subject), 5000);
  figures.settle();
  EXPECT_EQ(total(figures, "tls.version.1_3", Unit::connections).pass, 1U);
  EXPECT_EQ(total(figures, "tls.version.1_3", Unit::bytes).pass, 5000U);
  EXPECT_EQ(entities(figures, "tls.version.1_3", Unit::servers).pass, 1U);

  Figures packets = bench.figures();
  const std::uint64_t v6 = frame::PacketKind{Family::v6, Path::native}.pack();
  packets.absorb_count(static_cast<FactId>(bench.frame + frame::kPackets), v6, {Family::v6}, 40);
  packets.settle();
  EXPECT_EQ(total(packets, "ip6.packets", Unit::packets).pass, 40U);
  EXPECT_EQ(total(packets, "ip6.bytes", Unit::bytes).pass, 0U);
}

TEST(Figures, JudgeServersByTheirWorstSession) {
  const Bench bench;
  Figures figures = bench.figures();
  const auto fact = static_cast<FactId>(bench.tls + tls::kSession);
  Subject subject;
  subject.server_port = 443;
  subject.name_digest = 77;
  for (const std::uint8_t minor : {std::uint8_t{4}, std::uint8_t{1}}) {
    const tls::SessionBits s{.suite = 0x1301, .version_minor = minor, .sight = tls::Sight::complete};
    figures.absorb({s.pack(), fact, 0}, subject);
  }
  figures.settle();
  const EntityCounts modern = entities(figures, "tls.version.modern", Unit::servers);
  EXPECT_EQ(modern.fail, 1U);
  EXPECT_EQ(modern.pass, 0U);
  EXPECT_EQ(modern.best_pass, 1U);
  EXPECT_EQ(subject.name_digest, 77U);
}

TEST(Figures, CountSubscribersByPrefixAndOnlyTheOperatorsOwn) {
  const Bench bench;
  Figures figures = bench.figures();
  const auto fact = static_cast<FactId>(bench.frame + frame::kConnection);
  const std::uint64_t v6 =
      frame::ConnectionBits{.family = Family::v6, .tcp = true, .answered = true, .client_global = true}.pack();
  const std::uint64_t v4 = frame::ConnectionBits{.family = Family::v4, .tcp = true, .answered = true}.pack();
  Subject subject;
  subject.client.family = Family::v6;
  subject.client.octets = {0x20, 0x01, 0x0d, 0xb8, 0, 1, 2, 3};
  figures.absorb({v6, fact, 0}, subject);
  subject.client.octets[7] = 99;  // the same /56
  figures.absorb({v6, fact, 0}, subject);
  subject.client.octets[6] = 99;  // another
  figures.absorb({v6, fact, 0}, subject);
  subject.direction = Direction::toward_customer;
  subject.client.octets[0] = 0x2a;
  figures.absorb({v6, fact, 0}, subject);
  Subject four;
  figures.absorb({v4, fact, 0}, four);
  figures.settle();
  const EntityCounts clients = entities(figures, "ip6.clients", Unit::subscribers);
  EXPECT_EQ(clients.pass, 2U);
  EXPECT_EQ(clients.fail, 1U);
  EXPECT_EQ(entities(figures, "ip6.privacy", Unit::addresses).pass, 3U);
  EXPECT_EQ(total(figures, "ip6.connections", Unit::connections).pass, 4U);
}

TEST(Figures, CountResolversByAddressWhereverTheyStand) {
  const Bench bench;
  Figures figures = bench.figures();
  const auto fact = static_cast<FactId>(bench.dns + dns::kQuery);
  const std::uint64_t with_do = dns::QueryBits{.edns = true, .dnssec_ok = true}.pack();
  Subject subject;
  for (const unsigned last : {1U, 2U, 2U, 3U}) {
    subject.client.octets[3] = static_cast<std::uint8_t>(last);
    subject.direction = last == 3 ? Direction::toward_customer : Direction::from_customer;
    figures.absorb({with_do, fact, 0}, subject);
  }
  subject.client.octets[3] = 1;
  figures.absorb({dns::QueryBits{.edns = true}.pack(), fact, 0}, subject);
  subject.client.octets[3] = 4;
  figures.absorb({dns::QueryBits{.rd = true, .edns = true, .dnssec_ok = true}.pack(), fact, 0}, subject);
  figures.settle();
  const EntityCounts resolvers = entities(figures, "dns.query.do", Unit::resolvers);
  EXPECT_EQ(resolvers.pass, 2U);
  EXPECT_EQ(resolvers.fail, 1U);
  EXPECT_EQ(resolvers.best_pass, 3U);
  EXPECT_EQ(figures.entities(Unit::resolvers).distinct(), 3U) << "no stub";
}

/// Many different values over many names: more than the places for pending counts.
std::vector<std::pair<Observation, std::string>> traffic(const Bench& bench, std::size_t count) {
  std::mt19937_64 random(5);
  std::vector<std::pair<Observation, std::string>> all;
  for (std::size_t i = 0; i < count; ++i) {
    dns::ResponseBits r = dns::ResponseBits::unpack(random());
    r.qtype = random() % 2 == 0 ? 28 : 65;
    r.opcode = 0;
    r.rcode = 0;
    all.emplace_back(Observation{r.pack(), static_cast<FactId>(bench.dns + dns::kResponse), 0},
                     "name" + std::to_string(random() % 20000));
  }
  return all;
}

void absorb(Figures& figures, const std::pair<Observation, std::string>& sighting) {
  Subject subject;
  subject.name = bytes_of(sighting.second);
  figures.absorb(sighting.first, subject);
}

TEST(Figures, AnySplitAndAnyOrderGiveTheSame) {
  const Bench bench;
  auto all = traffic(bench, 60000);
  Figures whole = bench.figures();
  for (const auto& sighting : all) absorb(whole, sighting);
  whole.settle();
  ASSERT_TRUE(whole.entities(Unit::names).sampled());

  std::mt19937_64 random(6);
  std::shuffle(all.begin(), all.end(), random);
  std::vector<Figures> parts;
  for (int i = 0; i < 3; ++i) parts.push_back(bench.figures());
  for (const auto& sighting : all) absorb(parts[random() % 3], sighting);
  for (Figures& part : parts) part.settle();
  Figures merged = bench.figures();
  for (const int i : {2, 0, 1}) merged.merge(parts[static_cast<std::size_t>(i)]);

  for (std::size_t i = 0; i < all_measures().size(); ++i) {
    const Measure& m = all_measures().measures()[i];
    for (std::size_t cell = 0; cell < Cell::kCount; ++cell) {
      const Counts& a = whole.tally().at(i, Cell::of(cell));
      const Counts& b = merged.tally().at(i, Cell::of(cell));
      EXPECT_EQ(a.pass, b.pass) << m.id;
      EXPECT_EQ(a.fail, b.fail) << m.id;
      EXPECT_EQ(a.not_applicable, b.not_applicable) << m.id;
      EXPECT_EQ(a.unobservable, b.unobservable) << m.id;
    }
    if (!is_entity(m.unit)) continue;
    const EntityCounts a = entities(whole, m.id, m.unit);
    const EntityCounts b = entities(merged, m.id, m.unit);
    EXPECT_EQ(a.pass, b.pass) << m.id;
    EXPECT_EQ(a.fail, b.fail) << m.id;
    EXPECT_EQ(a.unobservable, b.unobservable) << m.id;
  }
  EXPECT_EQ(whole.entities(Unit::names).distinct(), merged.entities(Unit::names).distinct());
  EXPECT_GT(whole.entities_beyond(), 0U);
  EXPECT_EQ(whole.entities_beyond(), merged.entities_beyond());
  EXPECT_EQ(bench.figures().entities_beyond(), 0U);
}

/// Figures that know who stands behind their counts.
struct Crowded : Bench {
  const ClientGroups groups{{1, 2, 3}};
  [[nodiscard]] Figures crowded() const { return {all_measures(), digests, {32, 56, nullptr, &groups}}; }
};

using Outcome = Judgement::Outcome;

Crowd crowd(const Figures& figures, std::string_view id, Unit unit, Outcome outcome,
            std::span<const Cell> cells = {}) {
  Crowd sum;
  for (std::size_t i = 0; i < Cell::kCount; ++i)
    if (cells.empty() || std::ranges::any_of(cells, [&](Cell cell) { return cell.index() == i; }))
      sum.add(figures.crowds().over_groups(all_measures().find(id, unit), Cell::of(i), outcome));
  return sum;
}
std::uint64_t sum(const GroupCounts& groups) {
  return std::accumulate(groups.begin(), groups.end(), std::uint64_t{0});
}

/// Client `number` of a cell: another subscriber for each number, at either end of the flow.
Subject subject_of(Cell cell, std::uint32_t number) {
  Subject subject;
  subject.direction = cell.direction;
  Address& subscriber = cell.direction == Direction::toward_customer ? subject.server : subject.client;
  subject.client.family = subject.server.family = cell.family;
  const std::size_t last = cell.family == Family::v4 ? 3 : 6;
  subscriber.octets[0] = 0x20;
  subscriber.octets[last] = static_cast<std::uint8_t>(number);
  subscriber.octets[7] = cell.family == Family::v4 ? 0 : static_cast<std::uint8_t>(number * 7);  // within the /56
  return subject;
}

/// A response that is counted in `cell`.
Observation response_in(const Bench& bench, Cell cell, bool answered) {
  dns::ResponseBits r{.qtype = 28, .answered = answered};
  r.rd = cell.vantage != dns::kResolverAuthoritative;
  r.ra = cell.vantage == dns::kStubResolver;
  r.aa = cell.vantage == dns::kResolverAuthoritative;
  return {r.pack(), static_cast<FactId>(bench.dns + dns::kResponse), 0};
}

/// ClientsOfCells: sightings by 0 to 20 clients in each cell that responses have, for each outcome.
struct ClientsOfCells {
  struct Sighting {
    Cell cell;
    bool pass;
    std::uint32_t client;
  };
  std::vector<Cell> cells;
  std::vector<Sighting> sightings;

  [[nodiscard]] static std::size_t clients(std::size_t cell, bool pass) { return pass ? cell : 20 - cell; }
  ClientsOfCells() {
    for (std::size_t i = 0; i < Cell::kCount; ++i)
      if (Cell::of(i).vantage != Vantage::none) cells.push_back(Cell::of(i));
    for (std::size_t i = 0; i < cells.size(); ++i)
      for (const bool pass : {true, false})
        for (std::uint32_t client = 0; client < clients(i, pass); ++client)
          for (std::uint32_t again = 0; again <= client % 3; ++again) sightings.push_back({cells[i], pass, client});
  }
};

TEST(Figures, TheGateIsExactInEveryCellForAnySplit) {
  const Crowded bench;
  ClientsOfCells all;
  ASSERT_EQ(all.cells.size(), 18U);
  const std::size_t index = all_measures().find("dns.has.aaaa", Unit::responses);
  std::mt19937_64 random(7);
  for (std::size_t parts = 1; parts <= 3; ++parts) {
    std::ranges::shuffle(all.sightings, random);
    std::vector<Figures> split;
    for (std::size_t i = 0; i < parts; ++i) split.push_back(bench.crowded());
    for (const auto& [cell, pass, client] : all.sightings) {
      Subject subject = subject_of(cell, client);
      const Observation seen = response_in(bench, cell, pass);
      ASSERT_EQ(split[0].cell_of(seen.fact, seen.value, subject).index(), cell.index());
      split[random() % parts].absorb(seen, subject);
    }
    Figures merged = bench.crowded();
    for (Figures& part : split) {
      part.settle();
      merged.merge(part);
    }
    for (std::size_t i = 0; i < all.cells.size(); ++i)
      for (const bool pass : {true, false}) {
        // An empty answer without RA and AA is a referral, which says nothing of the name.
        const bool referral = !pass && all.cells[i].vantage == dns::kOtherVantage;
        const Outcome outcome = pass ? Outcome::pass : referral ? Outcome::not_applicable : Outcome::fail;
        const Crowd behind = merged.crowds().over_groups(index, all.cells[i], outcome);
        const std::size_t clients = ClientsOfCells::clients(i, pass);
        EXPECT_EQ(behind.gate.count, std::min(clients, Gate::kEnough)) << i;
        EXPECT_EQ(behind.gate.open(), clients >= Gate::kEnough) << i;
        const Counts& counts = merged.tally().at(index, all.cells[i]);
        EXPECT_EQ(sum(behind.groups), pass ? counts.pass : referral ? counts.not_applicable : counts.fail) << i;
      }
  }
}

TEST(Figures, CrowdsChangeNoFigureAndAddUp) {
  const Crowded bench;
  Figures plain = bench.figures();
  Figures crowded = bench.crowded();
  std::uint32_t client = 0;
  for (const auto& [observation, name] : traffic(bench, 40000)) {
    for (Figures* figures : {&plain, &crowded}) {
      Subject subject = subject_of({}, client % 200);
      subject.name = bytes_of(name);
      figures->absorb(observation, subject);
    }
    ++client;
  }
  plain.settle();
  crowded.settle();
  EXPECT_GT(crowded.displaced(), 0U);
  for (std::size_t i = 0; i < all_measures().size(); ++i) {
    const Measure& m = all_measures().measures()[i];
    const Counts total = crowded.tally().total(i);
    EXPECT_EQ(total.pass, plain.tally().total(i).pass) << m.id;
    if (!has_groups(m.unit)) continue;
    EXPECT_EQ(sum(crowd(crowded, m.id, m.unit, Outcome::pass).groups), total.pass) << m.id;
    EXPECT_EQ(sum(crowd(crowded, m.id, m.unit, Outcome::unobservable).groups), total.hidden()) << m.id;
    EXPECT_EQ(sum(crowd(crowded, m.id, m.unit, Outcome::not_applicable).groups), total.not_applicable) << m.id;
  }
  EXPECT_TRUE(crowd(crowded, "dns.has.aaaa", Unit::names, Outcome::fail).gate.open());
  crowded.clear();
  crowded.settle();
  EXPECT_EQ(crowd(crowded, "dns.has.aaaa", Unit::responses, Outcome::fail).gate.count, 0U);
}

TEST(Figures, WhatWasNotSettledIsForgottenWithItsCrowd) {
  const Crowded bench;
  Figures figures = bench.crowded();
  Subject subject = subject_of({}, 1);
  figures.absorb(aaaa(bench, true), subject);
  figures.clear();
  figures.absorb(aaaa(bench, true), subject);
  figures.settle();
  EXPECT_EQ(sum(crowd(figures, "dns.has.aaaa", Unit::responses, Outcome::pass).groups), 1U);
}

TEST(Figures, ManyAlikeAreCountedInTheirGroupToTheLast) {
  constexpr std::uint64_t kMany = 3'000'000'000;  // twice as many are more than 32 bits hold
  const Crowded bench;
  Figures figures = bench.crowded();
  Subject subject = subject_of({}, 1);
  for (const std::uint64_t count : {kMany, kMany, std::uint64_t{0}, std::uint64_t{1}, 2 * kMany})
    figures.absorb(aaaa(bench, true), subject, count);
  figures.settle();
  EXPECT_EQ(total(figures, "dns.has.aaaa", Unit::responses).pass, 4 * kMany + 1);
  const Crowd behind = crowd(figures, "dns.has.aaaa", Unit::responses, Outcome::pass);
  EXPECT_EQ(sum(behind.groups), 4 * kMany + 1);
  EXPECT_EQ(*std::ranges::max_element(behind.groups), 4 * kMany + 1);
  EXPECT_EQ(behind.gate.count, 1U);
}

TEST(Figures, SubscribersAreInTheGroupsOfTheirDigestsAndStandBehindTheirPackets) {
  const Crowded bench;
  Figures figures = bench.crowded();
  const auto fact = static_cast<FactId>(bench.frame + frame::kConnection);
  const std::uint64_t v6 =
      frame::ConnectionBits{.family = Family::v6, .tcp = true, .answered = true, .client_global = true}.pack();
  for (std::uint32_t client = 0; client < 12; ++client) {
    Subject subject = subject_of({Family::v6, Direction::from_customer}, client);
    figures.absorb({v6, fact, 0}, subject);
  }
  const std::uint64_t packets = frame::PacketKind{Family::v6, Path::native}.pack();
  for (const Direction direction : {Direction::from_customer, Direction::toward_customer})
    figures.absorb_bytes(static_cast<FactId>(bench.frame + frame::kBytes), packets, {Family::v6, direction}, 500);
  figures.settle();
  std::array<EntityCounts, ClientGroups::kGroups> groups{};
  const std::size_t index = all_measures().find("ip6.clients", Unit::subscribers);
  figures.entities(Unit::subscribers).count_by_last_bits(all_measures().entity_bit(index), groups);
  const GroupCounts sightings = crowd(figures, "ip6.connections", Unit::connections, Outcome::pass).groups;
  for (std::size_t i = 0; i < groups.size(); ++i) EXPECT_EQ(groups[i].pass, sightings[i]) << i;
  EXPECT_EQ(sum(sightings), 12U);
  for (const Direction direction : {Direction::from_customer, Direction::toward_customer}) {
    const std::array cells = {Cell{Family::v6, direction}};
    EXPECT_TRUE(crowd(figures, "ip6.bytes", Unit::bytes, Outcome::pass, cells).gate.open());
  }
  EXPECT_EQ(crowd(figures, "ip6.bytes", Unit::bytes, Outcome::fail).gate.count, 0U);
}

TEST(ClientGroups, StayWithTheirKeyAndSpreadClients) {
  const ClientGroups groups({1, 2, 3});
  const ClientGroups same({1, 2, 3});
  const ClientGroups other({1, 2, 4});
  EXPECT_EQ(groups.name(), same.name());
  EXPECT_NE(groups.name(), other.name());
  EXPECT_EQ(groups.name().size(), 16U);
  EXPECT_FALSE(ClientGroups::from_text("no key"));
  const std::optional<ClientGroups> read = ClientGroups::from_text("01020300000000000000000000000000\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name(), groups.name());
  const PrefixMask mask(Family::v4, 32);
  std::array<int, ClientGroups::kGroups> members{};
  int moved = 0;
  for (std::uint32_t i = 0; i < 3200; ++i) {
    const Address address{{10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}, Family::v4};
    EXPECT_EQ(groups.of(address, mask), same.of(address, mask));
    moved += groups.of(address, mask) != other.of(address, mask) ? 1 : 0;
    ++members[groups.of(address, mask)];
  }
  EXPECT_GT(*std::ranges::min_element(members), 60);
  EXPECT_LT(*std::ranges::max_element(members), 150);
  EXPECT_GT(moved, 3000);
}

TEST(Release, NeedsEnoughSubscribersOfWhomNoneIsMostOfTheCount) {
  const Unit unit = Unit::connections;
  /// Of so many in its first groups, by enough subscribers.
  const auto release = [&](std::uint64_t count, std::initializer_list<std::uint64_t> first) {
    GroupCounts groups{};
    std::ranges::copy(first, groups.begin());
    return release_of(count, Gate::kEnough, groups, unit);
  };
  EXPECT_EQ(release(100, {50, 35, 15}), Release::free);
  EXPECT_EQ(release(100, {51, 29, 20}), Release::dominated_by_one);
  EXPECT_EQ(release(100, {50, 36, 14}), Release::dominated_by_two);
  EXPECT_EQ(release(101, {51, 20, 20, 10}), Release::dominated_by_one) << "more than half";
  EXPECT_EQ(release(100, {20, 20, 20, 20, 20}), Release::free);
  EXPECT_EQ(release(100, {20, 15, 14}), Release::dominated_by_one) << "51 are of nobody known";
  EXPECT_EQ(release(~std::uint64_t{0}, {~std::uint64_t{0}}), Release::dominated_by_one);
  EXPECT_EQ(release_of(100, Gate::kEnough, {}, Unit::bytes), Release::free) << "by the gate of their connections";
  EXPECT_EQ(release_of(0, 0, {}, unit), Release::free) << "nothing stays nothing";
  EXPECT_EQ(release_of(30, Gate::kEnough - 1, {10, 10, 10}, unit), Release::few);
  EXPECT_EQ(letter_of(Release::dominated_by_two), "T");
}

}  // namespace figures_test
}  // namespace uptake
