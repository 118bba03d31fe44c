// What a chain and its TLSA records cost: the server's own key, an authority above it that OpenSSL verifies by, and
// the same when it is known.

#include <benchmark/benchmark.h>

#include <vector>

#include "policy/correlate/dane/matcher.h"
#include "tests/policy/correlate/dane/handshake.h"

namespace uptake::dane {
namespace {

using namespace certificates::test;

constexpr std::string_view kHost = "mx.example.test";

/// Matches 64 leaves of one authority in turn, with what `of` makes of a leaf and the authority.
template <class Records>
void match(benchmark::State& state, std::size_t places, Records of) {
  const Authority authority;
  std::vector<Octets> bodies;
  std::vector<Octets> records;
  for (int i = 0; i < 64; ++i) {
    const OwnCertificate leaf = authority.issue({.name = "leaf", .alt = "DNS:mx.example.test"});
    bodies.push_back(message({leaf.get(), authority.root.get()}));
    records.push_back(test::rrset_of({of(leaf.get(), authority.root.get())}));
  }
  Matcher matcher("", places);
  Asked asked{.records = {}, .name = {reinterpret_cast<const std::uint8_t*>(kHost.data()), kHost.size()}};
  asked.mail = true;
  asked.seconds = kNow;
  std::size_t next = 0;
  for (auto _ : state) {
    const std::size_t which = next++ % bodies.size();
    asked.records = records[which];
    const Matched matched = matcher.match(bodies[which], asked);
    if (matched.match != Match::valid) state.SkipWithError("it does not match");
  }
  state.counters["verified"] = static_cast<double>(matcher.verified()) / static_cast<double>(next);
}
test::Record own(X509* leaf, X509*) { return test::record_of(3, 1, 1, leaf); }
test::Record above(X509*, X509* root) { return test::record_of(2, 0, 1, root); }

void dane_3_1_1(benchmark::State& state) { match(state, 4, own); }
void dane_2_0_1(benchmark::State& state) { match(state, 4, above); }
void dane_2_0_1_known(benchmark::State& state) { match(state, 1024, above); }

BENCHMARK(dane_3_1_1);
BENCHMARK(dane_2_0_1);
BENCHMARK(dane_2_0_1_known);

}  // namespace
}  // namespace uptake::dane
