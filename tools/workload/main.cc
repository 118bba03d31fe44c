// uptake_workload: writes a capture of made traffic and prints what is in it.

#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>

#include "tools/workload/traffic.h"

namespace uptake::workload {
namespace {

constexpr char kUsage[] =
    "usage: uptake_workload KIND OUT [--packets N] [--seed S] [--format pcap|pcapng] [--templates FOLDER]\n"
    "  mix    as at an internet provider: 65 % bulk TCP, 20 % bulk UDP, 5 % DNS, 8 % TLS set-up, 1 % QUIC Initials,\n"
    "         1 % mail and routing; 35 % IPv6, 50 % VLAN; 500 k bulk flows (3,000,000 packets)\n"
    "  dns    queries and responses only (1,000,000)\n"
    "  tls    TLS connections with some data only (2,500,000)\n"
    "  flood  SYNs on fresh 5-tuples (10,000,000; --packets counts these) with a real handshake for every 500\n"
    "  seams  pcap records inside payloads, clock jumps, cut frames (300,000)\n"
    "The same seed gives the same bytes. The truth is printed as JSON.\n";

struct Request {
  std::string kind, path, templates = UPTAKE_TEMPLATES;
  std::uint32_t packets = 0;  ///< 0: what the kind has by default
  std::uint64_t seed = 1;
  Format format = Format::pcap;
};

/// Sets: the templates by kind.
struct Sets {
  explicit Sets(const std::string& folder)
      : tls(folder, "tls"), dns(folder, "dns"), mail(folder, "mail"), routing(folder, "routing") {}
  TemplateSet tls, dns, mail, routing;
};

// So many connections under way that each lasts some tenths of a second.
std::size_t live_connections(std::uint32_t packets) {
  return packets / 1500 < 16 ? 16 : packets / 1500 > 2000 ? 2000 : packets / 1500;
}

void run_mix(Stage& stage, const Sets& sets, std::uint32_t packets, std::uint64_t seed) {
  Bulk bulk(380'000, 120'000, seed);
  Conversations tls(sets.tls, live_connections(packets), 0);
  Conversations mail(sets.mail, 8, 0), routing(sets.routing, 8, 0);
  Exchanges dns(sets.dns, 256);
  while (stage.frames() < packets) {
    const std::uint64_t outstanding =
        tls.outstanding() + mail.outstanding() + routing.outstanding() + dns.outstanding();
    const std::uint64_t left = packets - stage.frames();
    const bool urgent = outstanding >= left;
    // Nothing new begins once what was begun will take all of its share, in thousandths, of what is left.
    const auto may_start = [&](const auto& kind, std::uint64_t share) {
      return !urgent && kind.outstanding() * 1000 + 64 < left * share;
    };
    const std::uint32_t draw = urgent ? 850 + stage.random.below(150) : stage.random.below(1000);
    bool done = true;
    if (draw < 650)
      bulk.tcp(stage);
    else if (draw < 850)
      bulk.udp(stage);
    else if (draw < 900)
      done = dns.emit(stage, may_start(dns, 50));
    else if (draw < 980)
      stage.truth.tls_frames += (done = tls.emit(stage, may_start(tls, 80))) ? 1 : 0;
    else if (draw < 990 && !urgent)
      quic_initial(stage);
    else if (draw < 996)
      stage.truth.other_frames += (done = mail.emit(stage, may_start(mail, 6))) ? 1 : 0;
    else
      stage.truth.other_frames += (done = routing.emit(stage, may_start(routing, 4))) ? 1 : 0;
    if (!done && !urgent) bulk.tcp(stage);
  }
}

void run_dns(Stage& stage, const Sets& sets, std::uint32_t packets) {
  Exchanges dns(sets.dns, 256);
  while (dns.emit(stage, stage.frames() + dns.outstanding() + 2 <= packets)) {
  }
}

void run_tls(Stage& stage, const Sets& sets, std::uint32_t packets) {
  Conversations tls(sets.tls, live_connections(packets), 11);
  while (tls.emit(stage, stage.frames() + tls.outstanding() + 64 <= packets)) ++stage.truth.tls_frames;
}

void run_flood(Stage& stage, const Sets& sets, std::uint32_t syns) {
  Conversations tls(sets.tls, 200, 0);
  const std::uint64_t wanted = syns / 500;
  for (std::uint32_t sent = 0; sent < syns || tls.outstanding() > 0;) {
    // About 20 frames a connection, so one for every 25 SYNs.
    const bool more = tls.started() < wanted;
    if ((sent == syns || stage.random.below(26) == 0) && tls.emit(stage, more))
      ++stage.truth.tls_frames;
    else if (sent < syns)
      flood_syn(stage, sent++);
  }
}

void run_seams(Stage& stage, const Sets& sets, std::uint32_t packets, std::uint64_t seed) {
  Bulk bulk(2000, 1000, seed);
  Conversations tls(sets.tls, 200, 0);
  Exchanges dns(sets.dns, 64);
  Embedding embedding(sets.dns, sets.tls);
  while (stage.frames() < packets) {
    const std::uint64_t outstanding = tls.outstanding() + dns.outstanding();
    const bool start = outstanding + 64 < packets - stage.frames();
    const std::uint32_t draw = start ? stage.random.below(100) : outstanding == 0 ? 0 : 80 + stage.random.below(20);
    if (draw < 50)
      embedding.emit(stage);
    else if (draw < 65)
      bulk.tcp(stage);
    else if (draw < 80)
      bulk.udp(stage);
    else if (draw < 90)
      dns.emit(stage, start);
    else
      stage.truth.tls_frames += tls.emit(stage, start) ? 1 : 0;
    if (stage.random.below(10'000) == 0) stage.jump(100'000'000);
  }
}

bool number(const char* text, auto& out) {
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, out);
  return error == std::errc{} && stop == end;
}

bool parse(int argc, char** argv, Request& request) {
  if (argc < 3) return false;
  request.kind = argv[1];
  request.path = argv[2];
  for (int i = 3; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    const std::string value = argv[i + 1];
    if (option == "--packets") {
      if (!number(argv[i + 1], request.packets) || request.packets == 0) return false;
    } else if (option == "--seed") {
      if (!number(argv[i + 1], request.seed)) return false;
    } else if (option == "--format" && (value == "pcap" || value == "pcapng")) {
      request.format = value == "pcap" ? Format::pcap : Format::pcapng;
    } else if (option == "--templates") {
      request.templates = value;
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

std::uint32_t default_packets(const std::string& kind) {
  if (kind == "mix") return 3'000'000;
  if (kind == "dns") return 1'000'000;
  if (kind == "tls") return 2'500'000;
  if (kind == "flood") return 10'000'000;
  return kind == "seams" ? 300'000 : 0;
}

void generate(Stage& stage, const Request& request, std::uint32_t packets) {
  const Sets sets(request.templates);
  if (request.kind == "mix") run_mix(stage, sets, packets, request.seed);
  if (request.kind == "dns") run_dns(stage, sets, packets);
  if (request.kind == "tls") run_tls(stage, sets, packets);
  if (request.kind == "flood") run_flood(stage, sets, packets);
  if (request.kind == "seams") run_seams(stage, sets, packets, request.seed);
}

}  // namespace
}  // namespace uptake::workload

int main(int argc, char** argv) {
  using namespace uptake::workload;
  Request request;
  if (!parse(argc, argv, request) || default_packets(request.kind) == 0) {
    std::fputs(kUsage, stderr);
    return 64;
  }
  CaptureWriter writer(request.path, request.format);
  Stage stage(writer, request.seed);
  generate(stage, request, request.packets != 0 ? request.packets : default_packets(request.kind));
  writer.finish();
  std::fputs(stage.truth.json(writer.frames(), writer.captured(), writer.file_octets()).c_str(), stdout);
  return 0;
}
