#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

/// SegmentType: of AS_PATH (RFC 4271 section 4.3, RFC 5065 section 3).
enum class SegmentType : std::uint8_t { as_set = 1, as_sequence = 2, confed_sequence = 3, confed_set = 4 };

/// PathSegment: one segment of an AS_PATH. Borrowed.
struct PathSegment {
  SegmentType type{};
  Octets octets = Octets::unknown;
  Bytes numbers;

  [[nodiscard]] constexpr bool is_set() const noexcept {
    return type == SegmentType::as_set || type == SegmentType::confed_set;
  }
  [[nodiscard]] constexpr bool is_confederation() const noexcept { return type >= SegmentType::confed_sequence; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return numbers.size() / width(); }
  [[nodiscard]] constexpr std::uint32_t operator[](std::size_t index) const noexcept {
    Cursor at(numbers.subspan(index * width()));
    return octets == Octets::four ? at.u32() : at.u16();
  }

 private:
  [[nodiscard]] constexpr std::size_t width() const noexcept { return octets == Octets::four ? 4 : 2; }
};

/// AsPath: reads the segments of an AS_PATH with AS numbers of two or four octets.
class AsPath {
 public:
  constexpr AsPath(Bytes path, Octets octets) noexcept : at_(path), octets_(octets) {}

  /// uint8 type; uint8 count; AS numbers. False at the end, or where the path is broken. A segment without AS numbers
  /// breaks it (RFC 7606 section 7.2).
  [[nodiscard]] constexpr bool next(PathSegment& segment) noexcept {
    if (at_.empty()) return false;
    const std::uint8_t type = at_.u8();
    const std::uint8_t count = at_.u8();
    segment = {static_cast<SegmentType>(type), octets_,
               at_.bytes(std::size_t{count} * (octets_ == Octets::four ? 4 : 2))};
    broken_ = at_.failed() || type < 1 || type > 4 || count == 0;
    return !broken_;
  }
  [[nodiscard]] constexpr bool broken() const noexcept { return broken_; }

 private:
  Cursor at_;
  Octets octets_;
  bool broken_ = false;
};

/// Whether a path is whole with AS numbers of that size.
[[nodiscard]] constexpr bool fits(Bytes path, Octets octets) noexcept {
  AsPath read(path, octets);
  for (PathSegment segment; read.next(segment);) continue;
  return !read.broken();
}

/// Whether an AS of a whole path is 0, which is nobody's.
[[nodiscard]] constexpr bool has_as_zero(Bytes path, Octets octets) noexcept {
  AsPath read(path, octets);
  for (PathSegment segment; read.next(segment);)
    for (std::size_t i = 0; i < segment.size(); ++i)
      if (segment[i] == 0) return true;
  return false;
}

/// Where no OPEN told it: the size with which the path is whole, if that is only one; of an empty path none.
[[nodiscard]] constexpr Octets octets_of(Bytes path) noexcept {
  const bool two = fits(path, Octets::two);
  const bool four = fits(path, Octets::four);
  if (two == four) return Octets::unknown;
  return four ? Octets::four : Octets::two;
}

// RFC 4271 section 5.1.2, RFC 6793 section 4.1, RFC 7606 section 7.2; AS 0 breaks it: RFC 7607 section 2
[[nodiscard]] inline Flaw read_as_path(Bytes value, Attributes& into) noexcept {
  if (into.as_octets == Octets::unknown) into.as_octets = octets_of(value);
  into.as_path = value;
  if (into.as_octets == Octets::unknown) return fits(value, Octets::two) ? Flaw::none : Flaw::withdraw;
  return fits(value, into.as_octets) && !has_as_zero(value, into.as_octets) ? Flaw::none : Flaw::withdraw;
}
inline constexpr Attribute kAsPath{2, kTransitive, Flaw::withdraw, read_as_path};

}  // namespace uptake::bgp
