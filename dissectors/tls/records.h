#pragma once

#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/tls/messages.h"

namespace uptake::tls {

/// Content types of the record layer that matter here (RFC 8446 section 5.1).
inline constexpr std::uint8_t kChangeCipherSpec = 20;
inline constexpr std::uint8_t kAlert = 21;
inline constexpr std::uint8_t kHandshake = 22;
inline constexpr std::uint8_t kApplicationData = 23;
/// Octets of a record header, and the most that a record may hold below TLS 1.3 (RFC 5246 section 6.2.3).
inline constexpr std::size_t kRecordHeader = 5;
inline constexpr std::uint32_t kMaxRecord = (1U << 14) + 2048;

/// Records: reads the handshake messages out of the records in some bytes. Messages may share a record or span many.
/// `record_left` octets of a record begun earlier come first.
class Records {
 public:
  enum class Status : std::uint8_t {
    ok,
    short_of_bytes,  ///< more bytes may complete it
    other_record,    ///< a record that is no handshake: type() is its content type
    no_record,       ///< nothing like the header of a record
    malformed,       ///< a record that may not be
    too_long,        ///< a message of more than kMaxMessage octets
  };

  Records(Bytes bytes, std::uint32_t record_left) noexcept : bytes_(bytes), record_left_(record_left) {}

  /// Type and length of the next message, without moving.
  [[nodiscard]] Status header(std::uint8_t& type, std::uint32_t& length) noexcept;
  /// The body of the next message, and moves behind it: a view of the bytes when it lies in one record, else put
  /// together in `scratch` of kMaxMessage octets.
  [[nodiscard]] Status message(std::uint8_t& type, Bytes& body, std::uint8_t* scratch) noexcept;
  /// Moves over at most `count` octets of messages; how many are still to come is left in `count`.
  [[nodiscard]] Status skip(std::uint32_t& count) noexcept;

  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::uint32_t record_left() const noexcept { return record_left_; }
  [[nodiscard]] std::uint8_t type() const noexcept { return type_; }

 private:
  [[nodiscard]] Status enter_record() noexcept;
  [[nodiscard]] Status copy(std::uint32_t count, std::uint8_t* to) noexcept;

  Bytes bytes_;
  std::size_t position_ = 0;
  std::uint32_t record_left_;
  std::uint8_t type_ = kHandshake;
};

}  // namespace uptake::tls
