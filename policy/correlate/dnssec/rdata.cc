#include "policy/correlate/dnssec/rdata.h"

#include <cstring>
#include <string_view>

#include "policy/correlate/dnssec/name.h"

namespace uptake::dnssec {
namespace {

/// What stands in the RDATA of a type before its last name: n is a name, a digit as many octets, x 18 octets, s a
/// character-string, a the address of an A6. Empty: nothing changes. All types with names in RFC 4034 §6.2; NSEC is
/// none of them (RFC 6840 §5.1), nor is any that came later (RFC 3597 §7).
constexpr std::string_view layout_of(std::uint16_t type) noexcept {
  switch (type) {
    case 2:   // NS
    case 3:   // MD
    case 4:   // MF
    case 5:   // CNAME
    case 7:   // MB
    case 8:   // MG
    case 9:   // MR
    case 12:  // PTR
    case 30:  // NXT
    case 39:  // DNAME
      return "n";
    case 6:   // SOA
    case 14:  // MINFO
    case 17:  // RP
      return "nn";
    case 15:  // MX
    case 18:  // AFSDB
    case 21:  // RT
    case 36:  // KX
      return "2n";
    case 24:  // SIG
      return "xn";
    case 26:  // PX
      return "2nn";
    case 33:  // SRV
      return "6n";
    case 35:  // NAPTR
      return "4sssn";
    case 38:  // A6
      return "an";
    default:
      return {};
  }
}

/// Room: appends octets; what does not fit is remembered.
class Room {
 public:
  explicit Room(std::span<std::uint8_t> octets) noexcept : octets_(octets) {}
  void add(Bytes more) noexcept {
    full_ = full_ || more.size() > octets_.size() - size_;
    if (full_ || more.empty()) return;
    std::memcpy(octets_.data() + size_, more.data(), more.size());
    size_ += more.size();
  }
  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] Bytes made() const noexcept { return octets_.first(size_); }

 private:
  std::span<std::uint8_t> octets_;
  std::size_t size_ = 0;
  bool full_ = false;
};

/// prefix length(1) address suffix(0 to 16) and, unless the length is 0, a name (RFC 2874 §3.1). True: a name
/// follows.
bool add_a6(Cursor& rdata, Room& room) noexcept {
  Cursor front = rdata;
  const unsigned length = front.u8();
  const std::size_t octets = length > 128 ? 0 : (128 - length + 7) / 8;
  room.add(rdata.bytes(1 + octets));
  return length != 0;
}

}  // namespace

Rdata canonical_rdata(std::uint16_t type, Bytes message, Cursor rdata, std::span<std::uint8_t> free) noexcept {
  constexpr std::size_t kSigFront = 18;
  const std::string_view layout = layout_of(type);
  if (layout.empty()) return {.bytes = rdata.rest()};
  Room room(free);
  const std::uint8_t* const end = rdata.here() + rdata.left();
  for (const char part : layout) {
    if (part == 'n') {
      Name name;
      // A name is read in the message up to where the RDATA ends.
      if (!read_name(message.first(static_cast<std::size_t>(end - message.data())), rdata, name))
        return {.how = Rdata::How::malformed};
      name.to_lower();
      room.add(name.wire());
    } else if (part == 's') {
      Cursor front = rdata;
      room.add(rdata.bytes(std::size_t{1} + front.u8()));
    } else if (part == 'a') {
      if (!add_a6(rdata, room)) break;
    } else {
      room.add(rdata.bytes(part == 'x' ? kSigFront : static_cast<std::size_t>(part - '0')));
    }
    if (rdata.failed()) return {.how = Rdata::How::malformed};
  }
  room.add(rdata.rest());
  if (room.full()) return {.how = Rdata::How::no_room};
  return {.bytes = room.made(), .taken = room.made().size()};
}

}  // namespace uptake::dnssec
