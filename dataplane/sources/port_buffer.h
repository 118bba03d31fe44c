#pragma once

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <cstdint>

namespace uptake {

inline constexpr std::uint32_t kLongFrame = 16384;  ///< what one buffer of the long ones holds

/// A frame in several buffers, copied into a long one; the others are freed. `cut` when it is longer than that, or
/// when there is no long one: then `buffer` itself, whose first piece is read.
[[nodiscard]] rte_mbuf* in_one_piece(rte_mbuf* buffer, rte_mempool* long_frames, bool& cut) noexcept;

/// Puts back the VLAN tags that the driver took out of a frame, where they stood (IEEE 802.1Q).
void restore_tags(rte_mbuf* buffer) noexcept;

}  // namespace uptake
