#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "dissectors/cursor.h"
#include "policy/zeroed_array.h"

namespace uptake::dnssec {

/// OctetRing: copies of messages, of which the newest push out the oldest. Memory is taken at start.
class OctetRing {
 public:
  /// Kept: where a copy stands.
  struct Kept {
    std::uint64_t at = 0;  ///< octets that were kept before it
    std::uint32_t size = 0;
  };

  explicit OctetRing(std::size_t size) : octets_(size) { octets_.prefer_huge(); }

  /// Copies octets, which lie behind each other. False: they are more than the ring holds.
  [[nodiscard]] bool keep(Bytes bytes, Kept& kept) noexcept {
    if (bytes.size() > octets_.size()) return false;
    const std::size_t left = octets_.size() - static_cast<std::size_t>(next_ % octets_.size());
    if (bytes.size() > left) next_ += left;
    kept = {next_, static_cast<std::uint32_t>(bytes.size())};
    if (!bytes.empty())
      std::memcpy(&octets_[static_cast<std::size_t>(next_ % octets_.size())], bytes.data(), bytes.size());
    next_ += bytes.size();
    return true;
  }
  /// Whether it was not pushed out.
  [[nodiscard]] bool has(const Kept& kept) const noexcept { return next_ - kept.at <= octets_.size(); }
  /// Whether it would be, by so many octets more.
  [[nodiscard]] bool loses(const Kept& kept, std::size_t more) const noexcept {
    const std::size_t left = octets_.size() - static_cast<std::size_t>(next_ % octets_.size());
    return next_ + (more > left ? left : 0) + more - kept.at > octets_.size();
  }
  /// Requires has(). Valid until keep().
  [[nodiscard]] Bytes of(const Kept& kept) const noexcept {
    if (kept.size == 0) return {};
    return {&octets_[static_cast<std::size_t>(kept.at % octets_.size())], kept.size};
  }

 private:
  ZeroedArray<std::uint8_t> octets_;
  std::uint64_t next_ = 0;
};

}  // namespace uptake::dnssec
