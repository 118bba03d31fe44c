#include "dissectors/quic/opener.h"

#include <algorithm>

namespace uptake::quic {

/// The keys of the Initials of a connection: both sides send several under the same.
const Keys& Opener::keys_of(const VersionRow& row, Bytes connection_id, Side side) noexcept {
  std::size_t place = static_cast<std::size_t>(side);
  for (const std::uint8_t octet : connection_id) place = place * 31 + octet;
  Known& known = known_[place % kKnown];
  const bool same = known.version == row.version && known.side == side &&
                    std::ranges::equal(connection_id, std::span(known.id).first(known.id_size));
  if (same) return known.keys;
  known.keys = schedule_.keys_of(row, connection_id, side);
  known.id_size = static_cast<std::uint8_t>(connection_id.size());
  std::ranges::copy(connection_id, known.id.begin());
  known.version = row.version;
  known.side = side;
  return known.keys;
}

Opener::Opened Opener::open(const Packet& packet, Bytes connection_id, Side side) noexcept {
  const VersionRow* const row = row_of(packet.version);
  if (row == nullptr || packet.cut || connection_id.empty() || connection_id.size() > kLongestId) return {};
  if (left_ == 0) return {.outcome = Outcome::overload, .frames = {}};
  if (left_ != kUnbounded) --left_;
  const auto [frames, number] =
      protection_.open(packet, keys_of(*row, connection_id, side), std::span(room_).subspan(used_));
  if (frames.empty()) return {};
  used_ += packet.whole.size();
  return {Outcome::opened, frames, number};
}

}  // namespace uptake::quic
