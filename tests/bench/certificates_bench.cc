// What a chain costs the join of certificates: one that was seen before, and a new one of a leaf and an issuer.

#include <benchmark/benchmark.h>

#include <memory>

#include "dissectors/tls/certificates.h"
#include "policy/correlate/certificates.h"
#include "policy/correlate/chain.h"
#include "tests/policy/correlate/authority.h"

namespace uptake::certificates {
namespace {

using namespace test;

struct Nowhere final : Findings {
  void note(std::uint16_t, std::uint64_t value, const About&, std::uint32_t) noexcept override {
    benchmark::DoNotOptimize(value);
  }
};

Filed filed_of(const Octets& body) {
  static constexpr std::string_view kName = "www.example.org";
  Filed filed;
  filed.about.packet_ns = static_cast<std::uint64_t>(kNow) * 1'000'000'000;
  filed.about.subject.name = {reinterpret_cast<const std::uint8_t*>(kName.data()), kName.size()};
  filed.bytes = body;
  return filed;
}

void seen_before(benchmark::State& state) {
  const Authority authority;
  const Digests digests = Digests::published();
  Join join(digests, JoinFiles{.trust_anchors = authority.pem()});
  const OwnCertificate leaf = authority.issue({.name = "a", .alt = "DNS:www.example.org"});
  const Octets body = message({leaf.get(), authority.root.get(), authority.root.get()});
  const Filed filed = filed_of(body);
  Nowhere nowhere;
  for (auto _ : state) {
    join.file(tls::kChain, filed, nowhere);
    join.file(tls::kEnd, filed, nowhere);
  }
  state.counters["octets"] = static_cast<double>(body.size());
}

/// Root, intermediate and leaf of one kind of key.
template <class MakeKey>
void is_new(benchmark::State& state, MakeKey make_key) {
  const OwnKey root_key = make_key();
  const OwnKey middle_key = make_key();
  const OwnKey key = make_key();
  const OwnCertificate root =
      certificate({.name = "root", .until = kNow + 10 * kDay, .ca = true}, root_key.get(), nullptr, nullptr);
  const OwnCertificate middle =
      certificate({.name = "middle", .ca = true}, middle_key.get(), root.get(), root_key.get());
  const OwnCertificate leaf =
      certificate({.name = "a", .alt = "DNS:www.example.org"}, key.get(), middle.get(), middle_key.get());
  const Octets body = message({leaf.get(), middle.get()});
  const Filed filed = filed_of(body);
  TrustAnchors anchors(pem_of(root.get()));
  benchmark::DoNotOptimize(anchors.store());
  for (auto _ : state) {
    const Chain chain(filed.bytes);
    Judged judged = chain.judge(anchors.store(), kNow);
    benchmark::DoNotOptimize(judged);
    benchmark::DoNotOptimize(chain.is_for(filed.about.subject.name));
  }
  state.counters["octets"] = static_cast<double>(body.size());
}
void new_p256(benchmark::State& state) { is_new(state, p256); }
void new_p384(benchmark::State& state) {
  is_new(state, [] { return OwnKey(EVP_EC_gen("P-384")); });
}
void new_rsa2048(benchmark::State& state) {
  is_new(state, [] { return rsa(2048); });
}
void new_rsa4096(benchmark::State& state) {
  is_new(state, [] { return rsa(4096); });
}

BENCHMARK(seen_before);
BENCHMARK(new_p256);
BENCHMARK(new_p384);
BENCHMARK(new_rsa2048);
BENCHMARK(new_rsa4096);

}  // namespace
}  // namespace uptake::certificates
