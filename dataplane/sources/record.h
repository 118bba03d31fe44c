#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "dissectors/cursor.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// The most captured octets of one frame; libpcap's MAXIMUM_SNAPLEN. A larger length is damage.
inline constexpr std::uint32_t kMaxCaptured = 262144;
/// The most frames of one chunk; its storage is reserved once. What a worker reads of them to deal them stays in its
/// second cache until it takes its share.
inline constexpr std::size_t kChunkFrames = 2048;

/// Reads a field of a capture file; these come in the byte order of the machine that wrote them.
template <class T>
[[nodiscard]] inline T load(const std::uint8_t* at, bool swapped) noexcept {
  static_assert(sizeof(T) == 2 || sizeof(T) == 4);
  T value;
  std::memcpy(&value, at, sizeof value);
  if (!swapped) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
}

/// FrameSink: where a reader puts its frames; never grows past its limit, so a chunk in use never allocates.
class FrameSink {
 public:
  FrameSink(std::vector<Frame>& frames, std::uint64_t ordinal, std::size_t limit = kChunkFrames)
      : frames_(frames), ordinal_(ordinal), limit_(limit) {
    frames_.clear();
    frames_.reserve(limit);
  }
  [[nodiscard]] bool full() const noexcept { return frames_.size() >= limit_; }
  [[nodiscard]] std::size_t room() const noexcept { return limit_ - frames_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return frames_.size(); }
  /// Files exist whose captured length exceeds the wire length (a VLAN tag put back): the octets are real.
  void add(const std::uint8_t* data, std::uint32_t captured, std::uint32_t wire, std::uint64_t time_ns,
           LinkType link) {
    frames_.push_back({data, captured, wire < captured ? captured : wire, time_ns, ordinal_++, link});
  }

 private:
  std::vector<Frame>& frames_;
  std::uint64_t ordinal_;
  std::size_t limit_;
};

/// Walk: how far a reader came in the bytes it was given.
/// `more`: the next record is not all there, `need` octets would do. `full`: the sink is. `until`: as far as asked.
/// `damaged`: the octet behind `consumed` is where sense ends, and `what` says why (a literal).
struct Walk {
  enum class Stop : std::uint8_t { more, full, until, damaged };
  Stop stop = Stop::more;
  std::size_t consumed = 0;
  std::size_t need = 0;
  const char* what = nullptr;
};

}  // namespace uptake
