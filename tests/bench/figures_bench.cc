#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "dissectors/dns/facts.h"
#include "dissectors/registry.h"
#include "dissectors/tls/facts.h"
#include "policy/catalogue/catalogue.h"
#include "policy/digests.h"
#include "policy/figures.h"

namespace uptake {
namespace {

const Registry& registry() {
  static const Registry kRegistry(dissectors());
  return kRegistry;
}
const Catalogue& catalogue() {
  static const Catalogue kCatalogue = standard_catalogue(registry());
  return kCatalogue;
}

Observation response(std::uint16_t qtype, std::uint8_t rcode = 0) {
  const dns::ResponseBits r{
      .qtype = qtype, .rcode = rcode, .rd = true, .ra = true, .query_seen = true, .answered = rcode == 0};
  return {r.pack(), static_cast<FactId>(registry().base("dns") + dns::kResponse), 0};
}

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back("host" + std::to_string(i) + ".customer.example");
  return all;
}

/// DNS responses over `count` names, four values; `qtype` decides whether names are marked (28: yes, 15: no).
void absorb_responses(benchmark::State& state, std::uint16_t qtype) {
  Figures figures(catalogue(), Digests::published(), {});
  const std::vector<std::string> all = names(static_cast<std::size_t>(state.range(0)));
  const Observation values[] = {response(qtype), response(qtype), response(qtype, 3), response(qtype)};
  std::size_t i = 0;
  for (auto _ : state) {
    const std::string& name = all[i % all.size()];
    Subject subject;
    subject.name = {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
    figures.absorb(values[i & 3], subject);
    i += 1;
  }
  state.SetItemsProcessed(state.iterations());
}
void BM_AbsorbResponseThatMarksNoName(benchmark::State& state) { absorb_responses(state, 15); }
BENCHMARK(BM_AbsorbResponseThatMarksNoName)->Arg(1);
void BM_AbsorbResponseThatMarksItsName(benchmark::State& state) { absorb_responses(state, 28); }
BENCHMARK(BM_AbsorbResponseThatMarksItsName)->Arg(1)->Arg(8000)->Arg(1'000'000);

/// Every sighting has a value of its own: judged one by one.
void BM_AbsorbResponseNeverSeenBefore(benchmark::State& state) {
  Figures figures(catalogue(), Digests::published(), {});
  Observation observation = response(15);
  std::uint64_t i = 0;
  Subject subject;
  for (auto _ : state) {
    observation.value = (i++ * 0x9e3779b97f4a7c15ULL) & 0x00ff'ffff'ffff'0000ULL;
    figures.absorb(observation, subject);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AbsorbResponseNeverSeenBefore);

void BM_AbsorbBytes(benchmark::State& state) {
  Figures figures(catalogue(), Digests::published(), {});
  const auto fact = static_cast<FactId>(registry().base("tls") + tls::kSession);
  const std::uint64_t value = tls::SessionBits{.suite = 0x1301, .version_minor = 4}.pack();
  for (auto _ : state) figures.absorb_bytes(fact, value, {}, 1500);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AbsorbBytes);

}  // namespace
}  // namespace uptake

BENCHMARK_MAIN();
