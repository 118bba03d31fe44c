// The floors that uptake's speed is compared with: a libpcap loop that only counts, and the memory itself.
// uptake_floor FILE (- is standard input) counts; uptake_floor --memcpy measures copying.

#include <pcap.h>
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int count(const std::string& path) {
  const double start = cpu_seconds();
  char error[PCAP_ERRBUF_SIZE];
  pcap_t* handle = pcap_open_offline(path.c_str(), error);
  if (handle == nullptr) {
    std::fprintf(stderr, "uptake_floor: %s: %s\n", path.c_str(), error);
    return 66;
  }
  std::uint64_t packets = 0, octets = 0;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int got = 0;
  while ((got = pcap_next_ex(handle, &header, &data)) == 1) {
    ++packets;
    octets += header->caplen;
  }
  if (got == PCAP_ERROR) std::fprintf(stderr, "uptake_floor: %s: %s\n", path.c_str(), pcap_geterr(handle));
  pcap_close(handle);
  const double spent = cpu_seconds() - start;
  std::printf("packets %llu octets %llu cpu_ns_per_packet %.1f\n", static_cast<unsigned long long>(packets),
              static_cast<unsigned long long>(octets), packets == 0 ? 0 : spent * 1e9 / static_cast<double>(packets));
  return got == PCAP_ERROR ? 66 : 0;
}

// Far more than any cache holds, so that it is memory that is measured.
int copy() {
  constexpr std::size_t kOctets = std::size_t{256} << 20;
  constexpr int kRounds = 4;
  std::vector<std::uint8_t> from(kOctets, 1), to(kOctets, 2);
  const double start = cpu_seconds();
  for (int round = 0; round < kRounds; ++round) {
    from[0] = static_cast<std::uint8_t>(round);
    std::memcpy(to.data(), from.data(), kOctets);
    asm volatile("" : : "r"(to.data()) : "memory");
  }
  const double spent = cpu_seconds() - start;
  std::printf("memcpy_gigaoctets_per_second %.1f\n", kRounds * static_cast<double>(kOctets) * 1e-9 / spent);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: uptake_floor FILE|-    or    uptake_floor --memcpy\n");
    return 64;
  }
  const std::string argument = argv[1];
  return argument == "--memcpy" ? copy() : count(argument);
}
