#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "dissectors/cursor.h"

namespace uptake {

/// Mapping: a part of a regular file, mapped for reading. A file that shrinks meanwhile reads as zeros from the
/// first missing page on, and lost() says so: the process is not killed. That takes a SIGBUS handler, installed
/// with the first mapping; faults elsewhere go to the handler that was there before.
class Mapping {
 public:
  /// Maps `bytes` octets of `fd` from `offset`, which is a multiple of the page size. Null when the system refuses.
  [[nodiscard]] static std::shared_ptr<Mapping> map(int fd, std::uint64_t offset, std::size_t bytes);
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] const std::uint8_t* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The fault blocks that start in [from, from + bytes), as far as they are mapped.
  [[nodiscard]] Bytes part(std::size_t from, std::size_t bytes) const noexcept;
  [[nodiscard]] bool lost() const noexcept;
  /// Gives the memory of a part back to the system, some parts at a time; a later access reads the file again. The
  /// caller releases parts front to back, on one thread at a time. A part left out stays until the mapping ends.
  void release(std::size_t from, std::size_t bytes) noexcept;

 private:
  Mapping(const std::uint8_t* data, std::size_t size, std::size_t slot) noexcept
      : data_(data), size_(size), slot_(slot) {}
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t slot_;
  std::size_t released_from_ = 0;  ///< what was released but not given back yet
  std::size_t released_to_ = 0;
};

[[nodiscard]] std::size_t page_bytes() noexcept;

/// A fault in a mapped file also maps its neighbours within an aligned block of this size (fault_around_bytes).
inline constexpr std::size_t kFaultBlock = 65536;

}  // namespace uptake
