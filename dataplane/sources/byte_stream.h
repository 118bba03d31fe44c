#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "dissectors/cursor.h"

namespace uptake {

/// ByteStream: octets in order, from a descriptor or a decompressor.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Fills the front of `into` and returns how much; 0 at the end, or when error() says why there is no more.
  [[nodiscard]] virtual std::size_t read(std::span<std::uint8_t> into) = 0;
  /// Empty, or what went wrong, for people.
  [[nodiscard]] std::string_view error() const noexcept { return error_; }
  /// Octets taken from the file so far, as stored there.
  [[nodiscard]] virtual std::uint64_t stored() const noexcept = 0;

 protected:
  void fail(std::string_view what) { error_ = what; }

 private:
  std::string error_;
};

/// FileStream: the octets of a descriptor, which stays the caller's. It ends, too, when `stop_fd` can be read: no
/// signal has to break into a wait. -1: nothing stops it.
class FileStream final : public ByteStream {
 public:
  explicit FileStream(int fd, int stop_fd = -1) : fd_(fd), stop_fd_(stop_fd) {}
  [[nodiscard]] std::size_t read(std::span<std::uint8_t> into) override;
  [[nodiscard]] std::uint64_t stored() const noexcept override { return stored_; }
  /// The first octets (up to 16) without consuming them; only before the first read().
  [[nodiscard]] Bytes peek();
  /// Passes over octets, or all there are; before the first read().
  void skip(std::size_t count);

 private:
  [[nodiscard]] std::size_t fill(std::span<std::uint8_t> into);
  [[nodiscard]] bool stopped() const noexcept;

  int fd_;
  int stop_fd_;
  bool ended_ = false;
  std::uint64_t stored_ = 0;
  std::uint8_t head_[16] = {};
  std::size_t head_at_ = 0;
  std::size_t head_end_ = 0;
};

/// True when a file that starts like this is compressed in a way that open_stream() undoes.
[[nodiscard]] bool is_compressed(Bytes head) noexcept;

/// The plain octets of `fd`: gzip, bzip2, zstd, xz and lz4 are recognised by their magic, concatenated ones too.
/// Fails when it grows beyond `max_ratio` times its stored size and 64 MiB: that is no capture but a bomb.
[[nodiscard]] std::unique_ptr<ByteStream> open_stream(int fd, std::uint64_t max_ratio, int stop_fd = -1);

}  // namespace uptake
