#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "dissectors/ascii.h"
#include "dissectors/cursor.h"

namespace uptake::dnssec {

/// Name: a domain name in wire form without compression (RFC 1035 §3.1). At first the root.
class Name {
 public:
  static constexpr std::size_t kMost = 255;       ///< octets
  static constexpr std::size_t kMostText = 1020;  ///< characters of text()

  Name() noexcept { std::fill_n(octets_.begin(), kStep, std::uint8_t{0}); }

  [[nodiscard]] Bytes wire() const noexcept { return {octets_.data(), size_}; }
  /// The wire form of last(labels).
  [[nodiscard]] Bytes wire_of_last(unsigned labels) const noexcept;
  /// Without the root.
  [[nodiscard]] unsigned labels() const noexcept { return labels_; }
  [[nodiscard]] bool is_root() const noexcept { return labels_ == 0; }
  [[nodiscard]] bool is_wildcard() const noexcept { return size_ > 2 && octets_[0] == 1 && octets_[1] == '*'; }
  /// The last `labels` labels of it; all when it has no more.
  [[nodiscard]] Name last(unsigned labels) const noexcept;
  [[nodiscard]] Name parent() const noexcept { return last(labels_ == 0 ? 0 : labels_ - 1U); }
  /// `*` in front of it (RFC 4592); itself where that would be too long.
  [[nodiscard]] Name wildcard() const noexcept;
  /// How many labels at the end both have in common.
  [[nodiscard]] unsigned common(const Name& other) const noexcept;
  /// It is `zone`, or stands below it.
  [[nodiscard]] bool is_within(const Name& zone) const noexcept;
  [[nodiscard]] bool is_below(const Name& zone) const noexcept { return labels_ > zone.labels_ && is_within(zone); }
  /// Replaces the last labels, `from`, which it ends with, by `to` (RFC 6672 §2.2). False: the result is too long.
  [[nodiscard]] bool substitute(const Name& from, const Name& to, Name& out) const noexcept;

  void to_lower() noexcept;
  /// Appends a label of 1 to 63 octets. False: the name would be too long.
  [[nodiscard]] bool append(Bytes label) noexcept;
  /// Lower-case text without the last dot, as Subjects have it: `out` has room for kMostText. Returns its size.
  [[nodiscard]] std::size_t text(std::uint8_t* out) const noexcept;

  friend bool operator==(const Name& a, const Name& b) noexcept { return std::ranges::equal(a.wire(), b.wire()); }
  /// Canonical order (RFC 4034 §6.1).
  friend std::strong_ordering operator<=>(const Name& a, const Name& b) noexcept;

 private:
  /// As many as a vector register holds: so many octets are taken at once, and so many always have a value.
  static constexpr std::size_t kStep = 32;
  /// Where each label begins; as many as labels_.
  using Starts = std::array<std::uint8_t, 128>;
  void find_labels(Starts& starts) const noexcept;
  void lower_step(std::size_t from) noexcept {
    for (std::size_t i = from; i < from + kStep; ++i) octets_[i] = lower(octets_[i]);
  }
  [[nodiscard]] bool read(Bytes message, Cursor& at) noexcept;
  [[nodiscard]] Bytes label_at(std::size_t start) const noexcept {
    return {octets_.data() + start + 1, octets_[start]};
  }

  std::uint8_t size_ = 1;
  std::uint8_t labels_ = 0;
  std::array<std::uint8_t, kMost> octets_;  ///< what lies behind size_ is of no meaning

  friend bool read_name(Bytes message, Cursor& at, Name& out) noexcept;
};

/// Reads a name that may be compressed (RFC 1035 §4.1.4) at `at`, a cursor inside `message`, which is left behind it.
/// Pointers lead back. False: it is no name, and `out` is some name.
[[nodiscard]] bool read_name(Bytes message, Cursor& at, Name& out) noexcept;

}  // namespace uptake::dnssec
