#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataplane/sources/file_source.h"
#include "dissectors/frame/decode.h"
#include "tests/dissectors/frame/packets.h"

namespace uptake::bench {

using test::Octets;

/// FlowNumbers: the numbers below `flows` again and again, in an order that no prefetcher knows: once each a round.
class FlowNumbers {
 public:
  explicit FlowNumbers(std::uint32_t flows) noexcept : flows_(flows) {}
  [[nodiscard]] std::uint32_t operator[](std::uint64_t i) const noexcept {
    return static_cast<std::uint32_t>(i % flows_ * kPrime % flows_);
  }
  [[nodiscard]] std::uint32_t count() const noexcept { return flows_; }

 private:
  static constexpr std::uint64_t kPrime = 2654435761U;  // divides no number of flows
  std::uint32_t flows_;
};

/// Preload: frames of Ethernet and IPv4 in memory, whose addresses and ports are those of any flow by number.
/// Sixteen flows to a client, 4096 servers.
class Preload {
 public:
  explicit Preload(std::size_t frames) : bytes_(frames * kStride), sizes_(frames) {}

  [[nodiscard]] std::size_t size() const noexcept { return sizes_.size(); }
  void load(std::size_t at, const Octets& frame) {
    sizes_.at(at) = static_cast<std::uint32_t>(frame.size());
    std::memcpy(octets(at), frame.data(), frame.size());
  }
  void readdress(std::size_t at, std::uint32_t flow, bool from_client, std::uint16_t service) noexcept {
    const std::uint32_t client = 0x0a000000U | flow >> 4;
    const std::uint32_t server = 0xc6120000U | (flow * 0x9e3779b9U) >> 20;
    const auto port = static_cast<std::uint16_t>(32768U + (flow & 15U) * 997U);
    put32(at, kSource, from_client ? client : server);
    put32(at, kSource + 4, from_client ? server : client);
    put16(at, kPorts, from_client ? port : service);
    put16(at, kPorts + 2, from_client ? service : port);
  }
  /// Of a TCP segment.
  void renumber(std::size_t at, std::uint32_t sequence, std::uint32_t acknowledgement) noexcept {
    put32(at, kPorts + 4, sequence);
    put32(at, kPorts + 8, acknowledgement);
  }
  [[nodiscard]] Frame frame(std::size_t at) const noexcept {
    return {bytes_.data() + at * kStride, sizes_[at], sizes_[at], 0, 0, LinkType::ethernet};
  }
  [[nodiscard]] std::uint8_t* octets(std::size_t at) noexcept { return bytes_.data() + at * kStride; }

 private:
  // As far apart as packet buffers: an odd number of cache lines, so that headers spread over the cache's sets.
  static constexpr std::size_t kStride = 37 * std::size_t{64};
  static constexpr std::size_t kSource = 14 + 12;
  static constexpr std::size_t kPorts = 14 + 20;

  void put16(std::size_t at, std::size_t offset, std::uint32_t v) noexcept {
    octets(at)[offset] = static_cast<std::uint8_t>(v >> 8);
    octets(at)[offset + 1] = static_cast<std::uint8_t>(v);
  }
  void put32(std::size_t at, std::size_t offset, std::uint32_t v) noexcept {
    put16(at, offset, v >> 16);
    put16(at, offset + 2, v);
  }

  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint32_t> sizes_;
};

[[nodiscard]] inline Octets tcp_frame(std::uint8_t flags, const Octets& payload) {
  return test::ethernet(0x0800, test::ipv4(6, test::tcp_segment(1, 2, payload, flags)));
}
[[nodiscard]] inline Octets udp_frame(const Octets& payload) {
  return test::ethernet(0x0800, test::ipv4(17, test::udp_datagram(1, 2, payload)));
}

/// Hellos: the first segments of a TLS connection's two sides, as a capture has them.
struct Hellos {
  Octets client;
  Octets server;

  /// The client's, asking for one of 676 names when it asks for a name under `example`.
  [[nodiscard]] Octets client_with_name(std::size_t i) const {
    static constexpr std::string_view kUnder = ".example.";
    Octets hello = client;
    const auto at = std::search(hello.begin(), hello.end(), kUnder.begin(), kUnder.end());
    if (at == hello.end() || at - hello.begin() < 2) return hello;
    at[-1] = static_cast<std::uint8_t>('a' + i % 26);
    at[-2] = static_cast<std::uint8_t>('a' + i / 26 % 26);
    return hello;
  }
};

/// The hellos of every IPv4 connection of a capture in which each comes in one segment.
[[nodiscard]] inline std::vector<Hellos> hellos_of(const std::string& path) {
  OpenedFiles files = open_files({path});
  std::vector<Hellos> found;
  std::map<std::uint16_t, Octets> clients;  // by the client's port
  Chunk chunk;
  while (files.source != nullptr && files.source->next(chunk)) {
    for (const Frame& frame : chunk.frames) {
      Segment segment;
      if (decode(frame, segment) != Disposition::parsed || segment.source.family != Family::v4) continue;
      if (segment.protocol != 6 || segment.payload_captured < 6 || segment.payload[0] != 22) continue;
      const Octets payload(segment.payload, segment.payload + segment.payload_captured);
      const bool one_record = payload.size() == 5U + static_cast<unsigned>(payload[3] << 8 | payload[4]);
      if (payload[5] == 1 && one_record) clients[segment.source_port] = payload;
      if (payload[5] != 2) continue;
      const auto client = clients.extract(segment.destination_port);
      if (!client.empty()) found.push_back({client.mapped(), payload});
    }
  }
  return found;
}

}  // namespace uptake::bench
