// What Exhibits cost: reads a capture with nobody who wants any, and with a correlator that is shown every DNS
// response and only counts. exhibits_bench FILE [WORKERS [ROUNDS]], or exhibits_bench FILE WORKERS plain|shown for
// one run of one of them, under callgrind.

#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dataplane/runtime.h"
#include "dataplane/sources/file_source.h"
#include "tests/toy/toy_join.h"

namespace {

using namespace uptake;

/// Counting: a correlator that looks at what it is shown and remembers nothing.
struct Counting {
  static constexpr std::string_view kName = "counting";
  static constexpr std::uint64_t kWaitNs = 0;
  static std::span<const FactRow> facts() noexcept { return {}; }
  static std::span<const Wanted> reads() noexcept {
    static constexpr std::array<Wanted, 1> kReads{{{"dns", 0}}};
    return kReads;
  }
  explicit Counting(const Digests&) {}
  void file(std::size_t, const Filed& filed, Findings&) noexcept {
    ++exhibits;
    octets += filed.bytes.size();
  }
  void advance(std::uint64_t, Findings&) noexcept {}
  void finish(Findings&) noexcept {}
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return 0; }

  static inline std::uint64_t exhibits = 0;
  static inline std::uint64_t octets = 0;
};

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Cost {
  double cpu = 0;
  double wall = 0;
  std::uint64_t frames = 0;
};

Cost read(const std::string& path, unsigned workers, bool shown) {
  const std::vector<CorrelatorRow> rows = {correlator_row<Counting>()};
  const Registry registry(toy::showing_dissectors(), fact_rows(rows));
  const Catalogue catalogue = standard_catalogue(registry);
  const Digests digests = Digests::published();
  const PrefixSet customers;
  const Engine engine{.registry = registry,
                      .catalogue = catalogue,
                      .digests = digests,
                      .customers = customers,
                      .hash = FlowHash({0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0}),
                      .subscriber = {}};
  ShardSet shards(engine);
  OpenedFiles opened = open_files({path});
  if (opened.refusal) {
    std::fprintf(stderr, "%s\n", opened.refusal->line().c_str());
    std::exit(66);
  }
  Publisher publisher(engine, workers, Publisher::Pace::of_sink, [](const WindowCard&) {});
  const auto joins = shown ? std::span<const CorrelatorRow>(rows) : std::span<const CorrelatorRow>();
  const auto correlation = start_correlation(engine, joins, workers, publisher, Correlation::Pace::of_joins);
  FileRun run(engine, shards, workers, publisher, nullptr, nullptr, correlation.get());
  const std::atomic<bool> stop{false};
  Cost cost{seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC), 0};
  cost.frames = run.run(*opened.source, stop);
  publisher.finish();
  cost.cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cost.cpu;
  cost.wall = seconds(CLOCK_MONOTONIC) - cost.wall;
  return cost;
}

void print(std::string_view what, const Cost& cost) {
  const double frames = static_cast<double>(std::max<std::uint64_t>(cost.frames, 1));
  std::printf("%-7.*s %8.1f ns CPU, %8.1f ns a frame\n", static_cast<int>(what.size()), what.data(),
              cost.cpu * 1e9 / frames, cost.wall * 1e9 / frames);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  const auto workers = static_cast<unsigned>(argc > 2 ? std::max(1, std::atoi(argv[2])) : 1);
  const std::string_view last = argc > 3 ? argv[3] : "5";
  if (last == "plain" || last == "shown") {
    print(last, read(argv[1], workers, last == "shown"));
    return 0;
  }
  // The least of each, in turn, so that both meet the same machine.
  Cost plain{1e9, 1e9, 1};
  Cost shown = plain;
  for (int round = std::atoi(last.data()); round > 0; --round) {
    for (Cost* least : {&plain, &shown}) {
      const Cost cost = read(argv[1], workers, least == &shown);
      *least = {std::min(least->cpu, cost.cpu), std::min(least->wall, cost.wall), cost.frames};
    }
  }
  print("plain", plain);
  print("shown", shown);
  std::printf("%llu exhibits, %llu octets in all rounds\n", static_cast<unsigned long long>(Counting::exhibits),
              static_cast<unsigned long long>(Counting::octets));
  return 0;
}
