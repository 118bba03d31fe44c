#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "tests/dataplane/tracked.h"

namespace uptake::test {

/// Spoken: flows spoken segment by segment to the real tracker and its listener, without frames. Each payload is an
/// exact copy on the heap, so that a sanitizer sees a read past its end. One flow at a time; end() makes it as new.
class Spoken {
 public:
  Spoken(std::vector<Row> rows, Tracked::Hear hear) : tracked_(std::move(rows), 1, std::move(hear)) {}

  [[nodiscard]] FactId base(std::string_view dissector) const { return tracked_.base(dissector); }
  std::uint16_t server_port = 443;

  /// One segment or datagram; `cut` octets of it were not captured.
  void tcp(Side from, std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgement, Bytes payload = {},
           std::uint32_t cut = 0) {
    Segment segment = between(from, frame::protocol::kTcp, payload.size() + 40);
    segment.tcp_flags = flags;
    segment.sequence = sequence;
    segment.acknowledgement = acknowledgement;
    track(segment, payload, cut);
  }
  void udp(Side from, Bytes payload, std::uint32_t cut = 0) {
    track(between(from, frame::protocol::kUdp, payload.size() + 28), payload, cut);
  }
  /// Ends the flow and forgets it.
  void end() {
    tracked_.end(frame_);
    frame_.packet_ns = frame_.time_ns += 61'000'000'000;
  }
  /// Nothing of the pools is in use.
  [[nodiscard]] bool all_given_back() {
    return tracked_.pending() == 0 && tracked_.free_chunks() == kShards * ConversationPool::kChunks;
  }

 private:
  [[nodiscard]] Segment between(Side from, std::uint8_t protocol, std::size_t length) const {
    Segment segment;
    Address client;
    Address server;
    client.octets[0] = 10;
    server.octets[0] = 203;
    const bool is_client = from == Side::client;
    segment.has_ip = segment.has_ports = true;
    segment.source = is_client ? client : server;
    segment.destination = is_client ? server : client;
    segment.source_port = is_client ? std::uint16_t{40000} : server_port;
    segment.destination_port = is_client ? server_port : std::uint16_t{40000};
    segment.protocol = protocol;
    segment.ip_length = static_cast<std::uint32_t>(length);
    return segment;
  }
  void track(Segment segment, Bytes payload, std::uint32_t cut) {
    const auto exact = std::make_unique<std::uint8_t[]>(payload.size());
    std::copy(payload.begin(), payload.end(), exact.get());
    segment.payload = exact.get();
    segment.payload_captured = static_cast<std::uint32_t>(payload.size());
    segment.payload_wire = segment.payload_captured + cut;
    frame_.packet_ns = frame_.time_ns += 1'000'000;
    ++frame_.ordinal;
    (void)tracked_.track(frame_, segment);
  }

  Tracked tracked_;
  Frame frame_;
};

}  // namespace uptake::test
