#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "dataplane/sources/frame_list.h"
#include "dissectors/cursor.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// The most captured octets of one frame; libpcap's MAXIMUM_SNAPLEN. A larger length is damage.
inline constexpr std::uint32_t kMaxCaptured = 262144;

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

/// FrameSink: writes a reader's frames to a FrameList and numbers them. It is full when the list is.
class FrameSink {
 public:
  /// A file may claim any number: so much of a claim is believed that sums do not run over.
  static constexpr std::uint64_t kMostLost = std::uint64_t{1} << 40;

  FrameSink(FrameList& frames, std::uint64_t ordinal) : frames_(frames), ordinal_(ordinal) { frames_.clear(); }
  [[nodiscard]] bool full() const noexcept { return frames_.room() == 0; }
  [[nodiscard]] std::size_t room() const noexcept { return frames_.room(); }
  [[nodiscard]] std::size_t size() const noexcept { return frames_.size(); }
  /// The file says that so many frames were lost before it was written.
  void lose(std::uint64_t count) noexcept { lost_ += std::min(count, kMostLost); }
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
  void add(const std::uint8_t* data, std::uint32_t captured, std::uint32_t wire, std::uint64_t time_ns,
           LinkType link) noexcept {
    make(*frames_.end(), {data, captured}, wire, time_ns, ordinal_++, link);
    frames_.take(1);
  }
  /// Adds `count` frames, at most room(), of one link type: `fill(make, i)` calls `make(octets, wire, time_ns)` for
  /// the i-th.
  template <class Fill>
  void add_all(std::size_t count, LinkType link, Fill fill) noexcept {
    Frame* to = frames_.end();
    std::uint64_t ordinal = ordinal_;
    for (std::size_t i = 0; i < count; ++i)
      fill([&](Bytes octets, std::uint32_t wire,
               std::uint64_t time_ns) { make(*to++, octets, wire, time_ns, ordinal++, link); },
           i);
    ordinal_ = ordinal;
    frames_.take(count);
  }

 private:
  /// Files exist whose captured length exceeds the wire length (a VLAN tag put back): the octets are real.
  static void make(Frame& frame, Bytes octets, std::uint32_t wire, std::uint64_t time_ns, std::uint64_t ordinal,
                   LinkType link) noexcept {
    const auto captured = static_cast<std::uint32_t>(octets.size());
    frame = {octets.data(), captured, std::max(wire, captured), time_ns, ordinal, link};
  }

  FrameList& frames_;
  std::uint64_t ordinal_;
  std::uint64_t lost_ = 0;
};

/// Walk: how far a reader came in the bytes it was given, and what stopped it.
/// `more`: the next record is incomplete; it takes `need` octets. `full`: the sink has no room. `section`:
/// another capture file begins behind `consumed`. `damaged`: what stands behind `consumed` is no record, and `what`
/// (a literal) says why.
struct Walk {
  enum class Stop : std::uint8_t { more, full, section, damaged };
  Stop stop = Stop::more;
  std::size_t consumed = 0;
  std::size_t need = 0;
  const char* what = nullptr;
};

}  // namespace uptake
