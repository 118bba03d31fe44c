#include "tools/workload/traffic.h"

#include <algorithm>
#include <cstring>

namespace uptake::workload {

void Stage::commit(const Path& path, std::size_t captured, std::size_t wire) {
  truth.ipv6 += path.ipv6 ? 1 : 0;
  truth.vlan += path.vlan != 0 ? 1 : 0;
  truth.truncated += captured < wire ? 1 : 0;
  now_us_ += random.below(3);
  writer_.commit(captured, wire, now_us_);
}

Path fresh_path(Random& random, std::uint32_t server, std::uint16_t server_port) {
  Path path;
  path.client = random.below(1U << 20);
  path.server = server;
  path.client_port = static_cast<std::uint16_t>(random.between(32768, 60999));
  path.server_port = server_port;
  path.ipv6 = random.percent(35);
  path.vlan = static_cast<std::uint16_t>(random.percent(50) ? 100 + path.client % 8 : 0);
  return path;
}

namespace {

// The path of a bulk flow follows from its number, so that it needs no memory.
Path bulk_path(std::uint64_t seed, std::uint32_t flow) noexcept {
  const std::uint64_t h = mix(seed ^ flow);
  Path path;
  path.client = static_cast<std::uint32_t>(h & 0xfffff);
  path.server = static_cast<std::uint32_t>(h >> 20 & 0x1ffff);
  path.client_port = static_cast<std::uint16_t>(32768 + (h >> 37 & 0x3fff));
  path.server_port = (h >> 51 & 15) == 0 ? 80 : 443;
  path.ipv6 = (h >> 55) % 100 < 35;
  path.vlan = static_cast<std::uint16_t>((h >> 62 & 1) != 0 ? 100 + path.client % 8 : 0);
  return path;
}

struct Shape {
  Side from;
  std::size_t payload;
};

// Full segments down, bare acknowledgements up, and what lies between.
Shape tcp_shape(Random& random, bool ipv6) noexcept {
  const std::uint32_t draw = random.below(100);
  if (draw < 54) return {Side::server, ipv6 ? kTcpPayload - 20 : kTcpPayload};
  if (draw < 90) return {Side::client, 0};
  return {(draw & 1) != 0 ? Side::client : Side::server, random.between(40, 1400)};
}

Shape udp_shape(Random& random) noexcept {
  const std::uint32_t draw = random.below(100);
  if (draw < 62) return {Side::server, 1252};
  if (draw < 88) return {Side::client, random.between(26, 48)};
  return {(draw & 1) != 0 ? Side::client : Side::server, random.between(60, 1200)};
}

}  // namespace

Bulk::Bulk(std::uint32_t tcp_flows, std::uint32_t udp_flows, std::uint64_t seed)
    : seed_(mix(seed)), tcp_(tcp_flows), udp_(udp_flows) {
  for (std::uint32_t i = 0; i < tcp_flows; ++i) {
    const std::uint64_t h = mix(~seed_ ^ i);
    tcp_[i].sequence = {static_cast<std::uint32_t>(h), static_cast<std::uint32_t>(h >> 32)};
  }
}

void Bulk::tcp(Stage& stage) {
  const std::uint32_t flow = stage.random.below(static_cast<std::uint32_t>(tcp_.size()));
  const Path path = bulk_path(seed_, flow);
  const Shape shape = tcp_shape(stage.random, path.ipv6);
  const auto from = static_cast<std::size_t>(shape.from);
  std::uint32_t& sequence = tcp_[flow].sequence[from];
  // An acknowledgement repeats its sequence number: a clock of microseconds and the id show that it is no copy.
  const auto clock = static_cast<std::uint32_t>(stage.now_us());
  const TcpFields fields{sequence, tcp_[flow].sequence[from ^ 1], kAck, clock};
  const auto id = static_cast<std::uint16_t>(stage.frames() * 7919);
  std::uint8_t* out = stage.frame();
  const std::size_t header = put_tcp(out, path, shape.from, id, fields, shape.payload);
  stage.random.fill(out + header, shape.payload);
  sequence += static_cast<std::uint32_t>(shape.payload);
  ++stage.truth.bulk_tcp;
  stage.commit(path, header + shape.payload);
}

void Bulk::udp(Stage& stage) {
  const std::uint32_t flow = stage.random.below(static_cast<std::uint32_t>(udp_.size()));
  Path path = bulk_path(~seed_, flow);
  path.server_port = 443;
  const Shape shape = udp_shape(stage.random);
  std::uint32_t& sent = udp_[flow].sequence[static_cast<std::size_t>(shape.from)];
  const auto id = static_cast<std::uint16_t>(mix(flow) + ++sent);
  std::uint8_t* out = stage.frame();
  const std::size_t header = put_udp(out, path, shape.from, id, shape.payload);
  stage.random.fill(out + header, shape.payload);
  out[header] = static_cast<std::uint8_t>(0x40 | (out[header] & 0x3f));
  ++stage.truth.bulk_udp;
  stage.commit(path, header + shape.payload);
}

// RFC 9000 17.2.2: 1100RRPP, version, connection ids, token, length, then what header protection hides
void quic_initial(Stage& stage) {
  constexpr std::size_t kDatagram = 1200;
  const Path path = fresh_path(stage.random, stage.random.log_uniform(17), 443);
  std::uint8_t* out = stage.frame();
  const std::size_t header =
      put_udp(out, path, Side::client, static_cast<std::uint16_t>(stage.random.next()), kDatagram);
  std::uint8_t* quic = out + header;
  stage.random.fill(quic, kDatagram);
  quic[0] = static_cast<std::uint8_t>(0xc0 | (quic[0] & 0x0f));
  put32(quic + 1, 1);
  quic[5] = 8;                                  // destination connection id, eight octets follow
  quic[14] = 0;                                 // source connection id
  quic[15] = 0;                                 // token
  put16(quic + 16, 0x4000 | (kDatagram - 18));  // length of the rest
  ++stage.truth.quic_initials;
  stage.commit(path, header + kDatagram);
}

void flood_syn(Stage& stage, std::uint32_t ordinal) {
  // Odd multiplication is one to one, so the address is fresh for 2^23 ordinals; after that the port is.
  Path path;
  path.client = 0x800000U | (ordinal * 0x9e3779b1U & 0x7fffffU);
  path.client_port = static_cast<std::uint16_t>(1024 + (mix(ordinal) & 0x3fff) + (ordinal >> 23) * 0x4000U);
  path.server = stage.random.below(16);
  path.server_port = 443;
  path.ipv6 = ordinal % 3 == 0;
  std::uint8_t* out = stage.frame();
  const auto id = static_cast<std::uint16_t>(ordinal * 31);
  const TcpFields fields{static_cast<std::uint32_t>(stage.random.next()), 0, kSyn, stage.clock_ms()};
  const std::size_t length = put_tcp(out, path, Side::client, id, fields, 0);
  ++stage.truth.syns;
  stage.commit(path, length);
}

}  // namespace uptake::workload
