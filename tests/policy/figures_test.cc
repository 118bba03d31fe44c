#include "policy/figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "dissectors/dns/facts.h"
#include "dissectors/frame/facts.h"
#include "dissectors/tls/facts.h"
#include "policy/catalogue/dns/words.h"
#include "policy/digests.h"
#include "policy/entities.h"
#include "policy/tally.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace {

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

}  // namespace
}  // namespace uptake
