#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace uptake {

/// Bytes: borrowed octets, as captured; valid until the burst they came with is released.
using Bytes = std::span<const std::uint8_t>;

/// Whether the bytes begin with all octets of `text`.
[[nodiscard]] constexpr bool starts_with(Bytes bytes, std::string_view text) noexcept {
  if (bytes.size() < text.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (bytes[i] != static_cast<std::uint8_t>(text[i])) return false;
  return true;
}

/// Cursor: reads borrowed bytes forward, big-endian. The one bounds check of every dissector.
/// A read past the end fails; after a failure it stands at its end, reads zero and stays failed.
class Cursor {
 public:
  constexpr Cursor() noexcept = default;
  constexpr explicit Cursor(Bytes bytes) noexcept : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] constexpr bool ok() const noexcept { return failed_ == 0; }
  [[nodiscard]] constexpr bool failed() const noexcept { return failed_ != 0; }
  [[nodiscard]] constexpr std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] constexpr bool empty() const noexcept { return at_ == end_; }
  /// Where the next read starts; for offsets relative to a known base.
  [[nodiscard]] constexpr const std::uint8_t* here() const noexcept { return at_; }
  [[nodiscard]] constexpr Bytes rest() const noexcept { return {at_, left()}; }

  constexpr std::uint8_t u8() noexcept {
    const std::uint8_t* p = take(1);
    return p != nullptr ? p[0] : std::uint8_t{0};
  }
  constexpr std::uint16_t u16() noexcept {
    const std::uint8_t* p = take(2);
    return p != nullptr ? static_cast<std::uint16_t>(p[0] << 8 | p[1]) : std::uint16_t{0};
  }
  constexpr std::uint32_t u24() noexcept {
    const std::uint8_t* p = take(3);
    return p != nullptr ? std::uint32_t{p[0]} << 16 | std::uint32_t{p[1]} << 8 | p[2] : 0U;
  }
  constexpr std::uint32_t u32() noexcept {
    const std::uint8_t* p = take(4);
    return p != nullptr ? std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3]
                        : 0U;
  }

  constexpr void skip(std::size_t count) noexcept { (void)take(count); }

  /// The next `count` bytes, or an empty span after a failure.
  constexpr Bytes bytes(std::size_t count) noexcept {
    const std::uint8_t* p = take(count);
    return p != nullptr ? Bytes{p, count} : Bytes{};
  }

  /// A bounded cursor over the next `count` bytes; failed when they are not all there.
  constexpr Cursor sub(std::size_t count) noexcept {
    const std::uint8_t* p = take(count);
    Cursor inner;
    if (p == nullptr) {
      inner.failed_ = 1;
      return inner;
    }
    inner.at_ = p;
    inner.end_ = p + count;
    return inner;
  }
  /// Bounded cursors behind a length prefix of one or two octets (TLS vectors).
  constexpr Cursor prefixed8() noexcept { return sub_after(u8()); }
  constexpr Cursor prefixed16() noexcept { return sub_after(u16()); }

 private:
  constexpr const std::uint8_t* take(std::size_t count) noexcept {
    if (left() < count) [[unlikely]] {
      at_ = end_;
      failed_ = 1;
      return nullptr;
    }
    const std::uint8_t* p = at_;
    at_ += count;
    return p;
  }
  constexpr Cursor sub_after(std::size_t count) noexcept {
    if (failed()) [[unlikely]] {
      Cursor inner;
      inner.failed_ = 1;
      return inner;
    }
    return sub(count);
  }

  const std::uint8_t* at_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  /// 8 octets wide: copying the cursor after a 1-octet store would stall (store forwarding fails).
  std::uint64_t failed_ = 0;
};

}  // namespace uptake
