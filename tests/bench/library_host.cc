// A host of libuptake with nothing else to do: the library's cost beside that of the command.
// usage: uptake_library_host CAPTURE.pcap CARD.json KEY (a classic capture in this machine's byte order)

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "uptake.h"

namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kRecordHeader = 16;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;

std::uint32_t u32(const std::uint8_t* at) {
  std::uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

int stop(const char* why) {
  std::fprintf(stderr, "uptake_library_host: %s\n", why);
  return 1;
}

void show_all(uptake_meter* meter, const std::uint8_t* data, std::size_t size) {
  const std::uint64_t unit = u32(data) == kNanoseconds ? 1 : 1000;
  std::array<uptake_frame, 256> frames{};
  unsigned count = 0;
  for (std::size_t at = kFileHeader; at + kRecordHeader <= size;) {
    const std::uint8_t* const record = data + at;
    const std::uint32_t captured = u32(record + 8);
    if (captured > size - at - kRecordHeader) break;
    frames[count++] = {record + kRecordHeader, captured, u32(record + 12),
                       u32(record) * std::uint64_t{1'000'000'000} + u32(record + 4) * unit};
    at += kRecordHeader + captured;
    if (count < frames.size()) continue;
    (void)uptake_process_burst(meter, 0, frames.data(), count);
    count = 0;
  }
  (void)uptake_process_burst(meter, 0, frames.data(), count);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return stop("usage: uptake_library_host CAPTURE.pcap CARD.json KEY");
  const int file = open(argv[1], O_RDONLY | O_CLOEXEC);
  struct stat about {};
  if (file < 0 || fstat(file, &about) != 0) return stop("the capture cannot be opened");
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (mapped == MAP_FAILED || size < kFileHeader) return stop("the capture cannot be mapped");
  const auto* const data = static_cast<const std::uint8_t*>(mapped);
  if (u32(data) != kNanoseconds && u32(data) != kMicroseconds) return stop("no classic capture of this machine");
  std::FILE* const card = std::fopen(argv[2], "we");
  if (card == nullptr) return stop("the card cannot be written");
  uptake_options options{};
  options.size = sizeof options;
  options.user = card;
  options.key = argv[3];
  options.publish = [](void* to, const char* json, std::size_t bytes) {
    std::fwrite(json, 1, bytes, static_cast<std::FILE*>(to));
  };
  std::array<char, 256> why{};
  uptake_meter* const meter = uptake_open(&options, why.data(), why.size());
  if (meter == nullptr) return stop(why.data());
  show_all(meter, data, size);
  uptake_close(meter);
  return std::fclose(card) == 0 ? 0 : stop("the card cannot be written");
}
