// Payloads that hold pcap records: a reader that guesses where a record starts must not believe them. Some of these
// chains end where their frame ends, so that a walk along them runs on into the real records; some are cut short.

#include <algorithm>
#include <cstring>

#include "tools/workload/traffic.h"

namespace uptake::workload {
namespace {

constexpr std::size_t kRecordHeader = 16;
constexpr std::size_t kLargestInner = 600;
constexpr std::size_t kSmallestRecord = kRecordHeader + 60;

void little32(std::uint8_t* out, std::uint64_t value) noexcept {
  for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> 8 * i);
}

void put_record_header(std::uint8_t* out, std::uint64_t time_us, std::size_t captured) noexcept {
  little32(out, time_us / 1'000'000);
  little32(out + 4, time_us % 1'000'000);
  little32(out + 8, captured);
  little32(out + 12, captured);
}

}  // namespace

// A frame that would count if it were read: a DNS response or a ClientHello; padded or filler where that has no room.
std::size_t Embedding::inner(Stage& stage, std::uint8_t* out, std::size_t room) {
  Random& random = stage.random;
  const Values values{random.log_uniform(20), static_cast<std::uint16_t>(random.next())};
  const bool dns = random.percent(70);
  fill_in(dns ? dns_.draw(random) : tls_.draw(random), values, random, streams_);
  const std::vector<std::uint8_t>& stream = streams_[dns ? 1 : 0];
  const std::size_t payload = std::min(stream.size(), kLargestInner - 100);
  const Path path = fresh_path(random, values.name, dns ? 53 : 443);
  std::uint8_t headers[128];
  const TcpFields fields{static_cast<std::uint32_t>(random.next()), 0, kPush | kAck, stage.clock_ms()};
  const Side from = dns ? Side::server : Side::client;
  const std::size_t header = dns ? put_udp(headers, path, from, values.id, payload)
                                 : put_tcp(headers, path, from, values.id, fields, payload);
  if (header + payload > room) return 0;
  std::memcpy(out, headers, header);
  std::memcpy(out + header, stream.data(), payload);
  return header + payload;
}

std::size_t Embedding::records(Stage& stage, std::uint8_t* out, std::size_t room, bool to_the_end) {
  std::size_t used = 0;
  std::uint64_t time_us = stage.now_us();
  while (room - used >= 2 * kSmallestRecord) {
    const std::size_t left = room - used - kRecordHeader;
    const std::size_t length = inner(stage, out + used + kRecordHeader, left - kSmallestRecord);
    if (length == 0) break;
    put_record_header(out + used, time_us += stage.random.below(3), length);
    used += kRecordHeader + length;
    ++stage.truth.embedded_records;
  }
  if (to_the_end && room - used > kRecordHeader) {
    put_record_header(out + used, time_us, room - used - kRecordHeader);
    stage.random.fill(out + used + kRecordHeader, room - used - kRecordHeader);
    ++stage.truth.embedded_records;
    return room;
  }
  return used;
}

void Embedding::emit(Stage& stage) {
  Random& random = stage.random;
  const bool large = random.percent(3);
  const std::size_t payload = large ? random.between(20000, 65000) : random.between(700, 1400);
  Path path = fresh_path(random, random.log_uniform(17), 0);
  path.server_port = static_cast<std::uint16_t>(random.between(61000, 65000));
  std::uint8_t* out = stage.frame();
  const std::size_t header = put_udp(out, path, Side::client, static_cast<std::uint16_t>(random.next()), payload);
  const std::size_t before = random.below(random.percent(50) ? 1 : 40);
  random.fill(out + header, before);
  const std::size_t used = before + records(stage, out + header + before, payload - before, random.percent(50));
  random.fill(out + header + used, payload - used);
  ++stage.truth.embedding_frames;
  // A snap length that cuts within a record.
  const std::size_t wire = header + payload;
  stage.commit(path, random.percent(10) ? std::min<std::size_t>(wire, random.between(200, 600)) : wire, wire);
}

}  // namespace uptake::workload
