// Cost of one hello, from payload to notes, with everything in the first-level cache.

#include <benchmark/benchmark.h>

#include <memory>

#include "dissectors/tls/tls.h"
#include "tests/dissectors/tls/builder.h"
#include "tests/dissectors/tls/recordings.h"

namespace uptake::tls {
namespace {

using test::Hello;
using test::Octets;

/// One side's octets to a fresh flow, or to one whose client has spoken.
void offer(benchmark::State& state, const Octets& octets, Side from, const Octets& before = {}) {
  const auto notes = std::make_unique<Notes>();
  const Subject subject;
  Payload payload;
  payload.stream = payload.from_start = true;
  payload.server_port = 443;
  Dissector::Memory start;
  if (!before.empty()) {
    notes->about(subject, 0);
    payload.bytes = before;
    payload.wire = static_cast<std::uint32_t>(before.size());
    (void)Dissector::dissect(payload, start, *notes);
  }
  payload.bytes = octets;
  payload.wire = static_cast<std::uint32_t>(octets.size());
  payload.from = from;
  for (auto _ : state) {
    Dissector::Memory memory = start;
    notes->clear();
    notes->about(subject, 0);
    benchmark::DoNotOptimize(payload);
    benchmark::DoNotOptimize(Dissector::dissect(payload, memory, *notes));
    benchmark::DoNotOptimize(memory);
    benchmark::ClobberMemory();
  }
  state.counters["octets"] = static_cast<double>(octets.size());
}

const Octets kRecorded = test::from_hex(test::kTls13.flights[0]);

void client_hello_openssl(benchmark::State& state) { offer(state, kRecorded, Side::client); }
void client_hello_browser(benchmark::State& state) { offer(state, test::browser_hello().client(), Side::client); }
void client_hello_in_records(benchmark::State& state) {
  offer(state, test::records(kHandshake, test::browser_hello().client_message(), 100), Side::client);
}
void client_hello_incomplete(benchmark::State& state) {
  Octets octets = test::browser_hello().client();
  octets.resize(1400);
  offer(state, octets, Side::client);
}
void server_hello_13(benchmark::State& state) {
  offer(state, Hello(test::hello_13(0x001d)).id(Octets(32, 7)).server(), Side::server, kRecorded);
}
void server_hello_resumed(benchmark::State& state) {
  offer(state, test::from_hex(test::kTls12ById.flights[1]), Side::server,
        test::from_hex(test::kTls12ById.flights[0]));
}
void server_flight_12(benchmark::State& state) {
  offer(state, test::from_hex(test::kTls12Ecdhe.flights[1]), Side::server, kRecorded);
}
void claim_hello(benchmark::State& state) {
  Payload payload;
  payload.stream = payload.from_start = true;
  payload.bytes = kRecorded;
  payload.wire = static_cast<std::uint32_t>(kRecorded.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(payload);
    benchmark::DoNotOptimize(Dissector::claims(payload));
  }
}

BENCHMARK(client_hello_openssl);
BENCHMARK(client_hello_browser);
BENCHMARK(client_hello_in_records);
BENCHMARK(client_hello_incomplete);
BENCHMARK(server_hello_13);
BENCHMARK(server_hello_resumed);
BENCHMARK(server_flight_12);
BENCHMARK(claim_hello);

}  // namespace
}  // namespace uptake::tls
