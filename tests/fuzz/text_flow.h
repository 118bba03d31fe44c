#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/dissectors/text/talk.h"

// What the fuzz targets of text protocols do with one flow. Input: one octet of options, then pieces: an octet whose
// high bit names the side, the next one says that octets in front of it are missing, and the lowest that octets
// behind it are cut; 16 bits of length; the octets.
namespace uptake::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline constexpr std::uint8_t kFromStart = 1, kPortShift = 1, kEndingShift = 4;
inline constexpr std::uint8_t kServer = 0x80, kLost = 0x40, kCut = 1;

/// Plays the flow; `halved`: every piece in two. `ports`: of the server, as the options choose.
template <class D>
test::Talk<D> play(const std::uint8_t* data, std::size_t size, bool halved,
                   const std::array<std::uint16_t, 4>& ports) {
  test::Talk<D> talk;
  talk.from_start = (data[0] & kFromStart) != 0;
  talk.server_port = ports[data[0] >> kPortShift & 3];
  for (std::size_t at = 1; size - at >= 3;) {
    const std::uint8_t how = data[at];
    const Side from = (how & kServer) != 0 ? Side::server : Side::client;
    const std::size_t length =
        std::min<std::size_t>(static_cast<std::size_t>(data[at + 1] << 8 | data[at + 2]), size - at - 3);
    const std::string_view piece(reinterpret_cast<const char*>(data + at + 3), length);
    if ((how & kLost) != 0) talk.lose(from);
    const std::size_t first = halved ? length / 2 : 0;
    if (first > 0) talk.offer(from, piece.substr(0, first));
    talk.offer(from, piece.substr(first), (how & kCut) != 0 ? 100 : 0);
    at += 3 + length;
  }
  talk.finish(static_cast<Ending>(data[0] >> kEndingShift & 3));
  return talk;
}

/// Whether octets are missing anywhere in the flow.
inline bool is_whole(const std::uint8_t* data, std::size_t size) {
  for (std::size_t at = 1; size - at >= 3;) {
    if ((data[at] & (kLost | kCut)) != 0) return false;
    at += 3 + std::min<std::size_t>(static_cast<std::size_t>(data[at + 1] << 8 | data[at + 2]), size - at - 3);
  }
  return true;
}

/// Plays the flow both ways. A claimed flow is one session at most; of one that is whole and claimed by its first
/// piece, halves say the same.
template <class D>
void check(const std::uint8_t* data, std::size_t size, std::uint16_t session_fact,
           const std::array<std::uint16_t, 4>& ports) {
  const test::Talk<D> whole = play<D>(data, size, false, ports);
  const test::Talk<D> halved = play<D>(data, size, true, ports);
  for (const test::Talk<D>* talk : {&whole, &halved}) {
    require(talk->values(session_fact).size() <= 1);
    require(talk->dropped == 0);
    require(talk->claimed() || talk->noted.empty());
  }
  if (is_whole(data, size) && whole.claimed_at_first() && halved.claimed_at_first())
    require(whole.noted == halved.noted);
}

}  // namespace uptake::fuzz
