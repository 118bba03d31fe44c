// Loss and short captures must not turn a share: of made traffic whose truth is known each share lies within four
// standard errors of the truth, or what was not seen explains it: the truth lies within the worst case.

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "dissectors/dns/dns.h"
#include "policy/tally.h"
#include "tests/dissectors/dns/builder.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace bias_test {

using dns::test::Builder;
using dns::test::Octets;
using dns::test::Wire;

struct Message {
  Octets octets;
  std::size_t headers = 0;  ///< octets of the frame in front of it
  std::uint64_t flow = 0;
  bool response = false;
};

/// MadeTraffic: exchanges of all kinds, with long answers where they are signed.
class MadeTraffic {
 public:
  explicit MadeTraffic(std::uint64_t seed) : random_(seed) {}

  std::vector<Message> make(std::size_t count) {
    std::vector<Message> messages;
    for (std::size_t i = 0; i < count; ++i) exchange(messages, i);
    return messages;
  }

 private:
  [[nodiscard]] bool one_in_hundred(unsigned times) { return random_() % 100 < times; }
  [[nodiscard]] unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

  Octets signature(unsigned covered) const {
    const std::size_t size = algorithm_ == 8 ? 256 : 64;
    return Wire{}.u16(covered).u8(algorithm_).u8(2).u32(300).u32(2).u32(1).u16(7).name("example").zeros(size).out;
  }
  void signed_record(Builder& to, int section, unsigned type, const Octets& rdata, int copies = 1) {
    for (int i = 0; i < copies; ++i) to.record(section, type, rdata);
    if (signs_) to.record(section, 46, signature(type));
  }
  Octets rdata_of(unsigned type) {
    if (type == 1) return dns::test::a_rdata();
    if (type == 28) {
      if (one_in_hundred(20)) return Wire{}.u32(0x64ff9b).u32(0).u32(0).u32(1).out;
      return dns::test::aaaa_rdata({0x20, 1});
    }
    if (type == 16)
      return dns::test::txt_rdata(one_in_hundred(70) ? "v=DMARC1; p=reject; rua=mailto:a@example" : "other");
    if (type == 43) return dns::test::ds_rdata(algorithm_, one_in_hundred(60) ? 2 : 1);
    if (type == 65) return Wire{}.u16(1).u8(0).add(dns::test::option(1, Octets(3 + below(9), 'h'))).out;
    return Octets(20 + below(30), 1);
  }
  void deny(Builder& to) {
    signed_record(to, 2, 6, Octets(40 + below(30), 1));
    if (signs_) signed_record(to, 2, algorithm_ == 8 ? 50 : 47, dns::test::nsec3_rdata(below(2), below(2) * 5, 0));
  }

  void exchange(std::vector<Message>& messages, std::size_t i) {
    constexpr unsigned kTypes[] = {1, 1, 1, 28, 28, 65, 16, 43, 52, 15};
    const unsigned type = kTypes[below(10)];
    const std::string name = (type == 16 ? "_dmarc." : "") + std::string(3 + below(40), 'n') + ".example";
    const bool resolver = one_in_hundred(70);
    const bool zone_signed = one_in_hundred(35);
    const bool edns = one_in_hundred(80);
    const bool dnssec_ok = edns && one_in_hundred(60);
    const bool cookie = edns && one_in_hundred(30);
    signs_ = zone_signed && dnssec_ok;
    algorithm_ = one_in_hundred(50) ? 8 : 13;
    const unsigned rd = resolver ? dns::test::kRdFlag : 0;
    Builder query(rd | (one_in_hundred(20) ? dns::test::kAdFlag : 0), static_cast<unsigned>(i & 0xffff));
    query.question(name, type);
    const Octets client_cookie = dns::test::option(10, Octets(8, 1));
    if (edns) query.opt(one_in_hundred(50) ? 1232 : 4096, dnssec_ok, cookie ? client_cookie : Octets{});

    const bool validated = resolver && zone_signed && one_in_hundred(60);
    const unsigned kind = below(100);
    const unsigned rcode = kind < 5 ? 2 : kind < 15 ? 3 : 0;
    Builder response(dns::test::kQr | rd | (resolver ? dns::test::kRaFlag : dns::test::kAaFlag) |
                         (validated ? dns::test::kAdFlag : 0) | rcode,
                     static_cast<unsigned>(i & 0xffff));
    response.question(name, type);
    const bool through_alias = rcode == 0 && one_in_hundred(20);
    if (through_alias) signed_record(response, 1, 5, Wire{}.name("alias.example.net").out);
    if (rcode == 0 && kind < 75) {
      signed_record(response, 1, type, rdata_of(type), 1 + static_cast<int>(below(3)));
    } else if (rcode != 2 && (!through_alias || one_in_hundred(50))) {
      deny(response);
    }
    Octets options;
    if (cookie && one_in_hundred(50)) options = dns::test::option(10, Octets(24, 1));
    if (edns && (rcode == 2 || one_in_hundred(5)))
      options = Wire{options}.add(dns::test::option(15, {0, static_cast<std::uint8_t>(below(24))})).out;
    if (edns) response.opt(1232, dnssec_ok, options);

    const std::size_t headers = one_in_hundred(50) ? 14 + 20 + 8 : 14 + 40 + 8;
    messages.push_back({query.done(), headers, i, false});
    messages.push_back({response.done(), headers, i, true});
  }

  std::mt19937_64 random_;
  bool signs_ = false;
  unsigned algorithm_ = 8;
};

/// What all measures of DNS in sightings make of the messages that are left, as far as they are captured.
std::vector<Counts> counts_of(const std::vector<Message>& messages, std::size_t snaplen, unsigned loss_percent) {
  const Catalogue& catalogue = all_measures();
  static const Registry registry(dissectors());
  const FactId base = registry.base("dns");
  std::vector<Counts> counts(catalogue.size());
  std::vector<Exchanges::Set> sets(Exchanges::kSets);
  Exchanges exchanges{std::span<Exchanges::Set, Exchanges::kSets>(sets.data(), Exchanges::kSets)};
  const auto notes = std::make_unique<Notes>();
  std::mt19937_64 random(7 + snaplen + loss_percent);
  for (const Message& message : messages) {
    if (random() % 100 < loss_percent) continue;
    const std::size_t captured = snaplen == 0
                                     ? message.octets.size()
                                     : std::min(message.octets.size(), snaplen - std::min(snaplen, message.headers));
    Payload payload;
    payload.bytes = Bytes{message.octets}.first(captured);
    payload.wire = static_cast<std::uint32_t>(message.octets.size());
    payload.from = message.response ? Side::server : Side::client;
    payload.server_port = 53;
    payload.flow = message.flow;
    payload.exchanges = &exchanges;
    const Subject subject;
    notes->about(subject, base);
    dns::Dissector::Memory memory;
    (void)dns::Dissector::dissect(payload, memory, *notes);
    for (const Observation& one : notes->observations())
      for (const std::uint16_t index : catalogue.of(one.fact).sightings)
        counts[index].add(catalogue.judge(index, one.value), 1);
    notes->clear();
  }
  return counts;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// Four standard errors of a share of `n` when the truth is `p`.
double four_sigma(double p, std::uint64_t n) { return 4 * std::sqrt(p * (1 - p) / static_cast<double>(n)) + 1e-9; }

bool within_error(const Counts& truth, const Counts& seen) {
  const double p = share(truth.pass, truth.judged());
  return seen.judged() != 0 && std::abs(share(seen.pass, seen.judged()) - p) <= four_sigma(p, seen.judged());
}

bool within_worst_case(const Counts& truth, const Counts& seen) {
  const std::uint64_t all = seen.judged() + seen.hidden();
  if (all == 0 || seen.hidden() == 0) return false;
  const double p = share(truth.pass, truth.judged());
  const double error = four_sigma(p, all);
  return share(seen.pass, all) - error <= p && p <= share(seen.pass + seen.hidden(), all) + error;
}

constexpr std::size_t kExchanges = 6000;

TEST(DnsBias, NoShareIsTurnedByASnaplenOrByLoss) {
  const std::vector<Message> messages = MadeTraffic(1).make(kExchanges);
  const std::vector<Counts> truth = counts_of(messages, 0, 0);
  const Catalogue& catalogue = all_measures();
  for (const std::size_t snaplen : {0U, 80U, 96U, 112U, 128U, 160U, 192U, 256U, 320U, 384U, 512U})
    for (const unsigned loss : {0U, 5U, 20U}) {
      const std::vector<Counts> seen = counts_of(messages, snaplen, loss);
      for (std::size_t i = 0; i < catalogue.size(); ++i) {
        if (truth[i].judged() == 0) continue;
        EXPECT_TRUE(within_error(truth[i], seen[i]) || within_worst_case(truth[i], seen[i]))
            << catalogue.measures()[i].id << " snaplen " << snaplen << " loss " << loss << ": " << truth[i].pass
            << " of " << truth[i].judged() << " seen as " << seen[i].pass << " of " << seen[i].judged()
            << ", unknown " << seen[i].hidden();
      }
    }
}

TEST(DnsBias, LossAloneTurnsNothing) {
  const std::vector<Message> messages = MadeTraffic(2).make(kExchanges);
  const std::vector<Counts> truth = counts_of(messages, 0, 0);
  const Catalogue& catalogue = all_measures();
  for (const unsigned loss : {5U, 20U}) {
    const std::vector<Counts> seen = counts_of(messages, 0, loss);
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
      if (truth[i].judged() == 0) continue;
      EXPECT_TRUE(within_error(truth[i], seen[i])) << catalogue.measures()[i].id << " loss " << loss;
    }
  }
}

/// The header decides, and the first octets of the answer section: these stay narrow.
TEST(DnsBias, WhatAShortCaptureStillShows) {
  const std::vector<Message> messages = MadeTraffic(3).make(kExchanges);
  const std::vector<Counts> truth = counts_of(messages, 0, 0);
  const Catalogue& catalogue = all_measures();
  const auto of = [&](std::string_view id, Unit unit) { return catalogue.find(id, unit); };
  for (const std::size_t snaplen : {80U, 128U, 256U}) {
    const std::vector<Counts> seen = counts_of(messages, snaplen, 0);
    for (const std::string_view id : {"dns.rcode.noerror", "dns.rcode.nxdomain", "dns.rcode.servfail"}) {
      EXPECT_EQ(seen[of(id, Unit::responses)].pass, truth[of(id, Unit::responses)].pass) << id << snaplen;
      EXPECT_EQ(seen[of(id, Unit::responses)].fail, truth[of(id, Unit::responses)].fail) << id << snaplen;
    }
    EXPECT_EQ(seen[of("dns.query.ad", Unit::queries)].pass, truth[of("dns.query.ad", Unit::queries)].pass);
  }
  const std::vector<Counts> seen = counts_of(messages, 256, 0);
  const std::size_t is_signed = of("dnssec.signed", Unit::responses);
  const double p = share(truth[is_signed].pass, truth[is_signed].judged());
  EXPECT_NEAR(share(seen[is_signed].pass, seen[is_signed].judged()), p, 0.08);
  EXPECT_LT(share(seen[is_signed].hidden(), seen[is_signed].judged() + seen[is_signed].hidden()), 0.6);
}

}  // namespace bias_test
}  // namespace uptake
