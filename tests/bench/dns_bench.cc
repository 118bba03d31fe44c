// Cost of one whole DNS message, from payload to notes.

#include <benchmark/benchmark.h>

#include <memory>

#include "dissectors/dns/dns.h"
#include "tests/dissectors/dns/builder.h"

namespace uptake::dns {
namespace {

using test::Builder;
using test::Octets;

void offer(benchmark::State& state, const Octets& message, Side from) {
  const auto notes = std::make_unique<Notes>();
  Dissector::Memory memory;
  Payload payload;
  payload.bytes = message;
  payload.wire = static_cast<std::uint32_t>(message.size());
  payload.from = from;
  payload.server_port = 53;
  const Subject subject;
  notes->about(subject, 0);
  for (auto _ : state) {
    notes->clear();
    benchmark::DoNotOptimize(payload);
    benchmark::DoNotOptimize(Dissector::dissect(payload, memory, *notes));
    benchmark::ClobberMemory();
  }
  state.counters["octets"] = static_cast<double>(message.size());
}

Builder response() { return Builder(test::kQr | test::kRdFlag | test::kRaFlag); }

void query(benchmark::State& state) {
  offer(state, Builder().question("www.some-example.org", 1).opt(1232, true).done(), Side::client);
}
void query_mixed_case(benchmark::State& state) {
  offer(state, Builder().question("WwW.sOmE-eXaMpLe.OrG", 1).opt(1232, true).done(), Side::client);
}
void query_without_edns(benchmark::State& state) {
  offer(state, Builder().question("www.some-example.organisation.net", 1).done(), Side::client);
}
void query_short_name(benchmark::State& state) { offer(state, Builder().question("uu.nl", 1).done(), Side::client); }
void query_underscore_name(benchmark::State& state) {
  offer(state, Builder().question("_dmarc.some-example.org", 16).opt(1232, true).done(), Side::client);
}
void query_escaped_name(benchmark::State& state) {
  offer(state, Builder().question("www.some example.org", 1).opt(1232, true).done(), Side::client);
}
void query_longest_name(benchmark::State& state) {
  const std::string label(61, 'a');
  offer(state, Builder().question(label + "." + label + "." + label + "." + label, 1).opt(1232, true).done(),
        Side::client);
}
void response_a(benchmark::State& state) {
  offer(state, response().question("www.some-example.org", 1).record(1, 1, test::a_rdata()).opt(1232, false).done(),
        Side::server);
}
void response_cname_4a(benchmark::State& state) {
  Builder message = response();
  message.question("www.some-example.org", 1).record(1, 5, test::Wire{}.name("cdn.example.net").out);
  for (int i = 0; i < 4; ++i) message.owned(1, {0xc0, 0x32}, 1, test::a_rdata());
  offer(state, message.opt(1232, false).done(), Side::server);
}
void response_signed(benchmark::State& state) {
  offer(state,
        response()
            .question("www.some-example.org", 1)
            .record(1, 1, test::a_rdata())
            .record(1, 46, test::rrsig_rdata(1, 13))
            .opt(1232, true)
            .done(),
        Side::server);
}

BENCHMARK(query);
BENCHMARK(query_mixed_case);
BENCHMARK(query_without_edns);
BENCHMARK(query_short_name);
BENCHMARK(query_underscore_name);
BENCHMARK(query_escaped_name);
BENCHMARK(query_longest_name);
BENCHMARK(response_a);
BENCHMARK(response_cname_4a);
BENCHMARK(response_signed);

}  // namespace
}  // namespace uptake::dns
