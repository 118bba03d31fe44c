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

/// How the reading of records goes on.
enum class Step : std::uint8_t { sound, ran_off, malformed };

/// NAME of a record: nearly always a pointer or the root, the rest is for skip_name().
[[nodiscard]] inline bool skip_owner(Cursor& at, const std::uint8_t* message, Record& record) noexcept {
  const Bytes rest = at.rest();
  record.owner_is_root = !rest.empty() && rest[0] == 0;
  if (record.owner_is_root) {
    at.skip(1);
    return true;
  }
  if (rest.size() >= 2 && rest[0] >= 0xc0) [[likely]] {
    at.skip(2);
    return points_back(u16_at(rest, 0) & 0x3fffU, static_cast<std::size_t>(rest.data() - message));
  }
  Cursor behind = at;  // a copy, so that `at` itself can stay in registers
  const bool sound = skip_name(behind, message);
  at = behind;
  return sound;
}

/// NAME TYPE(2) CLASS(2) TTL(4) RDLENGTH(2) RDATA (RFC 1035 §4.1.3)
[[nodiscard]] inline Step read_record(Cursor& at, const std::uint8_t* message, Record& record) noexcept {
  if (!skip_owner(at, message, record)) return Step::malformed;
  const Bytes fixed = at.bytes(10);
  if (fixed.empty()) return Step::ran_off;
  record.type = u16_at(fixed, 0);
  record.klass = u16_at(fixed, 2);
  record.ttl = std::uint32_t{u16_at(fixed, 4)} << 16 | u16_at(fixed, 6);
  record.rdata = at.sub(u16_at(fixed, 8));
  return at.failed() ? Step::ran_off : Step::sound;
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
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  static constexpr std::size_t capacity() noexcept { return N; }

 private:
  std::size_t count_ = 0;
  std::array<std::uint64_t, N> values_;
};

}  // namespace uptake::dns
