#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "dissectors/cursor.h"

namespace uptake::smtp {

/// BodyEnd: finds where a body ends that DATA announced: <CRLF>.<CRLF> (RFC 5321 section 4.1.1.4). It may come in
/// pieces; nothing of it is kept.
class BodyEnd {
 public:
  /// How many octets belong to the body; `found` when it ends behind them.
  [[nodiscard]] std::size_t pass(Bytes bytes, bool& found) noexcept {
    found = false;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      if (matched_ == 0) {
        const void* const next = std::memchr(bytes.data() + at, kEnd[0], bytes.size() - at);
        if (next == nullptr) return bytes.size();
        at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(next) - bytes.data());
      }
      const char octet = static_cast<char>(bytes[at]);
      matched_ = static_cast<std::uint8_t>(octet == kEnd[matched_] ? matched_ + 1 : octet == kEnd[0] ? 1 : 0);
      if (matched_ < kSize) continue;
      matched_ = 0;
      found = true;
      return at + 1;
    }
    return bytes.size();
  }
  /// A body begins: in front of it stands the end of a line.
  void restart() noexcept { matched_ = kAtStart; }

 private:
  static constexpr const char* kEnd = "\r\n.\r\n";
  static constexpr std::uint8_t kSize = 5;
  static constexpr std::uint8_t kAtStart = 2;
  std::uint8_t matched_ = 0;
};

}  // namespace uptake::smtp
