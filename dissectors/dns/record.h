#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/dns/name.h"

namespace uptake::dns {

/// RR types (IANA DNS Parameters) that the dissector looks at, and the QTYPEs that ask for several.
enum Type : std::uint16_t {
  kTypeA = 1,
  kTypeTxt = 16,
  kTypeAaaa = 28,
  kTypeOpt = 41,
  kTypeDs = 43,
  kTypeRrsig = 46,
  kTypeNsec = 47,
  kTypeDnskey = 48,
  kTypeNsec3 = 50,
  kTypeNsec3Param = 51,
  kTypeTlsa = 52,
  kTypeSvcb = 64,
  kTypeHttps = 65,
  kTypeIxfr = 251,
  kTypeAxfr = 252,
  kTypeAny = 255,
  kTypeCaa = 257,
};
inline constexpr std::uint16_t kClassIn = 1;

enum class Section : std::uint8_t { answer, authority, additional };

/// Record: one resource record; its RDATA is a cursor bounded by RDLENGTH.
struct Record {
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  std::uint32_t ttl = 0;
  bool owner_is_root = false;
  Cursor rdata;
};

/// NAME TYPE(2) CLASS(2) TTL(4) RDLENGTH(2) RDATA (RFC 1035 §4.1.3). False when malformed; running off the end is the
/// cursor's failure alone.
[[nodiscard]] inline bool read_record(Cursor& at, const std::uint8_t* message, Record& record) noexcept {
  const std::uint8_t* owner = at.here();
  if (!skip_name(at, message)) return false;
  record.owner_is_root = at.here() - owner == 1;
  const Bytes fixed = at.bytes(10);
  if (fixed.empty()) return true;
  record.type = u16_at(fixed, 0);
  record.klass = u16_at(fixed, 2);
  record.ttl = std::uint32_t{u16_at(fixed, 4)} << 16 | u16_at(fixed, 6);
  record.rdata = at.sub(u16_at(fixed, 8));
  return true;
}

/// Few: at most `N` values in the order of their first sighting; what does not fit is left out.
template <std::size_t N>
class Few {
 public:
  void add(std::uint64_t value) noexcept {
    if (count_ < N) values_[count_++] = value;
  }
  void add_once(std::uint64_t value) noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      if (values_[i] == value) return;
    add(value);
  }
  [[nodiscard]] const std::uint64_t* begin() const noexcept { return values_.data(); }
  [[nodiscard]] const std::uint64_t* end() const noexcept { return values_.data() + count_; }
  static constexpr std::size_t capacity() noexcept { return N; }

 private:
  std::size_t count_ = 0;
  std::array<std::uint64_t, N> values_;
};

}  // namespace uptake::dns
