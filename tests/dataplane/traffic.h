#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataplane/sources/source.h"
#include "dissectors/frame/frame.h"

namespace uptake::test {

/// Traffic: Ethernet frames made to measure, and a Source that delivers them in chunks of any size.
class Traffic {
 public:
  struct Packet {
    std::vector<std::uint8_t> bytes;
    std::uint64_t time_ns = 0;
    std::uint32_t captured = 0;  ///< 0: all
  };
  struct Ends {
    std::uint32_t client = 1;  ///< 10.0.0.0 + n, or 2001:db8::n
    std::uint32_t server = 1;  ///< 203.0.113.0 + n, or 2001:db8:1::n
    std::uint16_t client_port = 40000;
    std::uint16_t server_port = 9999;
    bool v6 = false;
    std::uint32_t client_middle = 0;  ///< octets 8 to 11 of its IPv6 address
  };

  std::vector<Packet> packets;
  std::uint64_t now_ns = 1'700'000'000'000'000'000ULL;
  std::uint64_t step_ns = 100'000;

  void tcp(const Ends& ends, bool from_client, std::uint8_t flags, std::uint32_t seq, std::uint32_t ack,
           std::string_view payload = {}) {
    std::vector<std::uint8_t> l4;
    put16(l4, from_client ? ends.client_port : ends.server_port);
    put16(l4, from_client ? ends.server_port : ends.client_port);
    put32(l4, seq);
    put32(l4, ack);
    l4.insert(l4.end(), {0x50, flags, 0x20, 0x00, 0, 0, 0, 0});
    l4.insert(l4.end(), payload.begin(), payload.end());
    send(ends, from_client, 6, l4);
  }
  void udp(const Ends& ends, bool from_client, std::string_view payload) {
    std::vector<std::uint8_t> l4;
    put16(l4, from_client ? ends.client_port : ends.server_port);
    put16(l4, from_client ? ends.server_port : ends.client_port);
    put16(l4, static_cast<std::uint16_t>(payload.size() + 8));
    put16(l4, static_cast<std::uint16_t>(0x1111 + packets.size()));
    l4.insert(l4.end(), payload.begin(), payload.end());
    send(ends, from_client, 17, l4);
  }
  /// SYN, SYN-ACK, ACK. Sequence numbers 1000 and 5000 (the last octets before the data).
  void open(const Ends& ends) {
    tcp(ends, true, tcp::kSyn, 1000, 0);
    tcp(ends, false, tcp::kSyn | tcp::kAck, 5000, 1001);
    tcp(ends, true, tcp::kAck, 1001, 5001);
  }

 private:
  static void put16(std::vector<std::uint8_t>& o, std::uint32_t v) {
    o.push_back(static_cast<std::uint8_t>(v >> 8));
    o.push_back(static_cast<std::uint8_t>(v));
  }
  static void put32(std::vector<std::uint8_t>& o, std::uint32_t v) {
    put16(o, v >> 16);
    put16(o, v & 0xffff);
  }
  void send(const Ends& ends, bool from_client, std::uint8_t protocol, const std::vector<std::uint8_t>& l4) {
    std::vector<std::uint8_t> o(12, 2);
    const auto length = static_cast<std::uint16_t>(l4.size());
    if (ends.v6) {
      o.insert(o.end(), {0x86, 0xdd, 0x60, 0, 0, 0});
      put16(o, length);
      o.insert(o.end(), {protocol, 64});
      const auto address = [&](bool client) {
        put32(o, 0x20010db8);
        put32(o, client ? 0 : 0x00010000);
        put32(o, client ? ends.client_middle : 0);
        put32(o, client ? ends.client : ends.server);
      };
      address(from_client);
      address(!from_client);
    } else {
      o.insert(o.end(), {0x08, 0x00, 0x45, 0});
      put16(o, length + 20U);
      put16(o, ++id_);
      o.insert(o.end(), {0, 0, 64, protocol, 0, 0});
      const std::uint32_t client = 0x0a000000 + ends.client;
      const std::uint32_t server = 0xcb007100 + ends.server;
      put32(o, from_client ? client : server);
      put32(o, from_client ? server : client);
    }
    o.insert(o.end(), l4.begin(), l4.end());
    packets.push_back({std::move(o), now_ns, 0});
    now_ns += step_ns;
  }
  std::uint16_t id_ = 0;
};

/// MemorySource: delivers packets from memory, `per_chunk` frames at a time. Borrows them.
class MemorySource final : public Source {
 public:
  MemorySource(const std::vector<Traffic::Packet>& packets, std::size_t per_chunk)
      : packets_(packets), per_chunk_(per_chunk) {}
  bool next(Chunk& chunk) override {
    chunk.frames.clear();
    while (at_ < packets_.size() && chunk.frames.size() < per_chunk_ && chunk.frames.room() > 0) {
      const Traffic::Packet& packet = packets_[at_];
      const auto size = static_cast<std::uint32_t>(packet.bytes.size());
      const std::uint32_t captured = packet.captured == 0 ? size : std::min(size, packet.captured);
      chunk.frames.push_back({packet.bytes.data(), captured, size, packet.time_ns, at_++, LinkType::ethernet});
    }
    return !chunk.frames.empty();
  }
  [[nodiscard]] Progress progress() const noexcept override { return {at_, packets_.size(), at_}; }
  [[nodiscard]] std::vector<Damage> damages() const override { return {}; }

 private:
  const std::vector<Traffic::Packet>& packets_;
  std::size_t per_chunk_;
  std::size_t at_ = 0;
};

}  // namespace uptake::test
