// Times the file source against a libpcap loop that only counts, on the same file, in one run.
// source_bench FILE [ROUNDS], or source_bench - [libpcap] to read a pipe once, with the source or with libpcap.
// The second figure of the source also reads the first octets of each frame, as a decoder would.

#include <pcap.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "dataplane/sources/file_source.h"

namespace {

using uptake::Chunk;
using uptake::FileOptions;

struct Count {
  std::uint64_t frames = 0;
  std::uint64_t octets = 0;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Count with_libpcap(const std::string& path) {
  char error[PCAP_ERRBUF_SIZE];
  pcap_t* handle = pcap_open_offline(path.c_str(), error);
  Count count;
  if (handle == nullptr) return count;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap_next_ex(handle, &header, &data) == 1) {
    ++count.frames;
    count.octets += header->caplen;
  }
  pcap_close(handle);
  return count;
}

Count with_source(const std::string& path, const FileOptions& options, bool touch) {
  auto opened = uptake::open_files({path}, options);
  Count count;
  if (opened.source == nullptr) return count;
  Chunk chunk;
  std::uint64_t seen = 0;
  while (opened.source->next(chunk)) {
    for (const auto& frame : chunk.frames) {
      ++count.frames;
      count.octets += frame.captured;
      if (touch && frame.captured >= 64) seen += static_cast<std::uint64_t>(frame.data[12]) + frame.data[54];
    }
  }
  volatile std::uint64_t sink = seen;
  (void)sink;
  return count;
}

struct Contestant {
  const char* name;
  std::function<Count()> run;
  double best = 1e9;
  Count count{};
};

int read_pipe(bool libpcap) {
  const double start = cpu_seconds();
  const Count count = libpcap ? with_libpcap("-") : with_source("-", {}, false);
  const double seconds = cpu_seconds() - start;
  if (count.frames == 0) return 66;
  std::printf("%-26s %10llu frames %8.1f ns/frame\n", libpcap ? "libpcap, pipe" : "source, pipe",
              static_cast<unsigned long long>(count.frames), seconds * 1e9 / static_cast<double>(count.frames));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: source_bench FILE [ROUNDS]\n");
    return 64;
  }
  const std::string path = argv[1];
  if (path == "-") return read_pipe(argc > 2 && std::string(argv[2]) == "libpcap");
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5;
  FileOptions large;
  large.buffer_bytes = 2U << 20;
  Contestant contestants[] = {
      {"libpcap pcap_next_ex", [&] { return with_libpcap(path); }},
      {"source", [&] { return with_source(path, {}, false); }},
      {"source, headers touched", [&] { return with_source(path, {}, true); }},
      {"source, 2 MiB at once", [&] { return with_source(path, large, true); }},
  };
  for (int round = 0; round < rounds; ++round) {
    for (Contestant& contestant : contestants) {
      const double start = cpu_seconds();
      contestant.count = contestant.run();
      contestant.best = std::min(contestant.best, cpu_seconds() - start);
    }
  }
  const double base = contestants[0].best;
  for (const Contestant& contestant : contestants) {
    if (contestant.count.frames == 0) continue;
    std::printf("%-26s %10llu frames %8.1f ns/frame  %5.2f x libpcap\n", contestant.name,
                static_cast<unsigned long long>(contestant.count.frames),
                contestant.best * 1e9 / static_cast<double>(contestant.count.frames), contestant.best / base);
    if (contestant.count.frames != contestants[0].count.frames ||
        contestant.count.octets != contestants[0].count.octets) {
      std::printf("  differs from libpcap\n");
      return 1;
    }
  }
  return 0;
}
