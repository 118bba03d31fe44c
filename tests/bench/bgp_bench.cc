// What a table of BGP costs, by route: reading its UPDATEs, and with the join that tells new routes from old ones;
// best of some rounds. bgp_bench --write FILE [ROUTES] writes the session as a capture, for the whole program:
// `uptake read FILE`.

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "dissectors/bgp/bgp.h"
#include "policy/correlate/routes/join.h"
#include "tests/dataplane/traffic.h"
#include "tests/dissectors/bgp/table.h"

namespace {

using namespace uptake;
using namespace uptake::bgp::test;

constexpr std::uint32_t kRoutes = 1'000'000;

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Counting: Findings that only counts.
struct Counting final : Findings {
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}
  void note(std::uint16_t, std::uint64_t, const About&, std::uint32_t count) noexcept override { routes += count; }
  std::uint64_t routes = 0;
};

/// Reads the table as the worker offers it, in pieces of 64 KiB; with `join`, what is shown goes to it.
double read_table(const Wire& table, routes::Join* join, Counting& counting) {
  static constexpr std::array<std::uint8_t, bgp::kKindCount> kWanted = {1, 0};
  const auto room = std::make_unique<ExhibitRoom>();
  const auto notes = std::make_unique<Notes>();
  const std::uint64_t packet_ns = 1;
  if (join != nullptr) notes->take_exhibits(*room, kWanted, packet_ns);
  bgp::Dialogue dialogue;
  const Subject subject;
  const double start = seconds();
  for (std::size_t at = 0; at < table.size();) {
    Payload payload;
    payload.bytes = Bytes(table).subspan(at, std::min<std::size_t>(table.size() - at, 60'000));
    payload.wire = static_cast<std::uint32_t>(payload.bytes.size());
    payload.stream = true;
    payload.server_port = 179;
    notes->about(subject, 0);
    Carried carried;
    Call call{payload, *notes, carried, nullptr};
    const Result result = bgp::Dissector::dissect(call, dialogue);
    for (const Exhibit& one : notes->exhibits())
      join->file(0, {{subject, packet_ns}, one.bytes, one.value, at, one.kind, Filed::kOfFrame}, counting);
    notes->clear();
    at += result.consumed;
    if (result.consumed == 0) break;
  }
  if (join != nullptr) join->finish(counting);
  return seconds() - start;
}

void put32(std::FILE* file, std::uint32_t value) { std::fwrite(&value, sizeof value, 1, file); }

int write(const char* path, std::uint32_t routes) {
  std::FILE* const file = std::fopen(path, "wb");
  if (file == nullptr) return 1;
  for (const std::uint32_t word : {0xa1b23c4dU, 0x00040002U, 0U, 0U, 262144U, 1U}) put32(file, word);
  test::Traffic traffic;
  traffic.step_ns = 20'000;
  const test::Traffic::Ends ends{.server_port = 179};
  const auto flush = [&] {
    for (const auto& packet : traffic.packets) {
      put32(file, static_cast<std::uint32_t>(packet.time_ns / 1'000'000'000));
      put32(file, static_cast<std::uint32_t>(packet.time_ns % 1'000'000'000));
      put32(file, static_cast<std::uint32_t>(packet.bytes.size()));
      put32(file, static_cast<std::uint32_t>(packet.bytes.size()));
      std::fwrite(packet.bytes.data(), 1, packet.bytes.size(), file);
    }
    traffic.packets.clear();
  };
  std::uint32_t sequence = 1001;
  const auto say = [&](const std::string& octets) {
    traffic.tcp(ends, true, tcp::kAck, sequence, 5001, octets);
    sequence += static_cast<std::uint32_t>(octets.size());
  };
  traffic.open(ends);
  const Wire opens = open(64496, families() + as4(64496));
  say({opens.begin(), opens.end()});
  const Wire answer = open(64497, families() + as4(64497)) + keepalive();
  traffic.tcp(ends, false, tcp::kAck, 5001, sequence, std::string(answer.begin(), answer.end()));
  std::string pending(19, static_cast<char>(0xff));
  pending[16] = 0;
  pending[17] = 19;
  pending[18] = 4;
  for (std::uint32_t i = 0; i < routes / kRoutesPerUpdate; ++i) {
    const Wire one = table_update(i);
    pending.append(one.begin(), one.end());
    for (; pending.size() >= 1448; pending.erase(0, 1448)) say(pending.substr(0, 1448));
    if (traffic.packets.size() > 1000) flush();
  }
  say(pending);
  flush();
  return std::fclose(file);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 3 && std::strcmp(argv[1], "--write") == 0)
    return write(argv[2], argc > 3 ? static_cast<std::uint32_t>(std::atoi(argv[3])) : kRoutes);
  Wire table;
  for (std::uint32_t i = 0; i < kRoutes / kRoutesPerUpdate; ++i) {
    const Wire one = table_update(i);
    table.insert(table.end(), one.begin(), one.end());
  }
  std::printf("%u routes, %.1f octets each\n", kRoutes, static_cast<double>(table.size()) / kRoutes);
  double read = 1e9;
  double joined = 1e9;
  for (int round = 0; round < 5; ++round) {
    Counting counting;
    read = std::min(read, read_table(table, nullptr, counting));
    routes::Join join(Digests::published());
    joined = std::min(joined, read_table(table, &join, counting));
    if (counting.routes != kRoutes) {
      std::fprintf(stderr, "counted %llu routes\n", static_cast<unsigned long long>(counting.routes));
      return 1;
    }
  }
  std::printf("read: %.1f ns a route\nread and joined: %.1f ns a route, %.1f M routes/s\n", read * 1e9 / kRoutes,
              joined * 1e9 / kRoutes, kRoutes / joined / 1e6);
  return 0;
}
