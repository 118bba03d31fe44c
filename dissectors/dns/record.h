#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/dns/name.h"

namespace uptake::dns {

/// Type: RR types (IANA DNS Parameters) that the dissector looks at, and the QTYPEs that ask for several.
enum Type : std::uint16_t {
  kTypeA = 1,
  kTypeCname = 5,
  kTypeSoa = 6,
  kTypeNull = 10,
  kTypeTxt = 16,
  kTypeAaaa = 28,
  kTypeDname = 39,
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

/// Record: one resource record; its RDATA is a cursor bounded by RDLENGTH.
struct Record {
  std::uint64_t front = 0;  ///< TYPE(2) CLASS(2) TTL(4)
  bool owner_is_root = false;
  bool bad_owner = false;  ///< its owner points forward, into the header or to itself
  Cursor rdata;

  [[nodiscard]] constexpr std::uint16_t type() const noexcept { return static_cast<std::uint16_t>(front >> 48); }
  [[nodiscard]] constexpr std::uint16_t klass() const noexcept { return static_cast<std::uint16_t>(front >> 32); }
  [[nodiscard]] constexpr std::uint32_t ttl() const noexcept { return static_cast<std::uint32_t>(front); }
};

/// Step: how the reading of records goes on.
enum class Step : std::uint8_t { sound, ran_off, malformed };

/// What stands behind a record's owner: TYPE(2) CLASS(2) TTL(4) RDLENGTH(2) RDATA. Leaves `at` behind a sound one.
[[nodiscard, gnu::always_inline]] inline Step read_fixed(const std::uint8_t*& at, const std::uint8_t* end,
                                                         Record& record) noexcept {
  constexpr std::ptrdiff_t kFixed = 10;
  const std::ptrdiff_t left = end - at - kFixed;
  if (left < 0) return Step::ran_off;
  const std::ptrdiff_t length = be16(at + 8);
  if (left < length) return Step::ran_off;
  record.front = be64(at);
  at += kFixed;
  record.rdata = Cursor({at, static_cast<std::size_t>(length)});
  at += length;
  return Step::sound;
}

/// Reads a record that the capture cut; false unless all in front of its RDATA is there.
[[nodiscard]] bool read_cut_record(const std::uint8_t* at, const std::uint8_t* end, const std::uint8_t* message,
                                   Record& record) noexcept;

/// The same for any owner. Not inlined, because nearly all owners are a pointer or the root.
[[nodiscard]] Step read_named_record(const std::uint8_t*& at, const std::uint8_t* end, const std::uint8_t* message,
                                     Record& record) noexcept;

/// NAME TYPE(2) CLASS(2) TTL(4) RDLENGTH(2) RDATA (RFC 1035 §4.1.3). Leaves `at` behind a sound record.
[[nodiscard, gnu::always_inline]] inline Step read_record(const std::uint8_t*& at, const std::uint8_t* end,
                                                          const std::uint8_t* message, Record& record) noexcept {
  if (end - at < 2) return Step::ran_off;
  const unsigned owner = be16(at);
  record.owner_is_root = owner < 0x100;
  record.bad_owner = false;
  if (owner >= 0xc000) {
    record.bad_owner = !points_back(owner & 0x3fff, static_cast<std::size_t>(at - message));
  } else if (!record.owner_is_root) [[unlikely]] {
    return read_named_record(at, end, message, record);
  }
  at += record.owner_is_root ? 1 : 2;
  return read_fixed(at, end, record);
}

/// Few: at most `N` values in the order of their first sighting; what does not fit is counted.
template <class T, std::size_t N>
class Few {
 public:
  void add(const T& value) noexcept {
    if (count_ < N) {
      values_[count_++] = value;
    } else {
      ++beyond_;
    }
  }
  void add_once(const T& value) noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      if (values_[i] == value) return;
    add(value);
  }
  [[nodiscard]] const T* begin() const noexcept { return values_.data(); }
  [[nodiscard]] const T* end() const noexcept { return values_.data() + count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// Values that did not fit.
  [[nodiscard]] std::uint32_t beyond() const noexcept { return beyond_; }
  static constexpr std::size_t capacity() noexcept { return N; }

 private:
  std::uint32_t count_ = 0;
  std::uint32_t beyond_ = 0;
  std::array<T, N> values_;
};

}  // namespace uptake::dns
