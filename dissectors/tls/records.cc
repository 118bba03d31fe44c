#include "dissectors/tls/records.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace uptake::tls {

// struct { ContentType type; ProtocolVersion version; uint16 length; opaque fragment[length]; }  RFC 8446 section 5.1
Records::Status Records::enter_record() noexcept {
  if (record_left_ > 0) return Status::ok;
  Cursor cursor(bytes_.subspan(position_));
  const std::uint8_t type = cursor.u8();
  const std::uint16_t version = cursor.u16();
  const std::uint16_t length = cursor.u16();
  if (cursor.failed()) return Status::short_of_bytes;
  type_ = type;
  constexpr std::uint8_t kHeartbeat = 24;
  if (type < kChangeCipherSpec || type > kHeartbeat || version >> 8 != 3) return Status::no_record;
  if (length > kMaxRecord) return Status::malformed;
  if (type != kHandshake) return Status::other_record;
  // Empty fragments of handshake messages are forbidden, and would cost work without end (section 5.1).
  if (length == 0) return Status::malformed;
  position_ += kRecordHeader;
  record_left_ = length;
  return Status::ok;
}

Records::Status Records::copy(std::uint32_t count, std::uint8_t* to) noexcept {
  while (count > 0) {
    const Status status = enter_record();
    if (status != Status::ok) return status;
    const auto here = static_cast<std::uint32_t>(bytes_.size() - position_);
    const std::uint32_t part = std::min({count, record_left_, here});
    if (part == 0) return Status::short_of_bytes;
    std::memcpy(to, bytes_.data() + position_, part);
    to += part;
    count -= part;
    position_ += part;
    record_left_ -= part;
  }
  return Status::ok;
}

// struct { HandshakeType msg_type; uint24 length; opaque body[length]; }  RFC 8446 section 4
Records::Status Records::header(std::uint8_t& type, std::uint32_t& length) noexcept {
  Records probe = *this;
  std::array<std::uint8_t, 4> octets{};
  const Status status = probe.copy(octets.size(), octets.data());
  type_ = probe.type_;
  if (status != Status::ok) return status;
  Cursor cursor(octets);
  type = cursor.u8();
  length = cursor.u24();
  return Status::ok;
}

Records::Status Records::message(std::uint8_t& type, Bytes& body, std::uint8_t* scratch) noexcept {
  const Status entered = enter_record();
  if (entered != Status::ok) return entered;
  // Nearly always the message lies in one record.
  Cursor cursor(bytes_.subspan(position_, std::min<std::size_t>(record_left_, bytes_.size() - position_)));
  type = cursor.u8();
  const std::uint32_t length = cursor.u24();
  if (cursor.ok() && cursor.left() >= length) {
    body = cursor.bytes(length);
    position_ += 4 + length;
    record_left_ -= 4 + length;
    return Status::ok;
  }
  std::uint32_t size = 0;
  Status status = header(type, size);
  if (status != Status::ok) return status;
  if (size > kMaxMessage) return Status::too_long;
  Records walk = *this;
  std::uint32_t left = 4 + size;
  status = walk.skip(left);
  type_ = walk.type_;
  if (status != Status::ok) return status;
  std::uint32_t head = 4;
  (void)skip(head);
  (void)copy(size, scratch);
  body = {scratch, size};
  return Status::ok;
}

Records::Status Records::skip(std::uint32_t& count) noexcept {
  while (count > 0) {
    const Status status = enter_record();
    if (status != Status::ok) return status;
    const auto here = static_cast<std::uint32_t>(bytes_.size() - position_);
    const std::uint32_t part = std::min({count, record_left_, here});
    if (part == 0) return Status::short_of_bytes;
    count -= part;
    position_ += part;
    record_left_ -= part;
  }
  return Status::ok;
}

}  // namespace uptake::tls
