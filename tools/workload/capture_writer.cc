#include "tools/workload/capture_writer.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace uptake::workload {
namespace {

constexpr std::size_t kBuffer = std::size_t{4} << 20;
constexpr std::uint32_t kEthernet = 1, kSnapLength = 262144;

[[noreturn]] void fail(const std::string& path) {
  std::fprintf(stderr, "uptake_workload: %s: %s\n", path.c_str(), std::strerror(errno));
  std::exit(74);
}

void little32(std::uint8_t* out, std::uint64_t value) noexcept {
  for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> 8 * i);
}

}  // namespace

CaptureWriter::CaptureWriter(const std::string& path, Format format)
    : path_(path), format_(format), file_(std::fopen(path.c_str(), "wb")), buffer_(kBuffer + kLargestFrame + 64) {
  if (file_ == nullptr) fail(path_);
  std::setvbuf(file_, nullptr, _IONBF, 0);
  header();
}

CaptureWriter::~CaptureWriter() {
  if (file_ != nullptr) std::fclose(file_);
}

// pcap: draft-ietf-opsawg-pcap 4; pcapng: draft-ietf-opsawg-pcapng 4.1, 4.2 with if_tsresol of nanoseconds
void CaptureWriter::header() {
  std::uint32_t pcap[] = {0xa1b2c3d4U, 0x00040002U, 0, 0, kSnapLength, kEthernet};
  std::uint32_t pcapng[] = {0x0a0d0d0aU, 28, 0x1a2b3c4dU, 1,           0xffffffffU, 0xffffffffU, 28,  // section
                            1,           32, kEthernet,   kSnapLength, 0x00010009U, 9,           0,  32};
  const bool classic = format_ == Format::pcap;
  const std::uint32_t* words = classic ? pcap : pcapng;
  const std::size_t count = classic ? std::size(pcap) : std::size(pcapng);
  for (std::size_t i = 0; i < count; ++i, used_ += 4) little32(buffer_.data() + used_, words[i]);
}

void CaptureWriter::commit(std::size_t captured, std::size_t wire, std::uint64_t time_us) {
  std::uint8_t* record = buffer_.data() + used_;
  if (format_ == Format::pcap) {
    little32(record, time_us / 1'000'000);
    little32(record + 4, time_us % 1'000'000);
    little32(record + 8, captured);
    little32(record + 12, wire);
    used_ += 16 + captured;
  } else {
    const std::size_t padded = (captured + 3) & ~std::size_t{3};
    const std::uint64_t time_ns = time_us * 1000;
    const std::uint64_t fields[] = {6, 32 + padded, 0, time_ns >> 32, time_ns & 0xffffffffU, captured, wire};
    for (std::size_t i = 0; i < std::size(fields); ++i) little32(record + 4 * i, fields[i]);
    std::memset(record + 28 + captured, 0, padded - captured);
    little32(record + 28 + padded, 32 + padded);
    used_ += 32 + padded;
  }
  ++frames_;
  captured_ += captured;
  if (used_ >= kBuffer) flush();
}

void CaptureWriter::flush() {
  if (std::fwrite(buffer_.data(), 1, used_, file_) != used_) fail(path_);
  written_ += used_;
  used_ = 0;
}

void CaptureWriter::finish() {
  flush();
  std::FILE* file = file_;
  file_ = nullptr;
  if (std::fclose(file) != 0) fail(path_);
}

}  // namespace uptake::workload
