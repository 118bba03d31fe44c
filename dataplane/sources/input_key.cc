#include "dataplane/sources/input_key.h"

#include <sodium.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "dataplane/sources/file_source.h"

namespace uptake {
namespace {

constexpr std::size_t kFrames = 8;  // few: a pipe may be slow, and nothing is shown before they are there

/// Numbers as octets that are the same on every machine.
template <std::size_t kCount>
std::array<std::uint8_t, kCount * 8> octets_of(const std::array<std::uint64_t, kCount>& numbers) noexcept {
  std::array<std::uint8_t, kCount * 8> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(numbers[i / 8] >> i % 8 * 8);
  return octets;
}

}  // namespace

Digests::Key key_of(FileSource& source) {
  constexpr std::string_view kLabel = "uptake: key of an input";
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  crypto_generichash_state state;
  Digests::Key key{};
  static_assert(kLabel.size() >= crypto_generichash_KEYBYTES_MIN && kLabel.size() <= crypto_generichash_KEYBYTES_MAX);
  crypto_generichash_init(&state, reinterpret_cast<const unsigned char*>(kLabel.data()), kLabel.size(), key.size());
  std::size_t left = kFrames;
  for (const Chunk& chunk : source.look_ahead(kFrames)) {
    for (std::size_t i = 0; i < chunk.frames.size() && left > 0; ++i, --left) {
      const Frame& frame = chunk.frames[i];
      constexpr std::uint64_t kNsPerUs = 1000;  // the finer part is lost where a capture is stored in microseconds
      const auto head = octets_of<3>({frame.time_ns / kNsPerUs, frame.captured, frame.wire});
      crypto_generichash_update(&state, head.data(), head.size());
      crypto_generichash_update(&state, frame.data, frame.captured);
    }
  }
  crypto_generichash_final(&state, key.data(), key.size());
  return key;
}

}  // namespace uptake
