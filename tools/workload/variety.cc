#include "tools/workload/variety.h"

#include <array>

namespace uptake::workload {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kOpt = 11;  // octets of an OPT without options: root, type, size, extended flags, length

/// Payload sizes from the most usual on: those that resolvers ship with, then what operators chose.
constexpr std::array<std::uint16_t, 31> kSizes = {1232, 4096, 512,  1452, 1472, 1410, 1280,  1400, 2048, 8192, 1220,
                                                  1024, 1500, 1680, 3072, 1350, 1440, 4000,  1300, 1468, 768,  2000,
                                                  3000, 1200, 1360, 6144, 4095, 1536, 65535, 896,  16384};

/// Types from the most usual on, all but those whose answers travel in other ways (OPT, transfers, ANY).
constexpr std::array<std::uint16_t, 31> kTypes = {12, 64, 16, 33, 15, 6,  2,  43, 48,  35, 257, 52, 5,  13,    99, 44,
                                                  29, 59, 37, 17, 18, 24, 25, 50, 256, 61, 55,  46, 49, 32769, 10};

constexpr std::array<std::uint8_t, 7> kRcodes = {3, 2, 5, 1, 4, 9, 16 - 1};

/// Sets each bit of `bits` with a share of its own, so that every combination occurs.
std::uint8_t some_of(Random& random, std::uint8_t first, std::uint32_t first_share, std::uint8_t second,
                     std::uint32_t second_share) noexcept {
  return static_cast<std::uint8_t>((random.percent(first_share) ? first : 0) |
                                   (random.percent(second_share) ? second : 0));
}

std::size_t behind_name(std::span<const std::uint8_t> message) noexcept {
  std::size_t at = kHeader;
  while (at < message.size() && message[at] != 0) at += std::size_t{message[at]} + 1;
  return at + 1;
}

/// Where an OPT begins that ends the message, or behind a query's question; 0 when there is none.
std::size_t opt_of(std::span<const std::uint8_t> message, std::size_t question_end, Side from) noexcept {
  if (message[11] == 0 || message.size() < kHeader + kOpt) return 0;
  const std::size_t at = from == Side::client ? question_end : message.size() - kOpt;
  return at + kOpt <= message.size() && message[at] == 0 && message[at + 1] == 0 && message[at + 2] == 41 ? at : 0;
}

}  // namespace

Variety draw_variety(Random& random, bool without_answer) noexcept {
  Variety variety;
  if (without_answer) {
    variety.type = kTypes[random.log_uniform(5)];
    variety.rcode = random.percent(30) ? kRcodes[random.log_uniform(3)] : std::uint8_t{0};
  }
  variety.size = kSizes[random.log_uniform(5)];
  variety.query_bits = some_of(random, 0x20, 30, 0x10, 7);
  variety.response_bits = some_of(random, 0x04, 12, 0x02, 1);
  variety.response_state = some_of(random, 0x80, 4, 0x20, 15);
  return variety;
}

void vary(std::span<std::uint8_t> message, Side from, const Variety& variety) noexcept {
  const std::size_t type = behind_name(message);
  if (type + 4 > message.size()) return;
  if (variety.type != 0) put16(message.data() + type, variety.type);
  message[3] ^= variety.query_bits;
  if (from == Side::server) {
    message[2] ^= variety.response_bits;
    message[3] ^= variety.response_state;
    if (variety.rcode != 0) message[3] = static_cast<std::uint8_t>((message[3] & 0xf0) | variety.rcode);
  }
  if (const std::size_t opt = opt_of(message, type + 4, from); opt != 0)
    put16(message.data() + opt + 3, variety.size);
}

}  // namespace uptake::workload
