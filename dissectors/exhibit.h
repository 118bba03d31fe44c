#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/fact.h"

namespace uptake {

/// Exhibit: the rarer, larger thing that a join needs: an RRset, a certificate chain, a route. Borrowed from the
/// ExhibitRoom of its Notes until they are cleared.
struct Exhibit {
  Bytes bytes;                  ///< as the kind's row says
  std::uint64_t value = 0;      ///< packed as the kind's row says: what a join asks for without opening `bytes`
  std::uint64_t packet_ns = 0;  ///< the packet time at which it was noted
  FactId kind = 0;
  std::uint16_t subject = 0;  ///< index into the subjects of the same Notes
};

/// ExhibitRoom: memory for the Exhibits of one burst. Taken only where somebody wants a kind.
struct ExhibitRoom {
  static constexpr std::size_t kBytes = std::size_t{128} * 1024;
  /// What one call of dissect() may add at most; larger Exhibits are dropped and counted.
  static constexpr std::size_t kBytesPerCall = std::size_t{64} * 1024;
  /// An Exhibit takes at least so much, so that the bound on octets also bounds their number.
  static constexpr std::size_t kLeastBytes = 256;
  static constexpr std::size_t kExhibits = kBytes / kLeastBytes;

  /// What an Exhibit of `size` octets takes.
  [[nodiscard]] static constexpr std::size_t taken_by(std::size_t size) noexcept {
    return std::max(size, kLeastBytes);
  }

  std::array<Exhibit, kExhibits> exhibits;
  std::array<std::uint8_t, kBytes> octets;
};

}  // namespace uptake
