#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace uptake::workload {

/// Format: of the capture file.
enum class Format { pcap, pcapng };

/// CaptureWriter: an Ethernet capture, written in pieces of 4 MiB. Times are microseconds in pcap and nanoseconds in
/// pcapng. A write that fails ends the program with the reason: a workload that is cut short is of no use.
class CaptureWriter {
 public:
  static constexpr std::size_t kLargestFrame = 65560;

  CaptureWriter(const std::string& path, Format format);
  ~CaptureWriter();
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  /// Where the bytes of the next frame go: kLargestFrame octets.
  [[nodiscard]] std::uint8_t* frame() noexcept {
    return buffer_.data() + used_ + (format_ == Format::pcap ? 16 : 28);
  }
  void commit(std::size_t captured, std::size_t wire, std::uint64_t time_us);
  void finish();

  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
  [[nodiscard]] std::uint64_t captured() const noexcept { return captured_; }
  [[nodiscard]] std::uint64_t file_octets() const noexcept { return written_ + used_; }

 private:
  void header();
  void flush();

  std::string path_;
  Format format_;
  std::FILE* file_;
  std::vector<std::uint8_t> buffer_;
  std::size_t used_ = 0;
  std::uint64_t frames_ = 0, captured_ = 0, written_ = 0;
};

}  // namespace uptake::workload
