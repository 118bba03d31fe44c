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

/// NAME of the record at the start of `rest`: nearly always a pointer or the root, all else is for skip_name().
[[nodiscard]] inline Step skip_owner(Bytes& rest, const std::uint8_t* message, bool& is_root) noexcept {
  if (rest.empty()) return Step::ran_off;
  is_root = rest[0] == 0;
  if (rest[0] >= 0xc0 && rest.size() >= 2) [[likely]] {
    const std::size_t target = u16_at(rest, 0) & 0x3fffU;
    if (!points_back(target, static_cast<std::size_t>(rest.data() - message))) return Step::malformed;
    rest = rest.subspan(2);
    return Step::sound;
  }
  if (is_root) {
    rest = rest.subspan(1);
    return Step::sound;
  }
  Cursor at(rest);
  if (!skip_name(at, message)) return Step::malformed;
  if (at.failed()) return Step::ran_off;
  rest = at.rest();
  return Step::sound;
}

/// NAME TYPE(2) CLASS(2) TTL(4) RDLENGTH(2) RDATA (RFC 1035 §4.1.3). Leaves in `rest` what follows a sound record.
[[nodiscard]] inline Step read_record(Bytes& rest, const std::uint8_t* message, Record& record) noexcept {
  constexpr std::size_t kFixed = 10;
  const Step owner = skip_owner(rest, message, record.owner_is_root);
  if (owner != Step::sound) return owner;
  if (rest.size() < kFixed) return Step::ran_off;
  const std::uint64_t front = u64_at(rest, 0);
  const std::size_t end = kFixed + u16_at(rest, 8);
  if (rest.size() < end) return Step::ran_off;
  record.type = static_cast<std::uint16_t>(front >> 48);
  record.klass = static_cast<std::uint16_t>(front >> 32);
  record.ttl = static_cast<std::uint32_t>(front);
  record.rdata = Cursor(rest.subspan(kFixed, end - kFixed));
  rest = rest.subspan(end);
  return Step::sound;
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
