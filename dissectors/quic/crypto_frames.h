#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dissectors/cursor.h"
#include "dissectors/dissector.h"
#include "dissectors/quic/versions.h"

namespace uptake::quic {

/// CryptoFrames: the CRYPTO frames (RFC 9000 section 19.6) of the Initials of one datagram: takes them in any order,
/// and hands them on joined where one goes on where another ends. Allocates nothing.
class CryptoFrames {
 public:
  static constexpr std::size_t kFrames = 512;            ///< of one datagram; further ones are dropped
  static constexpr std::uint32_t kFarthest = 64 * 1024;  ///< offsets beyond it are all alike: too far
  static constexpr std::size_t kRoom = 64 * 1024;

  struct Frame {
    std::uint32_t offset = 0;
    Bytes bytes;
  };

  void clear() noexcept { count_ = dropped_ = 0; }
  /// Borrows the octets until they are handed on.
  void add(std::uint64_t offset, Bytes bytes) noexcept;
  /// In the order in which they were added, until they are handed on.
  [[nodiscard]] std::span<const Frame> frames() const noexcept { return {frames_.data(), count_}; }
  /// Hands them on, from the lowest offset to the highest, and how many were dropped. What is handed on is valid
  /// until the next call.
  void carry(Carried& carried) noexcept;

 private:
  [[nodiscard]] bool joins(const Frame& frame, std::uint32_t start) noexcept;

  std::array<Frame, kFrames> frames_;
  std::size_t count_ = 0;
  std::size_t dropped_ = 0;
  std::array<std::uint8_t, kRoom> room_;
  std::size_t used_ = 0;   ///< octets of `room_`
  std::size_t first_ = 0;  ///< where in `room_` the octets begin that frames are joined to
};

/// InitialFrames: what the frames of an Initial say besides.
struct InitialFrames {
  bool sound = true;   ///< only frames that an Initial may have (RFC 9000 section 12.4), with lengths that fit
  bool close = false;  ///< CONNECTION_CLOSE
  bool crypto = false;
};

/// Reads the frames of an Initial; adds its CRYPTO frames to `crypto`. Google's own versions number them otherwise.
[[nodiscard]] InitialFrames read_frames(Bytes frames, Version version, CryptoFrames& crypto) noexcept;

}  // namespace uptake::quic
