// Header decode of one frame that stands in the first-level cache: the cost without memory.

#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>

#include "dissectors/frame/decode.h"
#include "tests/dissectors/frame/packets.h"

namespace uptake {
namespace {

using namespace test;

void run(benchmark::State& state, const Octets& octets) {
  const Frame frame = frame_of(octets);
  Segment segment;
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode(frame, segment));
    benchmark::DoNotOptimize(segment);
    benchmark::ClobberMemory();
  }
}

Octets tagged(unsigned tag, unsigned ethertype, const Octets& payload) {
  Octets o;
  put16(o, tag);
  put16(o, ethertype);
  put(o, payload);
  return ethernet(0x8100, o);
}

void ethernet_ipv4_tcp(benchmark::State& state) {
  run(state, ethernet(0x0800, ipv4(6, tcp_segment(40000, 443, numbers(900)))));
}
void ethernet_ipv4_udp(benchmark::State& state) {
  run(state, ethernet(0x0800, ipv4(17, udp_datagram(40000, 443, numbers(900)))));
}
void ethernet_ipv6_tcp(benchmark::State& state) {
  run(state, ethernet(0x86dd, ipv6(6, tcp_segment(40000, 443, numbers(900)))));
}
void vlan_ipv4_tcp(benchmark::State& state) {
  run(state, tagged(7, 0x0800, ipv4(6, tcp_segment(40000, 443, numbers(900)))));
}
void vxlan_ipv4_tcp(benchmark::State& state) {
  Octets o = {8, 0, 0, 0, 0, 0, 9, 0};
  put(o, ethernet(0x0800, ipv4(6, tcp_segment(40000, 443, numbers(900)))));
  run(state, ethernet(0x0800, ipv4(17, udp_datagram(50000, 4789, o))));
}

// A mix, so that the branches are not all foretold: ports and families alternate irregularly.
void mixed(benchmark::State& state) {
  std::array<Octets, 64> frames;
  std::uint32_t seed = 1;
  for (Octets& octets : frames) {
    seed = seed * 1664525 + 1013904223;
    const unsigned port = 1024 + (seed >> 8 & 0x7fff);
    const Octets body = numbers(64);
    const bool udp_frame = (seed >> 28) < 4;
    const Octets segment = udp_frame ? udp_datagram(port, 8443, body) : tcp_segment(port, 443, body);
    const unsigned protocol = udp_frame ? 17 : 6;
    octets =
        (seed >> 24 & 7) < 3 ? ethernet(0x86dd, ipv6(protocol, segment)) : ethernet(0x0800, ipv4(protocol, segment));
  }
  std::size_t at = 0;
  Segment segment;
  for (auto _ : state) {
    const Frame frame = frame_of(frames[at++ & 63]);
    benchmark::DoNotOptimize(decode(frame, segment));
    benchmark::DoNotOptimize(segment);
    benchmark::ClobberMemory();
  }
}

BENCHMARK(ethernet_ipv4_tcp);
BENCHMARK(ethernet_ipv4_udp);
BENCHMARK(ethernet_ipv6_tcp);
BENCHMARK(vlan_ipv4_tcp);
BENCHMARK(vxlan_ipv4_tcp);
BENCHMARK(mixed);

}  // namespace
}  // namespace uptake
