// What a chain costs the join of certificates: one that was seen before, a new one of an issuer that was, and the
// first of an issuer.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "dissectors/tls/certificates.h"
#include "policy/correlate/certificates/join.h"
#include "policy/correlate/certificates/verifier.h"
#include "tests/policy/correlate/certificates/authority.h"

namespace uptake::certificates {
namespace {

using namespace test;

struct Nowhere final : Findings {
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}
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

/// Root, intermediate, and leaves of the intermediate, of one kind of key.
struct Chains {
  template <class MakeKey>
  explicit Chains(MakeKey make_key) {
    const OwnKey root_key = make_key();
    const OwnKey middle_key = make_key();
    const OwnKey key = make_key();
    const OwnCertificate root =
        certificate({.name = "root", .until = kNow + 10 * kDay, .ca = true}, root_key.get(), nullptr, nullptr);
    const OwnCertificate middle =
        certificate({.name = "middle", .ca = true}, middle_key.get(), root.get(), root_key.get());
    for (int i = 0; i < 64; ++i) {
      const OwnCertificate leaf =
          certificate({.name = "a", .alt = "DNS:www.example.org"}, key.get(), middle.get(), middle_key.get());
      bodies.push_back(message({leaf.get(), middle.get()}));
    }
    pem = pem_of(root.get());
  }

  std::vector<Octets> bodies;
  std::string pem;
};

/// A leaf that was not seen before, of an issuer that was.
template <class MakeKey>
void new_leaf(benchmark::State& state, MakeKey make_key) {
  const Chains chains(make_key);
  Verifier verifier(chains.pem);
  const Bytes name = filed_of({}).about.subject.name;
  std::size_t next = 0;
  for (auto _ : state) {
    const Octets& body = chains.bodies[next++ % chains.bodies.size()];
    const Leaf leaf = verifier.leaf_of(body);
    benchmark::DoNotOptimize(verifier.judge(body, leaf, kNow));
    benchmark::DoNotOptimize(is_for(leaf.get(), name));
  }
  if (verifier.wholes() != 1) state.SkipWithError("the issuer was not kept");
  state.counters["octets"] = static_cast<double>(chains.bodies[0].size());
}
/// The first chain of an issuer.
template <class MakeKey>
void new_issuer(benchmark::State& state, MakeKey make_key) {
  const Chains chains(make_key);
  TrustAnchors anchors(chains.pem);
  benchmark::DoNotOptimize(anchors.store());
  for (auto _ : state) {
    const Chain chain(chains.bodies[0]);
    benchmark::DoNotOptimize(chain.judge(anchors.store(), kNow));
  }
}
OwnKey p384() { return OwnKey(EVP_EC_gen("P-384")); }
void new_leaf_p256(benchmark::State& state) { new_leaf(state, p256); }
void new_leaf_p384(benchmark::State& state) { new_leaf(state, p384); }
void new_leaf_rsa2048(benchmark::State& state) {
  new_leaf(state, [] { return rsa(2048); });
}
void new_leaf_rsa4096(benchmark::State& state) {
  new_leaf(state, [] { return rsa(4096); });
}
void new_issuer_p256(benchmark::State& state) { new_issuer(state, p256); }
void new_issuer_p384(benchmark::State& state) { new_issuer(state, p384); }
void new_issuer_rsa2048(benchmark::State& state) {
  new_issuer(state, [] { return rsa(2048); });
}

BENCHMARK(seen_before);
BENCHMARK(new_leaf_p256);
BENCHMARK(new_leaf_p384);
BENCHMARK(new_leaf_rsa2048);
BENCHMARK(new_leaf_rsa4096);
BENCHMARK(new_issuer_p256);
BENCHMARK(new_issuer_p384);
BENCHMARK(new_issuer_rsa2048);

}  // namespace
}  // namespace uptake::certificates
