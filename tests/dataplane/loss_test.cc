// What a capture lost may only raise what is unknown: it biases no share.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>

#include "dataplane/publisher.h"
#include "dataplane/runtime.h"
#include "policy/catalogue/catalogue.h"
#include "policy/tally.h"
#include "tests/dataplane/harness.h"
#include "tests/dataplane/traffic.h"
#include "tests/dissectors/tls/builder.h"

namespace uptake {
namespace loss_test {

using test::Traffic;
using tls::test::Hello;
using tls::test::Octets;
using tls::test::operator+;
using tls::test::words;

constexpr std::size_t kSegment = 1400;
constexpr std::uint32_t kConnections = 3000;

Octets data(std::size_t size) { return tls::test::records(tls::kApplicationData, Octets(size, 0xd5)); }

/// A client that offers TLS 1.3, with a post-quantum share or without: then its hello fits one segment.
Octets modern_client(bool post_quantum) {
  if (post_quantum) return tls::test::browser_hello().client();
  return Hello()
      .id(Octets(32, 7))
      .extension(10, tls::test::vector(2, words({0x001d, 0x0017})))
      .extension(43, tls::test::vector(1, words({0x0304, 0x0303})))
      .extension(51, tls::test::shares({{0x001d, 32}}))
      .extension(23, {})
      .extension(0xff01, {0})
      .client();
}
Octets old_client(bool resumes, bool ems) {
  Hello hello = Hello().extension(0xff01, {0});
  if (ems) hello = std::move(hello).extension(23, {});
  if (resumes) hello = std::move(hello).id(Octets(32, 9));
  return hello.client();
}
Octets server_13(std::uint16_t group) {
  return tls::test::hello_13(group, group == 0x001d ? 32 : 1120).server() + data(2500);
}
Octets server_12(bool resumes, bool ems) {
  Hello hello = Hello().suite(0xc02f).extension(0xff01, {0});
  if (ems) hello = std::move(hello).extension(23, {});
  if (resumes) return std::move(hello).id(Octets(32, 9)).server() + tls::test::kChangeCipherSpecRecord + data(40);
  return tls::test::handshake(hello.server_message() + tls::test::message(tls::kCertificate, Octets(3000, 0x30)) +
                              tls::test::curve_exchange(0x0017) + tls::test::message(tls::kServerHelloDone, {}));
}

/// One connection: opened, the two flights, some records each way, closed.
void connect(Traffic& traffic, const Traffic::Ends& ends, const Octets& client, const Octets& server) {
  traffic.open(ends);
  std::uint32_t next[2] = {1001, 5001};
  const auto send = [&](bool from_client, const Octets& octets) {
    const std::string_view text(reinterpret_cast<const char*>(octets.data()), octets.size());
    std::uint32_t& own = next[from_client ? 0 : 1];
    for (std::size_t at = 0; at < text.size(); at += kSegment) {
      const std::string_view part = text.substr(at, kSegment);
      traffic.tcp(ends, from_client, tcp::kAck | tcp::kPsh, own, next[from_client ? 1 : 0], part);
      own += static_cast<std::uint32_t>(part.size());
    }
  };
  send(true, client);
  send(false, server);
  const bool refused = server.size() == 7;
  for (int i = 0; i < 3 && !refused; ++i) {
    send(true, data(200));
    send(false, data(1200));
  }
  traffic.tcp(ends, true, tcp::kFin | tcp::kAck, next[0], next[1]);
  traffic.tcp(ends, false, tcp::kFin | tcp::kAck, next[1], next[0] + 1);
}

Traffic made(std::uint32_t seed) {
  std::mt19937 random(seed);
  Traffic traffic;
  for (std::uint32_t i = 1; i <= kConnections; ++i) {
    const Traffic::Ends ends{.client = i, .server = i % 200, .server_port = 443, .v6 = random() % 3 == 0};
    const auto kind = static_cast<std::uint32_t>(random() % 100);
    if (kind < 32)
      connect(traffic, ends, modern_client(true), server_13(random() % 2 == 0 ? 0x11ec : 0x001d));
    else if (kind < 60)
      connect(traffic, ends, modern_client(false), server_13(0x001d));
    else if (kind < 70)
      connect(traffic, ends, modern_client(false), server_12(false, true));
    else if (kind < 84)
      connect(traffic, ends, old_client(false, kind % 2 == 0), server_12(false, kind % 2 == 0));
    else if (kind < 94)
      connect(traffic, ends, old_client(true, true), server_12(true, true));
    else
      connect(traffic, ends, old_client(false, true), tls::test::alert(2, 70));
    // Beside it a datagram, which one in ten servers does not answer.
    const Traffic::Ends clock{
        .client = i, .server = i % 200, .client_port = 50000, .server_port = 123, .v6 = ends.v6};
    traffic.udp(clock, true, "what time is it?");
    if (random() % 10 != 0) traffic.udp(clock, false, "it is late");
    traffic.now_ns += 20'000'000;
  }
  return traffic;
}

/// What a capture may do to the traffic.
struct Harm {
  std::string name;
  double loss = 0;
  bool reorder = false;
  bool copies = false;
  std::uint32_t snaplen = 0;
};

Traffic harmed(const Traffic& traffic, const Harm& harm, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> chance(0, 1);
  Traffic out;
  for (const Traffic::Packet& packet : traffic.packets) {
    if (chance(random) < harm.loss) continue;
    out.packets.push_back(packet);
    out.packets.back().captured = harm.snaplen;
    if (!harm.copies || chance(random) > 0.3) continue;
    out.packets.push_back(out.packets.back());
    out.packets.back().time_ns += 5000;
  }
  for (std::size_t i = 0; harm.reorder && i + 1 < out.packets.size(); ++i) {
    Traffic::Packet& one = out.packets[i];
    Traffic::Packet& other = out.packets[i + 1];
    if (chance(random) > 0.2 || other.time_ns - one.time_ns > 1'000'000) continue;
    std::swap(one, other);
    std::swap(one.time_ns, other.time_ns);
  }
  return out;
}

/// The counts of all measures in connections.
std::map<std::string_view, Counts> counts_of(const Traffic& traffic) {
  const Engine engine = test::engine_of(test::own_kit(), 1U << 20);
  const Catalogue& catalogue = engine.catalogue;
  std::map<std::string_view, Counts> counts;
  (void)test::run_through(engine, traffic.packets, {.per_chunk = 1000}, [&](const WindowCard& window) {
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
      const Measure& measure = catalogue.measures()[i];
      if (measure.unit == Unit::connections) counts[measure.id] = window.figures->tally().total(i);
    }
  });
  return counts;
}

/// Four standard errors of a share of `judged`, were it `share`; with a little for shares of 0 and 1.
double four_sigma(double share, std::uint64_t judged) {
  const double n = static_cast<double>(judged);
  return 4 * std::sqrt((share * (1 - share) + 1 / n) / n);
}

class Loss : public testing::TestWithParam<Harm> {};

TEST_P(Loss, EveryShareIsWithinFourSigmaOrItsUnknownsExplainIt) {
  const Traffic traffic = made(1);
  static const std::map<std::string_view, Counts> kWhole = counts_of(traffic);
  const std::map<std::string_view, Counts> found = counts_of(harmed(traffic, GetParam(), 2));
  std::size_t compared = 0;
  for (const auto& [id, whole] : kWhole) {
    if (whole.judged() == 0 || id == "tls.hello" || id == "tls.start") continue;
    // Cut there are the headers of TCP over IPv6 themselves.
    if (GetParam().snaplen == 64 && id.starts_with("ip")) continue;
    ++compared;
    const double truth = static_cast<double>(whole.pass) / static_cast<double>(whole.judged());
    const auto at = found.find(id);
    const Counts none;
    const Counts& counts = at == found.end() ? none : at->second;
    const std::uint64_t all = counts.judged() + counts.hidden();
    if (all == 0) continue;
    const double low = static_cast<double>(counts.pass) / static_cast<double>(all);
    const double high = static_cast<double>(counts.pass + counts.hidden()) / static_cast<double>(all);
    const double slack = four_sigma(truth, all);
    EXPECT_TRUE(low - slack <= truth && truth <= high + slack)
        << id << ": " << truth << " is not between " << low << " and " << high << " of " << all;
  }
  EXPECT_GT(compared, 30U);
  // Whatever was lost, a connection of which a hello came through is an offer, seen or not.
  const Counts offers = found.at("tls.pq.offered");
  const Counts sessions = found.at("tls.start");
  EXPECT_EQ(offers.judged() + offers.hidden(), sessions.pass);
}

INSTANTIATE_TEST_SUITE_P(
    Captures, Loss,
    testing::Values(Harm{.name = "reordered", .reorder = true}, Harm{.name = "copied", .copies = true},
                    Harm{.name = "loss_1", .loss = 0.01}, Harm{.name = "loss_5", .loss = 0.05, .reorder = true},
                    Harm{.name = "loss_20", .loss = 0.2, .reorder = true, .copies = true},
                    Harm{.name = "loss_50", .loss = 0.5}, Harm{.name = "snaplen_64", .snaplen = 64},
                    Harm{.name = "snaplen_96", .snaplen = 96}, Harm{.name = "snaplen_128", .snaplen = 128},
                    Harm{.name = "snaplen_192", .snaplen = 192}, Harm{.name = "snaplen_256", .snaplen = 256},
                    Harm{.name = "snaplen_512", .snaplen = 512},
                    Harm{.name = "snaplen_256_loss_20", .loss = 0.2, .snaplen = 256}),
    [](const auto& test) { return test.param.name; });

}  // namespace loss_test
}  // namespace uptake
