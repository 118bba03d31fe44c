#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "dataplane/sources/byte_stream.h"

namespace uptake {
namespace {

constexpr std::size_t kInputBytes = 65536;
constexpr std::uint64_t kFreeOutput = 64U << 20;  // below this a high ratio is nobody's concern
constexpr std::uint64_t kXzMemory = 192U << 20;   // xz -9 takes 65 MiB
constexpr int kZstdWindowLog = 27;                // 128 MiB, as the zstd program allows by default

/// CompressedInput: a buffer of what is read from a compressed file.
class CompressedInput {
 public:
  explicit CompressedInput(std::unique_ptr<FileStream> file) : file_(std::move(file)), buffer_(kInputBytes) {}

  [[nodiscard]] Bytes bytes() const noexcept { return {buffer_.data() + at_, end_ - at_}; }
  void consume(std::size_t count) noexcept { at_ += count; }
  /// Reads on when everything was consumed; false when reading fails.
  [[nodiscard]] bool refill() {
    if (at_ != end_ || drained_) return true;
    at_ = 0;
    end_ = file_->read(buffer_);
    drained_ = end_ == 0;
    return !drained_ || file_->error().empty();
  }
  /// The file has no more than bytes().
  [[nodiscard]] bool drained() const noexcept { return drained_; }
  [[nodiscard]] const FileStream& file() const noexcept { return *file_; }

 private:
  std::unique_ptr<FileStream> file_;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  bool drained_ = false;
};

/// Decompressor: what the five have in common: input, end of input, and the bound on growth.
class Decompressor : public ByteStream {
 public:
  Decompressor(std::unique_ptr<FileStream> file, std::uint64_t max_ratio)
      : input_(std::move(file)), max_ratio_(max_ratio) {}

  [[nodiscard]] std::uint64_t stored() const noexcept override { return input_.file().stored(); }

  [[nodiscard]] std::size_t read(std::span<std::uint8_t> into) final {
    if (over_) return 0;
    std::size_t made = 0;
    while (made < into.size() && !over_) {
      if (input_.bytes().empty()) {
        // What the decoder still holds comes first. Whoever writes the file may be slow: what was made is handed out.
        made += decode(into.subspan(made));
        if (made > 0 || over_) break;
        if (!input_.refill()) stop(input_.file().error());
      }
      const bool had_input = !input_.bytes().empty();
      const std::size_t fresh = decode(into.subspan(made));
      made += fresh;
      if (fresh == 0 && !had_input && !over_) {
        if (!between_members()) stop("the compressed data ends too early");
        over_ = true;
      }
    }
    made_ += made;
    if (made_ > kFreeOutput && made_ / max_ratio_ > stored()) stop("expands beyond max_ratio");
    return made;
  }

 protected:
  /// Turns some input into output and returns how much; stop() when the data is broken.
  [[nodiscard]] virtual std::size_t decode(std::span<std::uint8_t> into) = 0;
  /// True when the input may end here.
  [[nodiscard]] virtual bool between_members() const noexcept = 0;

  [[nodiscard]] Bytes input() const noexcept { return input_.bytes(); }
  /// Passes over input that gives no output; returns 0 for decode() to return.
  std::size_t consume(std::size_t count) noexcept {
    input_.consume(count);
    return 0;
  }
  std::size_t no_memory() {
    stop("out of memory");
    return 0;
  }
  [[nodiscard]] bool drained() const noexcept { return input_.drained(); }
  void stop(std::string_view what) {
    fail(what);
    over_ = true;
  }
  void end() noexcept { over_ = true; }

 private:
  CompressedInput input_;
  std::uint64_t max_ratio_;
  bool over_ = false;
  std::uint64_t made_ = 0;
};

unsigned narrow(std::size_t size) noexcept {
  return static_cast<unsigned>(std::min<std::size_t>(size, std::numeric_limits<unsigned>::max()));
}

/// Gzip: members one after the other, RFC 1952 section 2.2; zeros behind the last are padding.
class Gzip final : public Decompressor {
 public:
  using Decompressor::Decompressor;
  ~Gzip() override {
    if (ready_) inflateEnd(&state_);
  }

 private:
  std::size_t decode(std::span<std::uint8_t> into) override {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (input().empty() && between_) return 0;
    if (!ready_) ready_ = inflateInit2(&state_, kGzipOnly) == Z_OK;
    if (!ready_) return no_memory();
    if (between_ && started_ && input()[0] == 0) return consume(1);
    between_ = false;
    started_ = true;
    const Bytes in = input();
    state_.next_in = const_cast<Bytef*>(in.data());
    state_.avail_in = narrow(in.size());
    state_.next_out = into.data();
    state_.avail_out = narrow(into.size());
    const int result = inflate(&state_, Z_NO_FLUSH);
    consume(in.size() - state_.avail_in);
    if (result == Z_STREAM_END) {
      between_ = true;
      inflateReset(&state_);
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      stop("the gzip data is broken");
    }
    return static_cast<std::size_t>(state_.next_out - into.data());
  }
  bool between_members() const noexcept override { return between_; }

  z_stream state_{};
  bool ready_ = false;
  bool started_ = false;
  bool between_ = true;
};

/// Bzip2: streams one after the other.
class Bzip2 final : public Decompressor {
 public:
  using Decompressor::Decompressor;
  ~Bzip2() override { restart(false); }

 private:
  std::size_t decode(std::span<std::uint8_t> into) override {
    if (input().empty() && !ready_) return 0;
    if (!ready_) restart(true);
    if (!ready_) return no_memory();
    const Bytes in = input();
    state_.next_in = const_cast<char*>(reinterpret_cast<const char*>(in.data()));
    state_.avail_in = narrow(in.size());
    state_.next_out = reinterpret_cast<char*>(into.data());
    state_.avail_out = narrow(into.size());
    const std::size_t wanted = state_.avail_out;
    const int result = BZ2_bzDecompress(&state_);
    consume(in.size() - state_.avail_in);
    const std::size_t made = wanted - state_.avail_out;
    if (result == BZ_STREAM_END) {
      restart(false);
    } else if (result == BZ_MEM_ERROR) {
      return no_memory();
    } else if (result != BZ_OK) {
      stop("the bzip2 data is broken");
    }
    return made;
  }
  bool between_members() const noexcept override { return !ready_; }

  void restart(bool begin) {
    if (ready_) BZ2_bzDecompressEnd(&state_);
    state_ = {};
    ready_ = begin && BZ2_bzDecompressInit(&state_, 0, 0) == BZ_OK;
  }

  bz_stream state_{};
  bool ready_ = false;
};

/// Zstd: frames one after the other, skippable ones too, RFC 8878 section 3.1.
class Zstd final : public Decompressor {
 public:
  Zstd(std::unique_ptr<FileStream> file, std::uint64_t max_ratio)
      : Decompressor(std::move(file), max_ratio), state_(ZSTD_createDCtx()) {
    if (state_ != nullptr) ZSTD_DCtx_setParameter(state_, ZSTD_d_windowLogMax, kZstdWindowLog);
  }
  ~Zstd() override { ZSTD_freeDCtx(state_); }

 private:
  std::size_t decode(std::span<std::uint8_t> into) override {
    if (state_ == nullptr) return no_memory();
    if (input().empty() && between_) return 0;
    ZSTD_inBuffer in{input().data(), input().size(), 0};
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    const std::size_t result = ZSTD_decompressStream(state_, &out, &in);
    consume(in.pos);
    if (ZSTD_isError(result) != 0) {
      stop(std::string("the zstd data cannot be read: ") + ZSTD_getErrorName(result));
    } else {
      between_ = result == 0;
    }
    return out.pos;
  }
  bool between_members() const noexcept override { return between_; }

  ZSTD_DCtx* state_;
  bool between_ = true;
};

/// Xz: streams one after the other, with padding.
class Xz final : public Decompressor {
 public:
  Xz(std::unique_ptr<FileStream> file, std::uint64_t max_ratio) : Decompressor(std::move(file), max_ratio) {
    ready_ = lzma_stream_decoder(&state_, kXzMemory, LZMA_CONCATENATED) == LZMA_OK;
  }
  ~Xz() override { lzma_end(&state_); }

 private:
  std::size_t decode(std::span<std::uint8_t> into) override {
    if (!ready_) return no_memory();
    const Bytes in = input();
    state_.next_in = in.data();
    state_.avail_in = in.size();
    state_.next_out = into.data();
    state_.avail_out = into.size();
    const lzma_ret result = lzma_code(&state_, drained() ? LZMA_FINISH : LZMA_RUN);
    consume(in.size() - state_.avail_in);
    if (result == LZMA_STREAM_END) {
      end();
    } else if (result == LZMA_MEMLIMIT_ERROR) {
      stop("the xz data needs more memory than 192 MiB");
    } else if (result != LZMA_OK && result != LZMA_BUF_ERROR) {
      stop("the xz data is broken");
    }
    return into.size() - state_.avail_out;
  }
  bool between_members() const noexcept override { return false; }

  lzma_stream state_ = LZMA_STREAM_INIT;
  bool ready_ = false;
};

/// Lz4: frames one after the other.
class Lz4 final : public Decompressor {
 public:
  Lz4(std::unique_ptr<FileStream> file, std::uint64_t max_ratio) : Decompressor(std::move(file), max_ratio) {
    if (LZ4F_isError(LZ4F_createDecompressionContext(&state_, LZ4F_VERSION)) != 0) state_ = nullptr;
  }
  ~Lz4() override { LZ4F_freeDecompressionContext(state_); }

 private:
  std::size_t decode(std::span<std::uint8_t> into) override {
    if (state_ == nullptr) return no_memory();
    if (input().empty() && between_) return 0;
    std::size_t made = into.size();
    std::size_t taken = input().size();
    const std::size_t result = LZ4F_decompress(state_, into.data(), &made, input().data(), &taken, nullptr);
    if (LZ4F_isError(result) != 0) {
      stop(std::string("the lz4 data is broken: ") + LZ4F_getErrorName(result));
      return 0;
    }
    consume(taken);
    between_ = result == 0;
    return made;
  }
  bool between_members() const noexcept override { return between_; }

  LZ4F_dctx* state_ = nullptr;
  bool between_ = true;
};

enum class Compression : std::uint8_t { none, gzip, bzip2, zstd, xz, lz4 };

/// Octets of a skippable frame, which may stand in front of Zstandard's frames and of LZ4's: magic(4) size(4), then
/// as many; 0: there is none (RFC 8878 section 3.1.2).
std::size_t skippable(Bytes head) noexcept {
  constexpr std::size_t kHeader = 8;
  if (head.size() < kHeader || (head[0] & 0xf0) != 0x50 || head[1] != 0x2a || head[2] != 0x4d || head[3] != 0x18)
    return 0;
  return kHeader + (std::size_t{head[7]} << 24 | std::size_t{head[6]} << 16 | std::size_t{head[5]} << 8 | head[4]);
}

Compression compression_of(Bytes head) noexcept {
  constexpr std::array<std::uint8_t, 6> kXzMagic{0xfd, '7', 'z', 'X', 'Z', 0};
  if (head.size() < 4) return Compression::none;
  if (head.size() >= kXzMagic.size() && std::equal(kXzMagic.begin(), kXzMagic.end(), head.begin())) {
    return Compression::xz;
  }
  const std::uint32_t magic = std::uint32_t{head[3]} << 24 | std::uint32_t{head[2]} << 16 |
                              std::uint32_t{head[1]} << 8 | head[0];  // RFC 8878: little-endian
  constexpr std::uint32_t kBzip2Magic = 'B' | 'Z' << 8 | 'h' << 16;   // then the block size, from 1 to 9
  if ((magic & 0xffffff) == kBzip2Magic && head[3] >= '1' && head[3] <= '9') return Compression::bzip2;
  if ((magic & 0xffff) == 0x8b1f) return Compression::gzip;
  if (magic == 0xfd2fb528 || (magic & 0xfffffff0) == 0x184d2a50) return Compression::zstd;
  if (magic == 0x184d2204) return Compression::lz4;
  return Compression::none;
}

}  // namespace

bool is_compressed(Bytes head) noexcept { return compression_of(head) != Compression::none; }

std::unique_ptr<ByteStream> open_stream(int fd, std::uint64_t max_ratio, int stop_fd) {
  auto file = std::make_unique<FileStream>(fd, stop_fd);
  max_ratio = std::max<std::uint64_t>(max_ratio, 1);
  while (const std::size_t octets = skippable(file->peek())) file->skip(octets);
  switch (compression_of(file->peek())) {
    case Compression::gzip:
      return std::make_unique<Gzip>(std::move(file), max_ratio);
    case Compression::bzip2:
      return std::make_unique<Bzip2>(std::move(file), max_ratio);
    case Compression::zstd:
      return std::make_unique<Zstd>(std::move(file), max_ratio);
    case Compression::xz:
      return std::make_unique<Xz>(std::move(file), max_ratio);
    case Compression::lz4:
      return std::make_unique<Lz4>(std::move(file), max_ratio);
    case Compression::none:
      break;
  }
  return file;
}

}  // namespace uptake
