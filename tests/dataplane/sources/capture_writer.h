#pragma once

// Makes capture files for tests: classic pcap, pcapng and ERF in their variants, and the five compressions.

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace uptake::test {

using Octets = std::vector<std::uint8_t>;

/// Packet: one frame to be written. `wire` 0 means as long as `bytes`.
struct Packet {
  Octets bytes;
  std::uint64_t time_ns = 0;
  std::uint32_t wire = 0;
  std::uint32_t interface = 0;  ///< pcapng only
  [[nodiscard]] std::uint32_t wire_bytes() const {
    return wire != 0 ? wire : static_cast<std::uint32_t>(bytes.size());
  }
};

/// Writer: appends numbers in one byte order.
class Writer {
 public:
  explicit Writer(bool big_endian) : big_(big_endian) {}
  void u8(std::uint32_t value) { out_.push_back(static_cast<std::uint8_t>(value)); }
  void u16(std::uint32_t value) { number(value, 2); }
  void u32(std::uint64_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void bytes(std::span<const std::uint8_t> more) { out_.insert(out_.end(), more.begin(), more.end()); }
  void pad4() { out_.resize((out_.size() + 3) / 4 * 4); }
  [[nodiscard]] Octets take() { return std::move(out_); }
  [[nodiscard]] std::size_t size() const { return out_.size(); }

 private:
  void number(std::uint64_t value, unsigned octets) {
    for (unsigned i = 0; i < octets; ++i) u8(static_cast<std::uint8_t>(value >> 8 * (big_ ? octets - 1 - i : i)));
  }
  Octets out_;
  bool big_;
};

struct PcapOptions {
  bool nanoseconds = false;
  bool big_endian = false;
  bool kuznetzov = false;  ///< the variant with longer record headers
  std::uint32_t link = 1;
  std::uint32_t snaplen = 262144;
  std::uint32_t major = 2;
  std::uint32_t minor = 4;
  bool wire_first = false;  ///< the order of the lengths before version 2.3
};

inline void add_pcap_record(Writer& out, const Packet& packet, const PcapOptions& options) {
  out.u32(packet.time_ns / 1'000'000'000);
  out.u32(packet.time_ns % 1'000'000'000 / (options.nanoseconds ? 1 : 1000));
  const auto captured = static_cast<std::uint32_t>(packet.bytes.size());
  out.u32(options.wire_first ? packet.wire_bytes() : captured);
  out.u32(options.wire_first ? captured : packet.wire_bytes());
  if (options.kuznetzov) out.u64(0);
  out.bytes(packet.bytes);
}

inline Octets pcap_bytes(std::span<const Packet> packets, const PcapOptions& options = {}) {
  Writer out(options.big_endian);
  out.u32(options.kuznetzov ? 0xa1b2cd34 : options.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
  out.u16(options.major);
  out.u16(options.minor);
  out.u64(0);
  out.u32(options.snaplen);
  out.u32(options.link);
  for (const Packet& packet : packets) add_pcap_record(out, packet, options);
  return out.take();
}

struct PcapngInterface {
  std::uint32_t link = 1;
  int resolution = -1;  ///< if_tsresol as stored, or -1 to leave it out (microseconds)
  std::int64_t offset_s = 0;
  std::uint32_t snaplen = 0;
};

struct PcapngOptions {
  enum class Block : std::uint8_t { enhanced, simple, obsolete };
  bool big_endian = false;
  Block block = Block::enhanced;
  bool unknown_blocks = false;  ///< one of a type that nobody knows before each packet
  std::vector<PcapngInterface> interfaces{PcapngInterface{}};
};

/// A block: type, length, body, padding, length.
inline Octets pcapng_block(bool big_endian, std::uint32_t type, const Octets& body) {
  Writer out(big_endian);
  const std::size_t length = 12 + (body.size() + 3) / 4 * 4;
  out.u32(type);
  out.u32(length);
  out.bytes(body);
  out.pad4();
  out.u32(length);
  return out.take();
}

/// The stamp of `time_ns` on this interface's clock.
inline std::uint64_t pcapng_stamp(std::uint64_t time_ns, const PcapngInterface& interface) {
  const std::uint64_t ns = time_ns - static_cast<std::uint64_t>(interface.offset_s) * 1'000'000'000U;
  const unsigned resolution = interface.resolution < 0 ? 6 : static_cast<unsigned>(interface.resolution);
  __extension__ using Wide = unsigned __int128;
  if ((resolution & 0x80U) != 0) {  // rounded up, so that reading it back gives the same nanosecond
    return static_cast<std::uint64_t>(((Wide{ns} << (resolution & 0x7fU)) + 999'999'999U) / 1'000'000'000U);
  }
  std::uint64_t stamp = ns;
  for (unsigned i = resolution; i < 9; ++i) stamp /= 10;
  for (unsigned i = 9; i < resolution; ++i) stamp *= 10;
  return stamp;
}

inline Octets pcapng_interface(bool big_endian, const PcapngInterface& interface) {
  Writer out(big_endian);
  out.u16(interface.link);
  out.u16(0);
  out.u32(interface.snaplen);
  if (interface.resolution >= 0) {
    out.u16(9);
    out.u16(1);
    out.u32(static_cast<std::uint64_t>(interface.resolution) << (big_endian ? 24 : 0));
  }
  if (interface.offset_s != 0) {
    out.u16(14);
    out.u16(8);
    out.u64(static_cast<std::uint64_t>(interface.offset_s));
  }
  out.u32(0);
  return pcapng_block(big_endian, 1, out.take());
}

inline Octets pcapng_packet(const Packet& packet, const PcapngOptions& options) {
  Writer out(options.big_endian);
  if (options.block == PcapngOptions::Block::simple) {
    out.u32(packet.wire_bytes());
    out.bytes(packet.bytes);
    return pcapng_block(options.big_endian, 3, out.take());
  }
  const std::uint64_t stamp = pcapng_stamp(packet.time_ns, options.interfaces[packet.interface]);
  const bool enhanced = options.block == PcapngOptions::Block::enhanced;
  if (enhanced) {
    out.u32(packet.interface);
  } else {
    out.u16(packet.interface);
    out.u16(0xffff);
  }
  out.u32(stamp >> 32);
  out.u32(stamp & 0xffffffff);
  out.u32(packet.bytes.size());
  out.u32(packet.wire_bytes());
  out.bytes(packet.bytes);
  return pcapng_block(options.big_endian, enhanced ? 6 : 2, out.take());
}

inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// One section: its header, the interfaces, the packets.
inline Octets pcapng_bytes(std::span<const Packet> packets, const PcapngOptions& options = {}) {
  Writer head(options.big_endian);
  head.u32(0x1a2b3c4d);
  head.u16(1);
  head.u16(0);
  head.u64(~std::uint64_t{0});
  Octets out = pcapng_block(options.big_endian, 0x0a0d0d0a, head.take());
  const auto add = [&out](const Octets& block) { out.insert(out.end(), block.begin(), block.end()); };
  for (const PcapngInterface& interface : options.interfaces) add(pcapng_interface(options.big_endian, interface));
  for (const Packet& packet : packets) {
    if (options.unknown_blocks) add(pcapng_block(options.big_endian, 0x0bad, Octets(37, 0xee)));
    add(pcapng_packet(packet, options));
  }
  return out;
}

/// One record of an Endace card: `type` with its top bit set announces the extension headers in `extensions`.
inline void add_erf_record(Writer& out, const Packet& packet, std::uint32_t type, const Octets& extensions = {}) {
  Writer little(false);
  const std::uint64_t fraction = packet.time_ns % 1'000'000'000U;
  little.u32(((fraction << 32) + 999'999'999U) / 1'000'000'000U);  // so that reading it back gives the nanosecond
  little.u32(packet.time_ns / 1'000'000'000U);
  out.bytes(little.take());
  const bool ethernet = (type & 0x7fU) == 2;
  const std::size_t length = 16 + extensions.size() + (ethernet ? 2 : 0) + packet.bytes.size();
  const std::size_t padded = (length + 7) / 8 * 8;
  out.u8(type);
  out.u8(4);
  out.u16(static_cast<std::uint32_t>(padded));
  out.u16(0);
  out.u16(packet.wire_bytes());
  out.bytes(extensions);
  if (ethernet) out.u16(0);
  out.bytes(packet.bytes);
  out.bytes(Octets(padded - length, 0xee));
}

inline Octets erf_bytes(std::span<const Packet> packets, std::uint32_t type = 2) {
  Writer out(true);
  for (const Packet& packet : packets) add_erf_record(out, packet, type);
  return out.take();
}

inline Octets bzip2(const Octets& plain) {
  auto size = static_cast<unsigned>(plain.size() + plain.size() / 100 + 600);
  Octets out(size);
  BZ2_bzBuffToBuffCompress(reinterpret_cast<char*>(out.data()), &size,
                           const_cast<char*>(reinterpret_cast<const char*>(plain.data())),
                           static_cast<unsigned>(plain.size()), 1, 0, 0);
  out.resize(size);
  return out;
}

inline Octets gzip(const Octets& plain) {
  z_stream state{};
  deflateInit2(&state, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  Octets out(deflateBound(&state, plain.size()) + 64);
  state.next_in = const_cast<Bytef*>(plain.data());
  state.avail_in = static_cast<uInt>(plain.size());
  state.next_out = out.data();
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

inline Octets zstd(const Octets& plain) {
  Octets out(ZSTD_compressBound(plain.size()));
  out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
  return out;
}

inline Octets xz(const Octets& plain) {
  Octets out(lzma_stream_buffer_bound(plain.size()));
  std::size_t at = 0;
  lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nullptr, plain.data(), plain.size(), out.data(), &at, out.size());
  out.resize(at);
  return out;
}

inline Octets lz4(const Octets& plain) {
  Octets out(LZ4F_compressFrameBound(plain.size(), nullptr));
  out.resize(LZ4F_compressFrame(out.data(), out.size(), plain.data(), plain.size(), nullptr));
  return out;
}

/// TempDirectory: a directory of the test's own, removed with all it holds.
class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "uptake-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  [[nodiscard]] std::string path(const std::string& name = "") const { return (path_ / name).string(); }
  /// Writes `bytes` to a file of that name and returns its path.
  std::string write(const std::string& name, const Octets& bytes) const {
    std::ofstream out(path(name), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

inline void write_file(const std::string& path, const Octets& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline void write_pcap(const std::string& path, std::span<const Packet> packets, const PcapOptions& options = {}) {
  write_file(path, pcap_bytes(packets, options));
}

inline void write_pcapng(const std::string& path, std::span<const Packet> packets,
                         const PcapngOptions& options = {}) {
  write_file(path, pcapng_bytes(packets, options));
}

}  // namespace uptake::test
