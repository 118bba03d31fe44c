#pragma once

#include "dissectors/bgp/facts.h"
#include "dissectors/cursor.h"

namespace uptake::bgp {

inline constexpr std::uint8_t kCease = 6;
inline constexpr std::uint8_t kAdministrativeShutdown = 2;  // RFC 4486 section 4
inline constexpr std::uint8_t kAdministrativeReset = 4;

/// Notification: one NOTIFICATION; its words are borrowed.
struct Notification {
  NotificationBits bits;
  Bytes words;
};

/// uint8 code; uint8 subcode; data: of a shutdown or a reset uint8 length; text (RFC 4271 section 4.5, RFC 9003
/// section 2). Requires at least two octets.
[[nodiscard]] constexpr Notification read_notification(Bytes body) noexcept {
  Notification read;
  Cursor at(body);
  read.bits.code = at.u8();
  read.bits.subcode = at.u8();
  const bool may_speak = read.bits.code == kCease &&
                         (read.bits.subcode == kAdministrativeShutdown || read.bits.subcode == kAdministrativeReset);
  if (!may_speak || at.empty()) return read;
  const Bytes words = at.bytes(at.u8());
  if (at.failed() || !at.empty()) {
    read.bits.communication = Communication::broken;
  } else if (!words.empty()) {
    read.bits.communication = Communication::said;
    read.words = words;
  }
  return read;
}

}  // namespace uptake::bgp
