// What a response costs the validation: one whose signature was verified before, a new one, and one of a zone with 13
// keys of one tag and 40 signatures.

#include <benchmark/benchmark.h>

#include <vector>

#include "tests/policy/correlate/dnssec/keytrap.h"

namespace uptake::dnssec {
namespace {

using namespace test;

struct Nowhere final : Findings {
  void note(std::uint16_t, std::uint64_t value, const About&, std::uint32_t) noexcept override {
    benchmark::DoNotOptimize(value);
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}
};

/// Too few places for verdicts to be remembered.
constexpr Join::Bounds kForgetful{.chain = {.verifier = {.verdicts = 4}}};

struct Pool {
  std::vector<Octets> messages;
  dns::ResponseBits said;
};
Pool addresses(const World& world, int count) {
  Pool pool;
  for (int i = 0; i < count; ++i) {
    const Reply reply = world.address("h" + std::to_string(i) + ".example.test");
    pool.messages.push_back(reply.done());
    pool.said = reply.said;
  }
  return pool;
}

void answer_each(benchmark::State& state, Filing& filing, const Pool& pool) {
  Nowhere nowhere;
  std::size_t next = 0;
  Filed filed;
  filed.about.packet_ns = Filing::ns(1);
  filed.value = pool.said.pack();
  for (auto _ : state) {
    filed.bytes = pool.messages[next];
    filing.join.file(0, filed, nowhere);
    if (++next == pool.messages.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

void seen_before(benchmark::State& state) {
  const World world;
  Filing filing(world.files());
  world.link(filing);
  const Pool pool = addresses(world, 1000);
  for (const Octets& message : pool.messages) filing.file(message, pool.said);
  answer_each(state, filing, pool);
}

void is_new(benchmark::State& state) {
  const World world;
  Filing filing(world.files(), kForgetful);
  world.link(filing);
  answer_each(state, filing, addresses(world, 100));
}

void keytrap(benchmark::State& state) {
  const KeyTrap trap;
  Filing filing(trap.world.files(), kForgetful);
  trap.link(filing);
  Pool pool;
  for (unsigned i = 0; i < 20; ++i) {
    const Reply reply = trap.answer(i);
    pool.messages.push_back(reply.done());
    pool.said = reply.said;
  }
  answer_each(state, filing, pool);
}

void unsigned_zone(benchmark::State& state) {
  const World world;
  Filing filing(world.files());
  world.link(filing);
  Reply referral("www.plain.test", 1, 0, 0);
  referral.add(2, "plain.test", 2, wire("ns.plain.test"));
  referral.add(2, world.tld, "plain.test", 47, {nsec("q.test", {2, 46, 47})});
  filing.file(referral);
  Reply plain("www.plain.test", 1);
  plain.add(1, "www.plain.test", 1, dns::test::a_rdata());
  answer_each(state, filing, {{plain.done()}, plain.said});
}

BENCHMARK(seen_before);
BENCHMARK(is_new);
BENCHMARK(keytrap);
BENCHMARK(unsigned_zone);

}  // namespace
}  // namespace uptake::dnssec
