#pragma once

#include <cstddef>
#include <cstdint>

#include "dissectors/big_endian.h"
#include "dissectors/cursor.h"
#include "dissectors/dns/facts.h"

namespace uptake::dns {

inline constexpr std::size_t kMaxLabel = 63;           ///< octets of a label (RFC 1035 §2.3.4)
inline constexpr std::size_t kMaxName = 255;           ///< octets of a name with its length octets (RFC 1035 §2.3.4)
inline constexpr std::size_t kMaxText = 4 * kMaxName;  ///< characters of any name's presentation form
inline constexpr std::size_t kHeaderBytes = 12;        ///< of a message (RFC 1035 §4.1.1)

/// QuestionName: a name as text: lower case, no last dot (the root is "."), each octet that is no visible ASCII
/// character, and each dot or backslash inside a label, as \DDD (RFC 1035 §5.1, RFC 4343): one text for one name.
/// Neither sound nor cut: the name breaks RFC 1035 §3.1.
struct QuestionName {
  bool sound = false;
  bool cut = false;         ///< the octets end inside the name
  bool underscore = false;  ///< some label has one
  std::size_t octets = 0;   ///< of the name on the wire
  std::size_t size = 0;     ///< of the text
};

/// A pointer at `from` leads to before it and behind the header (RFC 1035 §4.1.4).
[[nodiscard]] constexpr bool points_back(std::size_t target, std::size_t from) noexcept {
  return target >= kHeaderBytes && target < from;
}

/// Reads the uncompressed name at the start of `message` into `text`, which has room for kMaxText octets.
[[nodiscard]] QuestionName read_question_name(Bytes message, std::uint8_t* text) noexcept;

/// The same without the text, and with nothing said of underscores but whether a label begins with one.
[[nodiscard]] QuestionName pass_question_name(Bytes message) noexcept;

/// What kind of policy record is published under the name.
[[nodiscard]] Label label_of(Bytes text) noexcept;

/// Passes over a name without following its pointer. False when the octets are no name, so that nothing says where it
/// ends; a pointer that does not point to before the name's start in `message` (RFC 1035 §4.1.4) is passed over, and
/// sets `bad_pointer`. Running off the end is the cursor's failure alone.
[[nodiscard]] bool pass_name(Cursor& at, const std::uint8_t* message, bool& bad_pointer) noexcept;

/// The same; false also for a bad pointer.
[[nodiscard]] inline bool skip_name(Cursor& at, const std::uint8_t* message) noexcept {
  bool bad_pointer = false;
  return pass_name(at, message, bad_pointer) && !bad_pointer;
}

}  // namespace uptake::dns
