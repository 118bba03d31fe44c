#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace uptake {

/// Name: a text that may be an argument of a template.
template <std::size_t kSize>
struct Name {
  char text[kSize]{};
  constexpr Name(const char (&from)[kSize]) noexcept { std::copy_n(from, kSize, text); }
};

/// Plain: a field whose bits are its member's value. A number loses the bits that do not fit; every enumerator of an
/// enumeration must fit.
struct Plain {
  template <class Member>
  static constexpr std::uint64_t encode(Member member) noexcept {
    return static_cast<std::uint64_t>(member);
  }
  template <class Member>
  static constexpr Member decode(std::uint64_t code) noexcept {
    return static_cast<Member>(code);
  }
};

template <auto kOne, auto kOther>
[[nodiscard]] constexpr bool same_member() noexcept {
  return std::is_same_v<std::integral_constant<decltype(kOne), kOne>,
                        std::integral_constant<decltype(kOther), kOther>>;
}

/// Field: one member of a packed value: `kBits` bits from bit `kAt` on, and its name in events; empty: it has none.
/// `Code` says how the member's value becomes bits.
template <auto kMember, unsigned kAt, unsigned kBits, Name kName = "", class Code = Plain>
struct Field {
  static_assert(kBits > 0 && kAt + kBits <= 64);
  static constexpr std::string_view kText{kName.text};
  static constexpr std::uint64_t kCodes = kBits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << kBits) - 1;
  static constexpr std::uint64_t kMask = kCodes << kAt;

  template <class Value>
  [[gnu::always_inline]] static constexpr std::uint64_t pack(const Value& value) noexcept {
    const std::uint64_t code = Code::encode(value.*kMember);
    using Member = std::remove_cvref_t<decltype(value.*kMember)>;
    if constexpr (std::is_enum_v<Member> || std::is_same_v<Member, bool>) return code << kAt;
    return (code & kCodes) << kAt;
  }
  template <class Value>
  [[gnu::always_inline]] static constexpr void unpack(std::uint64_t bits, Value& value) noexcept {
    value.*kMember = Code::template decode<std::remove_cvref_t<decltype(value.*kMember)>>(bits >> kAt & kCodes);
  }
  template <auto kOther>
  static constexpr bool kIs = same_member<kMember, kOther>();
};

/// Flag: a Field of one bit.
template <auto kMember, unsigned kAt, Name kName = "">
using Flag = Field<kMember, kAt, 1, kName>;

/// Derived: a member that has a name but no bits: it follows from other fields.
template <auto kMember, Name kName>
struct Derived {
  static constexpr std::string_view kText{kName.text};
  static constexpr std::uint64_t kMask = 0;
  template <class Value>
  static constexpr std::uint64_t pack(const Value&) noexcept {
    return 0;
  }
  template <class Value>
  static constexpr void unpack(std::uint64_t, Value&) noexcept {}
  template <auto kOther>
  static constexpr bool kIs = same_member<kMember, kOther>();
};

/// Fields: the table of a packed value. No two of its fields share a bit.
template <class Value, class... Each>
struct Fields {
  /// Bits that a field has.
  static constexpr std::uint64_t kUsed = (std::uint64_t{0} | ... | Each::kMask);
  static_assert((0 + ... + std::popcount(Each::kMask)) == std::popcount(kUsed), "two fields share a bit");

  // Inlined always: most callers set or read a few fields, and the rest folds away.
  [[nodiscard, gnu::always_inline]] static constexpr std::uint64_t pack(const Value& value) noexcept {
    return (std::uint64_t{0} | ... | Each::pack(value));
  }
  [[nodiscard, gnu::always_inline]] static constexpr Value unpack(std::uint64_t bits) noexcept {
    Value value;
    (Each::unpack(bits, value), ...);
    return value;
  }
  /// The bits of one field, all set.
  template <auto kMember>
  static constexpr std::uint64_t kMaskOf = (std::uint64_t{0} | ... | (Each::template kIs<kMember> ? Each::kMask : 0));
  /// The name of one field in events.
  template <auto kMember>
  [[nodiscard]] static constexpr std::string_view name() noexcept {
    static_assert((Each::template kIs<kMember> || ...), "the table has no such field");
    std::string_view found;
    ((Each::template kIs<kMember> ? (void)(found = Each::kText) : (void)0), ...);
    return found;
  }
};

}  // namespace uptake
