// Cost of a PDU of the RPKI to Router protocol: of a table's, 70 to a segment (the
// time of one is that of a call over 70), with and without somebody who wants
// them.

#include <benchmark/benchmark.h>

#include <memory>

#include "dissectors/rtr/rtr.h"
#include "tests/dissectors/rtr/builder.h"

namespace uptake::rtr {
namespace {

using test::Octets;

void offer(benchmark::State& state, const Octets& octets, std::int64_t pdus, bool shown) {
  const auto notes = std::make_unique<Notes>();
  const auto room = std::make_unique<ExhibitRoom>();
  const std::vector<std::uint8_t> wanted(kKindCount, 1);
  const std::uint64_t packet_ns = 0;
  if (shown) notes->take_exhibits(*room, wanted, packet_ns);
  Dissector::Memory memory;
  Payload payload;
  payload.bytes = octets;
  payload.wire = static_cast<std::uint32_t>(octets.size());
  payload.stream = payload.from_start = true;
  payload.from = Side::server;
  payload.server_port = 323;
  const Subject subject;
  for (auto _ : state) {
    notes->clear();
    notes->about(subject, 0);
    benchmark::DoNotOptimize(payload);
    benchmark::DoNotOptimize(Dissector::dissect(payload, memory, *notes));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * pdus);
}

constexpr std::int64_t kPerSegment = 70;

Octets segment(const Octets& pdu) {
  Octets octets;
  for (std::int64_t i = 0; i < kPerSegment; ++i) octets.insert(octets.end(), pdu.begin(), pdu.end());
  return octets;
}

void ipv4_prefixes(benchmark::State& state) { offer(state, segment(test::ipv4(1, 64496)), kPerSegment, false); }
void ipv6_prefixes(benchmark::State& state) { offer(state, segment(test::ipv6(1, 64496)), kPerSegment, false); }
void ipv4_prefixes_shown(benchmark::State& state) { offer(state, segment(test::ipv4(1, 64496)), kPerSegment, true); }
void aspas(benchmark::State& state) { offer(state, segment(test::aspa(64496, {1, 2, 3})), kPerSegment, false); }
void small_difference(benchmark::State& state) {
  const Octets octets = test::joined(
      {test::cache_response(1), test::ipv4(1, 64496), test::ipv4(2, 64496, false), test::end_of_data(1, 2)});
  offer(state, octets, 4, false);
}

BENCHMARK(ipv4_prefixes);
BENCHMARK(ipv6_prefixes);
BENCHMARK(ipv4_prefixes_shown);
BENCHMARK(aspas);
BENCHMARK(small_difference);

}  // namespace
}  // namespace uptake::rtr
