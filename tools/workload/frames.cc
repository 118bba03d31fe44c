#include "tools/workload/frames.h"

#include <cstring>

#include "tools/workload/random.h"

namespace uptake::workload {
namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17;

// IEEE 802.3, 802.1Q
std::size_t put_ethernet(std::uint8_t* out, const Path& path, Side from) noexcept {
  constexpr std::uint8_t kCustomers[6] = {2, 0, 0, 0, 0, 1}, kInternet[6] = {2, 0, 0, 0, 0, 2};
  const bool up = from == Side::client;
  std::memcpy(out, up ? kInternet : kCustomers, 6);
  std::memcpy(out + 6, up ? kCustomers : kInternet, 6);
  std::size_t at = 12;
  if (path.vlan != 0) {
    put16(out + at, 0x8100);
    put16(out + at + 2, path.vlan);
    at += 4;
  }
  put16(out + at, path.ipv6 ? 0x86dd : 0x0800);
  return at + 2;
}

void put_client4(std::uint8_t* out, std::uint32_t client) noexcept { put32(out, 0x0a000000U | (client & 0xffffffU)); }
void put_server4(std::uint8_t* out, std::uint32_t server) noexcept { put32(out, 0xc6120000U | (server & 0x1ffffU)); }

void put_client6(std::uint8_t* out, std::uint32_t client) noexcept {
  put32(out, 0x20010db8U);
  put32(out + 4, 0x80000000U | (client & 0x7fffffU) << 8);
  std::uint64_t interface = mix(client);
  // One in sixteen makes its address of its MAC address (RFC 4291 appendix A).
  if ((client & 15) == 0) interface = (interface & 0xffffff0000ffffffU) | 0x0200000000000000U | 0x000000fffe000000U;
  put32(out + 8, interface >> 32);
  put32(out + 12, interface);
}

void put_server6(std::uint8_t* out, std::uint32_t server) noexcept {
  put32(out, 0x20010db8U);
  put32(out + 4, 0x00050000U);
  put32(out + 8, 0);
  put32(out + 12, server);
}

// RFC 1071
std::uint16_t checksum(const std::uint8_t* header) noexcept {
  std::uint32_t sum = 0;
  for (unsigned i = 0; i < 20; i += 2) sum += static_cast<std::uint32_t>(header[i] << 8 | header[i + 1]);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

// RFC 791 3.1, RFC 8200 3
std::size_t put_ip(std::uint8_t* out, const Path& path, Side from, std::uint16_t id, std::uint8_t protocol,
                   std::size_t length) noexcept {
  const bool up = from == Side::client;
  const auto hops = static_cast<std::uint8_t>(up ? 63 : 57);
  if (path.ipv6) {
    put32(out, 0x60000000U);
    put16(out + 4, length);
    out[6] = protocol;
    out[7] = hops;
    put_client6(out + (up ? 8 : 24), path.client);
    put_server6(out + (up ? 24 : 8), path.server);
    return 40;
  }
  put16(out, 0x4500);
  put16(out + 2, length + 20);
  put16(out + 4, id);
  put16(out + 6, 0x4000);  // don't fragment
  out[8] = hops;
  out[9] = protocol;
  put16(out + 10, 0);
  put_client4(out + (up ? 12 : 16), path.client);
  put_server4(out + (up ? 16 : 12), path.server);
  put16(out + 10, checksum(out));
  return 20;
}

void put_ports(std::uint8_t* out, const Path& path, Side from) noexcept {
  const bool up = from == Side::client;
  put16(out, up ? path.client_port : path.server_port);
  put16(out + 2, up ? path.server_port : path.client_port);
}

void put_timestamps(std::uint8_t* out, std::uint32_t clock) noexcept {
  out[0] = 8;
  out[1] = 10;
  put32(out + 2, clock);
  put32(out + 6, clock - 20);
}

}  // namespace

std::size_t put_tcp(std::uint8_t* out, const Path& path, Side from, std::uint16_t id, const TcpFields& tcp,
                    std::size_t payload) noexcept {
  const bool syn = (tcp.flags & kSyn) != 0;
  const std::size_t header = syn ? 40 : 32;
  std::size_t at = put_ethernet(out, path, from);
  at += put_ip(out + at, path, from, id, kTcp, header + payload);
  std::uint8_t* tcp_header = out + at;
  put_ports(tcp_header, path, from);
  put32(tcp_header + 4, tcp.sequence);
  put32(tcp_header + 8, tcp.acknowledged);
  put16(tcp_header + 12, header << 10 | tcp.flags);
  put16(tcp_header + 14, 0xfa00);
  // Not computed, but different wherever the header is.
  const std::uint64_t look = mix(std::uint64_t{tcp.acknowledged} << 32 | tcp.sequence) ^ mix(tcp.clock);
  put16(tcp_header + 16, static_cast<std::size_t>(look & 0xffff) | 1);
  put16(tcp_header + 18, 0);
  if (syn) {
    put32(tcp_header + 20, 0x020405b4U);  // maximum segment size 1460
    put16(tcp_header + 24, 0x0402);       // selective acknowledgement permitted
    put_timestamps(tcp_header + 26, tcp.clock);
    put32(tcp_header + 36, 0x01030307U);  // window scale 7
  } else {
    put16(tcp_header + 20, 0x0101);
    put_timestamps(tcp_header + 22, tcp.clock);
  }
  return at + header;
}

std::size_t put_udp(std::uint8_t* out, const Path& path, Side from, std::uint16_t id, std::size_t payload) noexcept {
  std::size_t at = put_ethernet(out, path, from);
  at += put_ip(out + at, path, from, id, kUdp, 8 + payload);
  put_ports(out + at, path, from);
  put16(out + at + 4, 8 + payload);
  // Not computed, but never 0, which would mean "none" and is forbidden over IPv6 (RFC 8200 8.1).
  put16(out + at + 6, static_cast<std::size_t>(mix(id ^ payload << 16) & 0xffff) | 1);
  return at + 8;
}

}  // namespace uptake::workload
