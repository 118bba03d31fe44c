#include "dissectors/frame/digest.h"

namespace uptake::frame {

// Mixes each 16 octets with their place, so that no multiplication depends on the one before.
std::uint64_t mix_long(const std::uint8_t* p, std::uint32_t size) noexcept {
  __extension__ using Wide = unsigned __int128;
  std::uint64_t sum = size * kMixEnd;
  std::uint64_t place = kMixIp;
  const auto add = [&](const std::uint8_t* at) noexcept {
    const Wide product = static_cast<Wide>(load64(at) ^ place) * (load64(at + 8) ^ kMixHigh ^ place);
    sum += static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    place += kMixLow;
  };
  for (std::uint32_t at = 0; at + 16 < size; at += 16) add(p + at);
  add(p + size - 16);
  return sum;
}

}  // namespace uptake::frame
