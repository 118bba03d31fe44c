#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dissectors/quic/crypto_frames.h"
#include "dissectors/quic/keys.h"
#include "dissectors/quic/packet.h"
#include "dissectors/quic/protection.h"

namespace uptake::quic {

/// Opener: opens Initials; all that it needs is made once a worker. What a burst costs is bounded where refill() is
/// called.
class Opener {
 public:
  /// Initials that are opened in one burst where frames come as they are sent: some 20 us of work.
  static constexpr std::uint32_t kBudget = 16;

  enum class Outcome : std::uint8_t { opened, sealed, overload };
  struct Opened {
    Outcome outcome = Outcome::sealed;
    Bytes frames;  ///< valid until begin()
    std::uint32_t number = 0;
  };

  /// A new burst: as many as kBudget may be opened. Without this call there is no bound.
  void refill() noexcept { left_ = kBudget; }
  /// A new datagram.
  void begin() noexcept {
    used_ = 0;
    crypto.clear();
  }
  /// Opens an Initial that `side` has sent, with the keys of a connection ID of 1 to 20 octets.
  [[nodiscard]] Opened open(const Packet& packet, Bytes connection_id, Side side) noexcept;

  CryptoFrames crypto;

 private:
  static constexpr std::uint32_t kUnbounded = ~std::uint32_t{0};
  static constexpr std::size_t kRoom = 64 * 1024;  // what the Initials of a datagram hold together

  /// Known: keys that were made before.
  struct Known {
    Keys keys;
    std::array<std::uint8_t, kLongestId> id{};
    std::uint8_t id_size = 0;
    Version version = Version::none;
    Side side = Side::client;
  };
  static constexpr std::size_t kKnown = 256;

  [[nodiscard]] const Keys& keys_of(const VersionRow& row, Bytes connection_id, Side side) noexcept;

  KeySchedule schedule_;
  Protection protection_;
  std::uint32_t left_ = kUnbounded;
  std::size_t used_ = 0;  ///< octets of `room_`
  std::array<Known, kKnown> known_{};
  std::array<std::uint8_t, kRoom> room_;
};

}  // namespace uptake::quic
