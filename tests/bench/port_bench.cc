// The worker behind a DPDK port (net_null, whose frames are replaced by preloaded ones), in ns of CPU a packet.
//
// usage: port_bench [CAPTURE]    takes TLS hellos from CAPTURE, else from tests/golden/web
//
// Bursts of 64 go the way of PortRun: receive, stamp, decode, run, release. Addresses are written into the frames
// before the clock starts, so that no figure holds it. All flows exist before the first measured packet.

#include <sched.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/sources/port.h"
#include "tests/bench/port_loop.h"
#include "tests/bench/preload.h"
#include "tests/dissectors/dns/builder.h"

namespace uptake::bench {
namespace {

constexpr double kLimit = 1.4;  // 10 M flows over 64 k
constexpr int kRounds = 7;
constexpr std::uint16_t kHttps = 443;
constexpr std::uint16_t kDomain = 53;

bool wrong(const char* what) {
  std::fprintf(stderr, "port_bench: %s\n", what);
  return false;
}

void print_table(const Bench& bench, std::uint64_t flows) {
  constexpr double kMebi = 1 << 20;
  const ShardSet& shards = bench.shards();
  const auto octets = static_cast<double>(shards.flow_bytes());
  const auto places = static_cast<double>(shards.flow_capacity());
  std::printf(
      "    table %.1f MiB (%.1f octets a flow when half full), pool %.2f MiB; %.0f %% full, %.1f %% evicted others\n",
      octets / kMebi, octets / places * 2, static_cast<double>(shards.pool_bytes()) / kMebi,
      100 * static_cast<double>(flows) / places,
      100 * static_cast<double>(bench.limited(Limit::flow_evicted)) / static_cast<double>(bench.ran()));
}

void print(const std::string& what, double own, double whole) {
  std::printf("  %-34s %8.1f %8.1f\n", what.c_str(), own, whole);
}

/// Bulk: 900-octet segments of TLS connections that were picked up midstream and are settled: their bytes count for
/// a class, and nothing else is wanted of them. All flows exist when it is made.
class Bulk {
 public:
  Bulk(Ports& ports, std::uint32_t flows, std::uint64_t max_flows, const char* name)
      : bench_(ports, max_flows, 100), numbers_(flows), name_(name) {
    Octets record = test::numbers(900 - 54 - 12);
    const std::array<std::uint8_t, 5> header{23, 3, 3, 0x10, 0x00};
    std::copy(header.begin(), header.end(), record.begin());
    for (std::size_t i = 0; i < kFrames; ++i) frames_.load(i, tcp_frame(tcp::kAck, record));
    while (next_ < flows) {
      readdress();
      (void)bench_.pass(frames_, 0, kFrames, kRun);
    }
  }
  /// A million packets; what one of them cost, taken all the way.
  double round() {
    std::array<double, kSteps> ns{};
    for (std::uint64_t done = 0; done < kPackets; done += kFrames) {
      readdress();
      add(ns, all_steps(bench_, frames_, 0, kFrames));
    }
    costs_.take(ns, static_cast<double>(kPackets));
    return ns[kRun] / static_cast<double>(kPackets);
  }
  [[nodiscard]] bool report() {
    bench_.finish();
    const std::uint64_t flows = numbers_.count();
    print(std::string("flow lookup, ") + name_, costs_.own(), costs_.best[kRun]);
    print_table(bench_, flows);
    if (bench_.ended(Disposition::parsed) + bench_.ended(Disposition::no_interest) != bench_.ran())
      return wrong("a bulk frame ended otherwise than it should");
    // A bucket of four gives a flow up for a fifth; it comes back as a new one.
    const std::uint64_t begun = bench_.ended(Disposition::parsed);
    if (begun < flows || begun > flows + bench_.limited(Limit::flow_evicted))
      return wrong("flows were not found again");
    return true;
  }
  [[nodiscard]] const Costs& costs() const noexcept { return costs_; }

 private:
  static constexpr std::size_t kFrames = 2048;
  static constexpr std::uint64_t kPackets = 1 << 20;
  void readdress() noexcept {
    for (std::size_t i = 0; i < kFrames; ++i) frames_.readdress(i, numbers_[next_++], false, kHttps);
  }

  Bench bench_;
  Preload frames_{kFrames};
  FlowNumbers numbers_;
  std::uint64_t next_ = 0;
  const char* name_;
  Costs costs_;
};

/// Tables of all sizes, a round of each in turn, so that what else the machine does falls on all of them.
bool bulk(Ports& ports) {
  // Three about as full each, so that the size is all that differs; then one that is as full as it may be.
  Bulk small(ports, 1 << 16, 1 << 17, "64 k flows");
  Bulk middle(ports, 1 << 20, 1 << 21, "1 M flows");
  Bulk large(ports, 10'000'000, 10'000'000, "10 M flows");
  Bulk full(ports, 1 << 20, 1 << 20, "1 M flows of 1 M");
  std::array<double, kRounds> ratios{};
  for (double& ratio : ratios) {
    const double least = small.round();
    (void)middle.round();
    ratio = large.round() / least;
    (void)full.round();
  }
  const Costs& least = small.costs();
  print("receive and free", least.best[kReceive], least.best[kReceive]);
  print("header decode", least.decode(), least.best[kDecode]);
  bool good = true;
  for (Bulk* const one : {&small, &middle, &large, &full}) good = one->report() && good;
  std::sort(ratios.begin(), ratios.end());
  std::printf(
      "    10 M flows over 64 k: %.2f for the whole packet (limit %.1f), in rounds %.2f to %.2f; lookup alone %.2f\n",
      large.costs().best[kRun] / least.best[kRun], kLimit, ratios.front(), ratios.back(),
      large.costs().own() / least.own());
  return good;
}

/// Exchanges: queries for some names and their answers, half a burst each; answers follow half a burst behind.
struct Exchanges {
  static constexpr std::size_t kHalf = Ports::kBurst / 2;
  static constexpr std::size_t kCount = 1024;
  Preload frames{2 * kCount};

  explicit Exchanges(bool with_signature) {
    using dns::test::Builder;
    for (std::size_t i = 0; i < kCount; ++i) {
      const std::string name = "www.host" + std::to_string(1000 + i) + ".example.org";
      frames.load(query(i), udp_frame(Builder().question(name, 1).opt(1232, with_signature).done()));
      Builder answer(dns::test::kQr | dns::test::kRdFlag | dns::test::kRaFlag);
      answer.question(name, 1).record(1, 1, dns::test::a_rdata());
      if (with_signature) answer.record(1, 46, dns::test::rrsig_rdata(1, 13));
      frames.load(response(i), udp_frame(answer.opt(1232, with_signature).done()));
    }
  }
  [[nodiscard]] static std::size_t query(std::size_t i) noexcept { return i / kHalf * Ports::kBurst + i % kHalf; }
  [[nodiscard]] static std::size_t response(std::size_t i) noexcept {
    return query((i + kHalf) % kCount) + kHalf;  // in the next burst
  }
};

bool messages(Ports& ports, bool with_signature, const char* name) {
  constexpr std::uint32_t kFlows = 1 << 20;
  constexpr std::uint64_t kLaps = 512;
  Exchanges exchanges(with_signature);
  // So slow that ports come back after more than a minute of packet time: every query is a new exchange.
  Bench bench(ports, kFlows, 40'000);
  const FlowNumbers numbers(kFlows);
  std::uint64_t lap = 0;
  const auto readdress = [&] {
    for (std::size_t i = 0; i < Exchanges::kCount; ++i) {
      const std::uint64_t exchange = lap * Exchanges::kCount + i;
      exchanges.frames.readdress(Exchanges::query(i), numbers[exchange], true, kDomain);
      const bool of_last_lap = Exchanges::response(i) < Exchanges::query(i);
      const std::uint64_t answered = of_last_lap && lap > 0 ? exchange - Exchanges::kCount : exchange;
      exchanges.frames.readdress(Exchanges::response(i), numbers[answered], false, kDomain);
    }
    ++lap;
  };
  const std::size_t all = exchanges.frames.size();
  while (lap * Exchanges::kCount < kFlows) {
    readdress();
    (void)bench.pass(exchanges.frames, 0, all, kRun);
  }
  Costs costs;
  for (int round = 0; round < kRounds; ++round) {
    std::array<double, kSteps> ns{};
    for (std::uint64_t i = 0; i < kLaps; ++i) {
      readdress();
      add(ns, all_steps(bench, exchanges.frames, 0, all));
    }
    costs.take(ns, static_cast<double>(kLaps * all));
  }
  bench.finish();
  print(name, costs.own(), costs.best[kRun]);
  return bench.ended(Disposition::parsed) == bench.ran() || wrong("a DNS message was not parsed");
}

/// Connections that open and say hello, many side by side; each kind of packet is measured by itself.
bool hellos(Ports& ports, const Hellos& said) {
  constexpr std::uint32_t kFlows = 1 << 20;
  constexpr std::size_t kSide = 8 * Ports::kBurst;
  constexpr std::uint64_t kLaps = 512;
  enum Kind : std::size_t { kSyn, kSynAck, kAck, kClientHello, kServerHello, kKinds };
  Preload frames(kKinds * kSide);
  for (std::size_t i = 0; i < kSide; ++i) {
    frames.load(kSyn * kSide + i, tcp_frame(tcp::kSyn, {}));
    frames.load(kSynAck * kSide + i, tcp_frame(tcp::kSyn | tcp::kAck, {}));
    frames.load(kAck * kSide + i, tcp_frame(tcp::kAck, {}));
    frames.load(kClientHello * kSide + i, tcp_frame(tcp::kAck | tcp::kPsh, said.client_with_name(i)));
    frames.load(kServerHello * kSide + i, tcp_frame(tcp::kAck | tcp::kPsh, said.server));
  }
  Bench bench(ports, kFlows, 1'000);
  const FlowNumbers numbers(kFlows);
  std::uint64_t next = 0;
  const auto readdress = [&] {
    for (std::size_t i = 0; i < kSide; ++i, ++next) {
      const std::uint32_t flow = numbers[next];
      const std::uint32_t client = flow * 0x9e3779b9U;
      const std::uint32_t server = client ^ 0x5bd1e995U;
      for (std::size_t kind = 0; kind < kKinds; ++kind) {
        const bool from_client = kind != kSynAck && kind != kServerHello;
        const std::uint32_t opened = kind > kSynAck ? 1 : 0;
        frames.readdress(kind * kSide + i, flow, from_client, kHttps);
        if (from_client)
          frames.renumber(kind * kSide + i, client + opened, server + 1);
        else
          frames.renumber(kind * kSide + i, server + opened, client + 1);
      }
    }
  };
  while (next < kFlows) {
    readdress();
    (void)bench.pass(frames, 0, frames.size(), kRun);
  }
  std::array<Costs, kKinds> costs;
  for (int round = 0; round < kRounds; ++round) {
    std::array<std::array<double, kSteps>, kKinds> ns{};
    for (std::uint64_t lap = 0; lap < kLaps; ++lap) {
      readdress();
      for (std::size_t kind = 0; kind < kKinds; ++kind)
        add(ns[kind], all_steps(bench, frames, kind * kSide, (kind + 1) * kSide));
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) costs[kind].take(ns[kind], static_cast<double>(kLaps * kSide));
  }
  bench.finish();
  const Counts& counts = bench.tls_1_3();
  if (counts.judged() != next) return wrong("a TLS connection was not judged");
  const std::string version = counts.pass == next ? ", TLS 1.3" : ", TLS below 1.3";
  double own = 0;
  double whole = 0;
  for (const Costs& cost : costs) {
    own += cost.own();
    whole += cost.best[kRun];
  }
  const double opening = costs[kSyn].own() + costs[kSynAck].own() + costs[kAck].own();
  print("SYN, SYN-ACK and ACK together", opening,
        costs[kSyn].best[kRun] + costs[kSynAck].best[kRun] + costs[kAck].best[kRun]);
  print("ClientHello" + version, costs[kClientHello].own(), costs[kClientHello].best[kRun]);
  print("ServerHello" + version, costs[kServerHello].own(), costs[kServerHello].best[kRun]);
  print("the five together, no bulk", own, whole);
  return true;
}

int all(const std::string& capture) {
  const std::vector<Hellos> found = hellos_of(capture);
  if (found.empty()) {
    std::fprintf(stderr, "port_bench: %s: no TLS hellos of one segment each over IPv4\n", capture.c_str());
    return 66;
  }
  PortOptions options;
  options.ports = {std::get<PortSpec>(parse_port("net_null0,size=900", 0, [](const std::string&) { return false; }))};
  options.cores = {static_cast<unsigned>(std::max(sched_getcpu(), 0))};
  const Either<std::unique_ptr<Ports>> opened = Ports::open(options);
  if (const Refusal* refusal = std::get_if<Refusal>(&opened)) {
    std::fprintf(stderr, "port_bench: %s\n", refusal->line().c_str());
    return refusal->why == Why::permission ? 77 : 1;
  }
  const auto& ports = std::get<std::unique_ptr<Ports>>(opened);
  std::printf("ns of CPU a packet, best of %d rounds           own    whole\n", kRounds);
  bool good = bulk(*ports);
  good = messages(*ports, false, "DNS message") && good;
  good = messages(*ports, true, "DNS message, half of them signed") && good;
  good = hellos(*ports, found.front()) && good;
  const auto older = std::find_if(found.begin(), found.end(),
                                  [&](const Hellos& h) { return h.client.size() < found.front().client.size() / 2; });
  if (older != found.end()) good = hellos(*ports, *older) && good;
  return good ? 0 : 1;
}

}  // namespace
}  // namespace uptake::bench

int main(int argc, char** argv) {
  // Words that benchmarks of the library take are of no meaning here.
  std::string capture = std::filesystem::path(__FILE__).parent_path() / "../golden/web/capture.pcap";
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]).substr(0, 2) != "--") capture = argv[i];
  return uptake::bench::all(capture);
}
